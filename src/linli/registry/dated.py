"""Rows with a period: what was so from one day to another, who believed it since when, and nothing overwritten.

An *identity* (a place, a person) never changes; what is said of it stands in *dated rows* of half-open periods
``[valid_from, valid_to)``. A *change* ends the row in force and adds one; a *correction* takes a row back and says it anew for the
same period; an *end* closes it. Believed rows of one identity never overlap: the database refuses that, here it is decided first
(:mod:`linli.registry.rules`). The serving role can write only ``valid_to``, ``retracted_at`` and ``retracted_because`` of a row
that exists, and each of them once.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from linli.kernel.ids import uuid7
from linli.platform.search import index as search

from .rules.periods import EARLIEST

ENDING = ("valid_to", "retracted_at", "retracted_because")
_KEEPS = frozenset({"id", "valid_from", "valid_to", "recorded_at", "retracted_at", "retracted_because"})

Row = TypeVar("Row", bound="Dated")


class DatedQuerySet(models.QuerySet[Row]):
    """Reads by day and by belief. Every one is a filter, so they chain."""

    def believed(self, at: dt.datetime | None = None) -> Self:
        """Rows not taken back; with ``at``, those believed at that instant."""
        if at is None:
            return self.filter(retracted_at=None)
        return self.filter(Q(retracted_at=None) | Q(retracted_at__gt=at), recorded_at__lte=at)

    def as_of(self, day: dt.date) -> Self:
        """Believed rows in force on ``day``: on its first day yes, on its end day no."""
        return self.believed().filter(in_force(day))

    def overlapping(self, start: dt.date, end: dt.date | None) -> Self:
        """Believed rows in force on some day of ``[start, end)``."""
        begun = Q() if end is None else Q(valid_from__lt=end)
        return self.believed().filter(begun, Q(valid_to=None) | Q(valid_to__gt=start))


def in_force(day: dt.date, prefix: str = "") -> Q:
    """The condition "in force on ``day``" on rows reached by ``prefix`` (``"records__"``); belief is asked apart."""
    ends = Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": day})
    return ends & Q(**{f"{prefix}valid_from__lte": day})


class Dated(models.Model):
    """A dated row. Subclasses have a foreign key named by :attr:`about` and copy its ``num`` into ``subject_num``."""

    about: ClassVar[str] = "subject"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_num = models.IntegerField(editable=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    retracted_at = models.DateTimeField(null=True, blank=True, editable=False)
    retracted_because = models.CharField(max_length=200, default="", blank=True)

    objects: ClassVar[Any] = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_from__gte=EARLIEST) & (Q(valid_to=None) | Q(valid_to__gt=F("valid_from"))),
                name="%(app_label)s_%(class)s_period",
            ),
            models.CheckConstraint(
                condition=Q(retracted_at=None) | ~Q(retracted_because=""), name="%(app_label)s_%(class)s_why"
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new row is written with the words it is found by; the database takes them away when it is taken back."""
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if is_new:
            search.index([self])

    @property
    def about_id(self) -> Any:
        """The id of the identity this row is about, whatever its foreign key is called."""
        return getattr(self, f"{self.about}_id")

    @property
    def is_believed(self) -> bool:
        return self.retracted_at is None

    def content(self) -> dict[str, Any]:
        """What the row says, without its period and its record-keeping: column name → value."""
        names = (field.attname for field in self._meta.concrete_fields)
        return {name: getattr(self, name) for name in names if name not in _KEEPS}
