"""Books, accounts, transfers and entries as the database keeps them. Rows come to be by ``ledger_transfer()`` (see the migration) alone.

A transfer is never changed: what was promised is posted or voided by another transfer, what was wrong is reversed by another.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from linli.kernel.ids import uuid7

# References that ledger_transfer() has looked up itself, in the one way in. Checked again by foreign keys, every transfer would lock the rows of
# its book, its community and the source, together with all others at work: half the speed for nothing. ``linli verify`` looks all the same.
BARE: dict[str, Any] = {"db_constraint": False, "db_index": False}


def _registered(model: str, **options: Any) -> Any:
    return models.ForeignKey(f"registry.{model}", on_delete=models.PROTECT, related_name="+", **options)


class Book(models.Model):
    """One unit of account in one community. ``policy_*`` is the version of the book's policy it runs under."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = _registered("Place")
    policy_id = models.CharField(max_length=64)
    policy_version = models.SmallIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "policy_id"], condition=Q(closed_at=None), name="ledger_one_open_book"
            ),
        ]


class Account(models.Model):
    """Of a person, a household, an organisation, or the book's own source (``source``: what is issued comes from it, what ends goes to it).

    ``balance`` and ``held`` (promised, not yet paid) are kept by the database; the source has none, it is minus the sum of the others.
    ``floor`` the lowest ``balance - held`` may be, ``ceiling`` the highest ``balance``; None: no limit.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="accounts")
    community = _registered("Place")
    person = _registered("Person", null=True, blank=True)
    household = _registered("Household", null=True, blank=True)
    organisation = _registered("Organisation", null=True, blank=True)
    is_source = models.BooleanField(default=False)
    floor = models.BigIntegerField(null=True, blank=True)
    ceiling = models.BigIntegerField(null=True, blank=True)
    balance = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    n_entries = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "person"], name="ledger_account_of_person"),
            models.UniqueConstraint(fields=["book", "household"], name="ledger_account_of_household"),
            models.UniqueConstraint(fields=["book", "organisation"], name="ledger_account_of_organisation"),
            models.UniqueConstraint(fields=["book"], condition=Q(is_source=True), name="ledger_one_source"),
            models.CheckConstraint(
                condition=Q(is_source=True, person=None, household=None, organisation=None)
                | Q(is_source=False, person__isnull=False, household=None, organisation=None)
                | Q(is_source=False, person=None, household__isnull=False, organisation=None)
                | Q(is_source=False, person=None, household=None, organisation__isnull=False),
                name="ledger_one_holder",
            ),
            models.CheckConstraint(
                condition=Q(floor=None) | Q(balance__gte=models.F("floor") + models.F("held")), name="ledger_enough"
            ),
            models.CheckConstraint(
                condition=Q(ceiling=None) | Q(balance__lte=models.F("ceiling")), name="ledger_not_too_much"
            ),
            models.CheckConstraint(condition=Q(held__gte=0), name="ledger_held_whole"),
            models.CheckConstraint(
                condition=Q(is_source=False) | Q(floor=None, ceiling=None, balance=0, held=0, n_entries=0),
                name="ledger_source_bare",
            ),
        ]


class Transfer(models.Model):
    """``id`` is made by whoever asks, before asking, so that asking again is safe. ``accounts[i]`` changes by ``amounts[i]``; they sum to zero.

    ``of``: the promise that a ``post`` or ``void`` settles, or the transfer that a ``reversal`` takes back.
    """

    class Kind(models.TextChoices):
        DIRECT = "direct", "入账"
        PENDING = "pending", "预留"
        POST = "post", "兑现"
        VOID = "void", "取消"
        REVERSAL = "reversal", "冲正"

    id = models.UUIDField(primary_key=True, editable=False)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="transfers", **BARE)
    community = _registered("Place", **BARE)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reason = models.CharField(max_length=64)
    of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", **BARE)
    rests_on = models.UUIDField(null=True, blank=True)
    accounts = ArrayField(models.UUIDField())
    amounts = ArrayField(models.BigIntegerField())
    due_at = models.DateTimeField(null=True, blank=True)
    made_by = models.CharField(max_length=80)
    on_behalf_of = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["book", "-at"], name="ledger_newest"),
            models.Index(fields=["due_at"], condition=Q(kind="pending"), name="ledger_due"),
            models.Index(fields=["rests_on"], condition=Q(rests_on__isnull=False), name="ledger_rests_on"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["of"], condition=Q(kind__in=["post", "void"]), name="ledger_settled_once"),
            models.UniqueConstraint(fields=["of"], condition=Q(kind="reversal"), name="ledger_reversed_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["direct", "pending"], of=None)
                | Q(kind__in=["post", "void", "reversal"], of__isnull=False),
                name="ledger_of_whole",
            ),
        ]


class Entry(models.Model):
    """One account's part of a transfer. ``number`` and ``balance`` run within the account (none in the source's)."""

    id = models.BigAutoField(primary_key=True)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="entries", **BARE)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries", **BARE)
    community = _registered("Place", **BARE)
    amount = models.BigIntegerField()
    number = models.BigIntegerField(null=True, blank=True)
    balance = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "number"], name="ledger_in_order"),
            models.UniqueConstraint(fields=["transfer", "account"], name="ledger_once_each"),
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_not_nothing"),
        ]
