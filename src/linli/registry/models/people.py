"""People, the households they live in, and who holds which home."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ..dated import Dated
from .base import Identity, community_key, dated_community_key, dated_key
from .places import Place


class Person(Identity):
    """Somebody known to a community: lives there or holds a home there."""

    community = community_key()


class PersonRecord(Dated):
    """What is said of a person for a time. Phone, document number and note on care are sealed for the person (:mod:`linli.registry.sealed`);
    ``phone_index`` and ``identity_index`` find the first two blindly.
    """

    about = "person"

    class Sex(models.TextChoices):
        UNKNOWN = "", "未知"
        FEMALE = "female", "女"
        MALE = "male", "男"

    class IdentityKind(models.TextChoices):
        NONE = "", "未登记"
        RESIDENT = "resident", "居民身份证"
        PASSPORT = "passport", "护照"
        OTHER = "other", "其他证件"

    person = dated_key(Person, related_name="records")
    community = dated_community_key()
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, default="", blank=True)
    sex = models.CharField(max_length=6, choices=Sex.choices, default="", blank=True)
    born_on = models.DateField(null=True, blank=True)
    phone = models.BinaryField(null=True, blank=True)
    phone_index = models.BinaryField(max_length=32, null=True, blank=True)
    identity_kind = models.CharField(max_length=8, choices=IdentityKind.choices, default="", blank=True)
    identity_number = models.BinaryField(null=True, blank=True)
    identity_index = models.BinaryField(max_length=32, null=True, blank=True)
    care_note = models.BinaryField(null=True, blank=True)
    needs = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    checked_on = models.DateField(null=True, blank=True)

    class Meta(Dated.Meta):
        indexes: ClassVar = [
            models.Index(fields=["community", "name"], name="registry_person_name"),
            models.Index(fields=["phone_index"], name="registry_person_phone"),
            models.Index(fields=["identity_index"], name="registry_person_identity"),
        ]
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(phone=None, phone_index=None) | Q(phone__isnull=False, phone_index__isnull=False),
                name="registry_person_phone_pair",
            ),
            models.CheckConstraint(
                condition=Q(identity_kind="", identity_number=None, identity_index=None)
                | (~Q(identity_kind="") & Q(identity_number__isnull=False, identity_index__isnull=False)),
                name="registry_person_identity_whole",
            ),
        ]


class Household(Identity):
    """People who keep house together. ``collective``: a dormitory or home (集体户)."""

    class Kind(models.TextChoices):
        FAMILY = "family", "家庭户"
        COLLECTIVE = "collective", "集体户"

    community = community_key()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.FAMILY)


class Membership(Dated):
    """A person belongs to one household at a time; the row is about the person."""

    about = "person"

    class Role(models.TextChoices):
        HEAD = "head", "户主"
        SPOUSE = "spouse", "配偶"
        CHILD = "child", "子女"
        PARENT = "parent", "父母"
        GRANDCHILD = "grandchild", "孙辈"
        GRANDPARENT = "grandparent", "祖辈"
        RELATIVE = "relative", "其他亲属"
        CARER = "carer", "照护人员"
        FLATMATE = "flatmate", "合住"

    person = dated_key(Person, related_name="memberships")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="memberships")
    community = dated_community_key()
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.HEAD)


class Residence(Dated):
    """A household lives in one unit at a time; the row is about the household. A unit may hold several households."""

    about = "household"

    household = dated_key(Household, related_name="residences")
    unit = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="residences")
    community = dated_community_key()


class Tenure(Identity):
    """That a person holds a unit in some way; how and when is in its records."""

    community = community_key()
    unit = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="tenures")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tenures")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "person"], name="registry_one_tenure")]


class TenureRecord(Dated):
    """How a person holds a unit for a time. Owners' shares are exact fractions; tenants and family have none (0/1)."""

    about = "tenure"

    class Kind(models.TextChoices):
        OWNER = "owner", "业主"
        CO_OWNER = "co_owner", "共有人"
        TENANT = "tenant", "租户"
        FAMILY = "family", "家属"

    tenure = dated_key(Tenure, related_name="records")
    community = dated_community_key()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    share_num = models.IntegerField(default=0)
    share_den = models.IntegerField(default=1)
    evidence = models.CharField(max_length=120, default="", blank=True)

    class Meta(Dated.Meta):
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(share_den__gt=0, share_num__gte=0, share_num__lte=F("share_den"))
                & (Q(kind__in=["owner", "co_owner"], share_num__gt=0) | Q(kind__in=["tenant", "family"], share_num=0)),
                name="registry_tenure_share",
            ),
        ]
