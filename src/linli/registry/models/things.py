"""Organisations and their duties, facilities, vacant spaces, devices."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from ..dated import Dated
from .base import Identity, community_key, dated_community_key, dated_key
from .places import Place


class Organisation(Identity):
    """A body that does something here; of no community where it works for all (a national operator)."""

    community = community_key(null=True, blank=True)


class OrganisationRecord(Dated):
    about = "organisation"

    class Kind(models.TextChoices):
        RESIDENTS_COMMITTEE = "residents_committee", "居委会"
        PARTY_BRANCH = "party_branch", "党组织"
        OWNERS_COMMITTEE = "owners_committee", "业委会"
        PROPERTY_COMPANY = "property_company", "物业公司"
        SOCIAL_ORGANISATION = "social_organisation", "社会组织"
        DEPARTMENT = "department", "政府部门"
        INSTITUTION = "institution", "事业单位"
        UTILITY = "utility", "公用事业"
        SHOP = "shop", "商户"
        COMPANY = "company", "企业"

    organisation = dated_key(Organisation, related_name="records")
    community = dated_community_key(null=True, blank=True)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, default="", blank=True)
    phone = models.CharField(max_length=32, default="", blank=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+")


class Duty(Identity):
    """That an organisation answers for something at a place; who is to be called is in its records."""

    community = community_key()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="duties")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="duties")
    code = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "place", "code"], name="registry_one_duty")
        ]


class DutyRecord(Dated):
    """Whom to call, for a time. The phone is sealed like a person's: a contact is somebody, not a switchboard."""

    about = "duty"

    duty = dated_key(Duty, related_name="records")
    community = dated_community_key()
    contact = models.CharField(max_length=80, default="", blank=True)
    phone = models.BinaryField(null=True, blank=True)


class Facility(Identity):
    """A place of service."""

    community = community_key()


class FacilityRecord(Dated):
    """What is said of a facility for a time. ``category`` is an id of the facility-category policy."""

    about = "facility"

    class Status(models.TextChoices):
        OPEN = "open", "开放"
        CLOSED = "closed", "关闭"
        PLANNED = "planned", "规划"

    facility = dated_key(Facility, related_name="records")
    community = dated_community_key()
    category = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=120, default="", blank=True)
    name_en = models.CharField(max_length=160, default="", blank=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="facility_records")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lon = models.FloatField()
    lat = models.FloatField()
    cell = models.BigIntegerField()
    area_dm2 = models.BigIntegerField(null=True, blank=True)
    capacity = models.IntegerField(null=True, blank=True)
    opening_hours = models.CharField(max_length=200, default="", blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    source_ref = models.CharField(max_length=80, default="", blank=True)

    class Meta(Dated.Meta):
        indexes: ClassVar = [
            models.Index(fields=["community", "category"], name="registry_facility_kind"),
            models.Index(fields=["community", "source_ref"], name="registry_facility_source"),
            models.Index(fields=["lat", "lon"], name="registry_facility_point"),
        ]
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90), name="registry_facility_where"
            ),
            models.CheckConstraint(condition=Q(area_dm2=None) | Q(area_dm2__gt=0), name="registry_facility_area"),
            models.CheckConstraint(condition=Q(capacity=None) | Q(capacity__gte=0), name="registry_facility_capacity"),
        ]


class VacantSpace(Identity):
    """A room or floor that stands idle and could serve."""

    community = community_key()


class VacantSpaceRecord(Dated):
    about = "space"

    class State(models.TextChoices):
        IDLE = "idle", "闲置"
        PROMISED = "promised", "已安排"
        IN_USE = "in_use", "在用"

    space = dated_key(VacantSpace, related_name="records")
    community = dated_community_key()
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="space_records")
    name_zh = models.CharField(max_length=120, default="", blank=True)
    name_en = models.CharField(max_length=160, default="", blank=True)
    floor = models.SmallIntegerField(null=True, blank=True)
    area_dm2 = models.BigIntegerField()
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.IDLE)
    source_ref = models.CharField(max_length=80, default="", blank=True)

    class Meta(Dated.Meta):
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=Q(area_dm2__gt=0), name="registry_space_area"),
        ]


class Device(Identity):
    """A thing that measures or acts, known by its serial number in a community."""

    community = community_key()


class DeviceRecord(Dated):
    about = "device"

    class Status(models.TextChoices):
        WORKING = "working", "正常"
        FAULTY = "faulty", "故障"
        REMOVED = "removed", "拆除"

    device = dated_key(Device, related_name="records")
    community = dated_community_key()
    kind = models.CharField(max_length=40)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="device_records")
    name_zh = models.CharField(max_length=80, default="", blank=True)
    name_en = models.CharField(max_length=120, default="", blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    model = models.CharField(max_length=80, default="", blank=True)
    serial = models.CharField(max_length=80)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WORKING)
    source_ref = models.CharField(max_length=80, default="", blank=True)

    class Meta(Dated.Meta):
        indexes: ClassVar = [models.Index(fields=["community", "serial"], name="registry_device_serial")]
