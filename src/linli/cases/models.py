"""Cases, drafts of reports, what was said, who else has the same trouble, and who works on it together.

Words stand in :class:`Said`, one row each, which can be emptied; facts name the row. Whoever reports sealed stands in a case only
sealed and as a keyed hash, under a pseudonym everywhere else.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from linli.kernel.ids import uuid7


def _registered(model: str, **options: Any) -> Any:
    return models.ForeignKey(f"registry.{model}", on_delete=models.PROTECT, related_name="+", **options)


class Phase(models.TextChoices):
    WAITING = "waiting", "等人接手"
    WORKING = "working", "办理中"
    ANSWERED = "answered", "等确认"
    CLOSED = "closed", "已结束"


class Way(models.TextChoices):
    PORTAL = "portal", "居民端"
    QR = "qr", "扫码"
    COUNTER = "counter", "柜台代报"
    TELEPHONE = "telephone", "电话代报"
    STAFF = "staff", "工作人员"
    OPEN311 = "open311", "Open311"
    API = "api", "接口"
    SENSOR = "sensor", "设备"


class Draft(models.Model):
    """A report being written: seen by who writes it alone, and gone when it is sent or when its term is over."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = _registered("Place")
    account_id = models.UUIDField()
    place = _registered("Place", null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    text = models.TextField()
    where = models.CharField(max_length=200, default="", blank=True)
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.PORTAL)
    made_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account_id", "-made_at"], name="cases_draft_mine")]


class Case(models.Model):
    """``type_*`` and ``flow_*`` pin the policies it began with. ``desk`` is the role it lies with, ``level`` how far it was escalated (0: not).

    The clock columns are what :mod:`.rules.clocks` makes of the facts; ``due_at`` is the first of those still running (``due_clock``),
    ``alarm_at`` when the machine has to look at it next.
    ``round`` 1 is the first; a dispute begins the next. ``lead``: the case this one is a duplicate of; it goes where that one goes, by clocks of its own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = _registered("Place")
    number = models.CharField(max_length=20)
    type_id = models.CharField(max_length=64)
    type_version = models.IntegerField()
    type_sha256 = models.CharField(max_length=64)
    flow_id = models.CharField(max_length=64)
    flow_version = models.IntegerField()
    sphere = models.CharField(max_length=12)
    state = models.CharField(max_length=64)
    phase = models.CharField(max_length=10, choices=Phase.choices)
    outcome = models.CharField(max_length=10, default="", blank=True)
    way = models.CharField(max_length=10, choices=Way.choices)
    place = _registered("Place")
    where = models.CharField(max_length=200, default="", blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    answers = models.JSONField(default=dict)
    is_sealed = models.BooleanField(default=False)
    person = _registered("Person", null=True, blank=True)
    account_id = models.UUIDField(null=True, blank=True)
    pseudonym = models.UUIDField(null=True, blank=True)
    reporter = models.BinaryField(default=b"", blank=True)
    reporter_index = models.BinaryField(max_length=32, default=b"", blank=True)
    entered_by = models.UUIDField(null=True, blank=True)
    desk = models.CharField(max_length=64)
    level = models.SmallIntegerField(default=0)
    organisation = _registered("Organisation", null=True, blank=True)
    handler_id = models.UUIDField(null=True, blank=True)
    lead = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="followers")
    merged_at = models.DateTimeField(null=True, blank=True)
    is_certain = models.BooleanField(default=True)
    is_urgent = models.BooleanField(default=False)
    public_title = models.CharField(max_length=80, default="", blank=True)
    is_public = models.BooleanField(default=False)
    round = models.SmallIntegerField(default=1)
    n_supporters = models.IntegerField(default=0)
    n_returns = models.SmallIntegerField(default=0)
    n_extensions = models.SmallIntegerField(default=0)
    n_urges = models.SmallIntegerField(default=0)
    satisfaction = models.SmallIntegerField(null=True, blank=True)
    received_at = models.DateTimeField()
    round_at = models.DateTimeField()
    responded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    respond_due_at = models.DateTimeField()
    answer_due_at = models.DateTimeField(null=True, blank=True)
    handle_due_at = models.DateTimeField()
    confirm_due_at = models.DateTimeField(null=True, blank=True)
    callback_due_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_because = models.CharField(max_length=30, default="", blank=True)
    paused_s = models.BigIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    due_clock = models.CharField(max_length=10, default="", blank=True)
    alarm_at = models.DateTimeField(null=True, blank=True)
    warned_for = models.CharField(max_length=80, default="", blank=True)
    overdue_for = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["community", "phase", "due_at"], name="cases_queue"),
            models.Index(fields=["community", "-received_at", "-id"], name="cases_newest"),
            models.Index(fields=["community", "type_id", "phase"], name="cases_of_type"),
            models.Index(fields=["alarm_at"], condition=Q(alarm_at__isnull=False), name="cases_alarm"),
            models.Index(fields=["person", "-received_at"], name="cases_mine"),
            models.Index(fields=["reporter_index"], condition=Q(is_sealed=True), name="cases_mine_sealed"),
            models.Index(fields=["handler_id", "phase"], name="cases_of_handler"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "number"], name="cases_one_number"),
            models.CheckConstraint(
                condition=Q(is_sealed=False)
                | Q(person=None, account_id=None, entered_by=None, pseudonym__isnull=False),
                name="cases_sealed_whole",
            ),
            models.CheckConstraint(
                condition=Q(phase="closed", closed_at__isnull=False) | ~Q(phase="closed"), name="cases_closed_when"
            ),
            models.CheckConstraint(condition=~Q(phase="closed") | ~Q(outcome=""), name="cases_closed_how"),
            models.CheckConstraint(condition=Q(is_public=False) | ~Q(public_title=""), name="cases_public_worded"),
            models.CheckConstraint(condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)), name="cases_stars"),
            models.CheckConstraint(condition=Q(paused_at=None) ^ ~Q(paused_because=""), name="cases_paused_why"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("received_at")), name="cases_closed_after"
            ),
            models.CheckConstraint(condition=Q(lead=None) | ~Q(lead=F("id")), name="cases_not_its_own_lead"),
            models.CheckConstraint(
                condition=Q(lead=None, merged_at=None) | Q(lead__isnull=False, merged_at__isnull=False),
                name="cases_merged_when",
            ),
        ]


class Said(models.Model):
    """Words of a case: ``report`` of who brings it, ``reply`` to them, ``note`` among those who work on it, ``reason``, ``proof``, ``dispute``, ``thanks``.

    ``by`` is a role's code or ``reporter``. Emptying ``body`` erases it; the row stays so that facts lead somewhere.
    """

    class Kind(models.TextChoices):
        REPORT = "report", "来件"
        REPLY = "reply", "回复"
        NOTE = "note", "内部备注"
        REASON = "reason", "理由"
        PROOF = "proof", "办结说明"
        ANSWER = "answer", "报事人回话"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="words")
    community = _registered("Place")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.CharField(max_length=64)
    account_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()
    body = models.TextField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "at"], name="cases_said_at")]


class Supporter(models.Model):
    """Somebody with the same trouble: once a person and case."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="supporters")
    community = _registered("Place")
    person = _registered("Person")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "person"], name="cases_support_once")]


class Party(models.Model):
    """A desk that works on a case together with the one it lies with; ``handler_id`` once somebody of it came."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    community = _registered("Place")
    desk = models.CharField(max_length=64)
    organisation = _registered("Organisation", null=True, blank=True)
    handler_id = models.UUIDField(null=True, blank=True)
    asked_at = models.DateTimeField()
    came_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "desk"], name="cases_party_once")]


class Pause(models.Model):
    """A time in which the clocks of a case stood still; ``until`` none while it lasts."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="pauses")
    community = _registered("Place")
    round = models.SmallIntegerField()
    because = models.CharField(max_length=30)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)


class SavedFilter(models.Model):
    """A way somebody looks at the list, by its query string; theirs alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account_id = models.UUIDField()
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account_id", "name"], name="cases_filter_name")]


class SystemKey(models.Model):
    """A key with which another system reports by Open311 for one community. Only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = _registered("Place")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
