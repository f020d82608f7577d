"""Services done at the counter. Words, signatures and codes are sealed to their row; ids and codes are not."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from linli.kernel.ids import uuid7


class Service(models.Model):
    """One thing done for one person. ``person`` is missing only while an entry made without the network fits nobody or several.

    The serving role may change how it stands and erase what was said; matter, number, who served and when it began stay.
    """

    class State(models.TextChoices):
        UNDECIDED = "undecided", "待定是谁"
        OPEN = "open", "待确认"
        DONE = "done", "已办"
        CANCELLED = "cancelled", "没办"

    class Way(models.TextChoices):
        NONE = "", "—"
        CODE = "code", "确认码"
        SIGNATURE = "signature", "签名"
        WITNESS = "witness", "见证"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey("registry.Place", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    matter = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.NONE, blank=True)
    note = models.BinaryField(default=b"", blank=True)
    who = models.BinaryField(default=b"", blank=True)
    change = models.BinaryField(default=b"", blank=True)
    based_on = models.UUIDField(null=True, blank=True)
    code = models.BinaryField(default=b"", blank=True)
    n_tries = models.SmallIntegerField(default=0)
    signature = models.BinaryField(default=b"", blank=True)
    served_by = models.UUIDField()
    witness = models.UUIDField(null=True, blank=True)
    begun_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    entry_key = models.UUIDField(null=True, blank=True)
    entry_digest = models.BinaryField(max_length=32, default=b"", blank=True)
    written_at = models.CharField(max_length=25, default="", blank=True)
    doubt = models.CharField(max_length=20, default="", blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["community", "-begun_at"], name="counter_service_day"),
            models.Index(fields=["person", "-begun_at"], name="counter_service_person"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "number"], name="counter_one_number"),
            models.UniqueConstraint(fields=["served_by", "entry_key"], name="counter_entry_once"),
            models.CheckConstraint(
                condition=Q(state__in=["undecided", "cancelled"]) | Q(person__isnull=False), name="counter_for_whom"
            ),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(way=""), name="counter_done_is_confirmed"),
            models.CheckConstraint(
                condition=~Q(way="witness", state="done")
                | (Q(witness__isnull=False) & ~Q(witness=models.F("served_by"))),
                name="counter_witness_is_another",
            ),
        ]
