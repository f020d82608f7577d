"""Announcements, the texts they have had, and whom each reaches: one row a household, which is also its receipt.

An announcement's text stands in its row; once published it stands in an :class:`Edition` too, and editions are only ever added, so
that a correction never takes away what people had read.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from linli.kernel.ids import uuid7
from linli.kernel.text import Text


def _registered(model: str, **options: Any) -> Any:
    return models.ForeignKey(f"registry.{model}", on_delete=models.PROTECT, related_name="+", **options)


class State(models.TextChoices):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤回"


class Words(models.Model):
    """A text in Chinese and, where somebody wrote it, in English."""

    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160, default="", blank=True)
    body_zh = models.TextField()
    body_en = models.TextField(default="", blank=True)

    class Meta:
        abstract = True

    @property
    def title(self) -> Text:
        return Text(self.title_zh, self.title_en or self.title_zh)

    @property
    def body(self) -> Text:
        return Text(self.body_zh, self.body_en or self.body_zh)


class Announcement(Words):
    """``place_ids`` none: the whole community; ``groups`` none: everybody. ``is_public``: read without signing in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = _registered("Place")
    issuer = _registered("Organisation", null=True, blank=True)
    place_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    groups = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    is_public = models.BooleanField(default=False)
    is_important = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    n_editions = models.SmallIntegerField(default=0)
    written_by = models.UUIDField(null=True, blank=True)
    written_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["community", "-published_at"], name="notices_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None, n_editions=0)
                | (~Q(state="draft") & Q(published_at__isnull=False, n_editions__gte=1)),
                name="notices_published_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn") ^ Q(withdrawn_at=None, withdrawn_because=""),
                name="notices_withdrawn_whole",
            ),
        ]


class Edition(Words):
    """The text as it stood from ``at`` on; number 1 is the first, later ones are corrections and say why."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    announcement = models.ForeignKey(Announcement, on_delete=models.PROTECT, related_name="editions")
    community = _registered("Place")
    number = models.SmallIntegerField()
    at = models.DateTimeField()
    written_by = models.UUIDField(null=True, blank=True)
    because = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["announcement", "number"], name="notices_one_edition"),
            models.CheckConstraint(condition=Q(number=1) ^ ~Q(because=""), name="notices_correction_says_why"),
        ]


class Addressee(models.Model):
    """A household an announcement reaches, or an owner living elsewhere, and whether they have read it.

    ``read_how``: ``self`` somebody of the household opened it, ``told`` staff told them (at the door, by telephone, on paper).
    ``left_on``: the household has moved out since; it no longer counts unless it had read.
    """

    class How(models.TextChoices):
        NOT_YET = "", "还没看"
        SELF = "self", "自己看的"
        TOLD = "told", "上门或电话告知"

    id = models.BigAutoField(primary_key=True)
    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="addressees")
    community = _registered("Place")
    household = _registered("Household", null=True, blank=True)
    person = _registered("Person", null=True, blank=True)
    added_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    read_how = models.CharField(max_length=4, choices=How.choices, default="", blank=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["announcement", "household"], name="notices_one_household"),
            models.UniqueConstraint(fields=["announcement", "person"], name="notices_one_person"),
            models.CheckConstraint(
                condition=Q(household=None) ^ Q(person=None),
                name="notices_somebody",
            ),
            models.CheckConstraint(condition=Q(read_at=None) ^ ~Q(read_how=""), name="notices_read_whole"),
        ]


class Reminder(models.Model):
    """That those who had not read were reminded, once for all of them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    announcement = models.ForeignKey(Announcement, on_delete=models.PROTECT, related_name="reminders")
    community = _registered("Place")
    at = models.DateTimeField()
    n_addressees = models.IntegerField()
