"""What was observed, what it scored, what was warned of, and what was done about it.

Observations and runs are only ever added. A run closes a period: its tree holds the values it was computed from, so that later
observations change nothing of it. Warnings and plans move; each turn of a warning is a row of its own.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from linli.kernel.ids import uuid7
from linli.kernel.text import Text


def _registered(model: str, **options: Any) -> Any:
    return models.ForeignKey(f"registry.{model}", on_delete=models.PROTECT, related_name="+", **options)


class How(models.TextChoices):
    LIVE = "live", "取数"
    HAND = "hand", "录入"
    IMPORT = "import", "导入"


class Quality(models.TextChoices):
    """How good a number is; designed here after the usual order of official statistics."""

    COUNTED = "counted", "全数"
    MEASURED = "measured", "实测"
    SAMPLED = "sampled", "抽样"
    ESTIMATED = "estimated", "估算"
    CLAIMED = "claimed", "自报"


class Observation(models.Model):
    """One value of one measure of one community for one period. The newest stands; earlier ones stay to be read.

    ``value`` in the measure's unit; ``numerator`` and ``denominator`` what it was divided from, where it was. ``low``, ``high``: where the
    true value lies, as far as known. ``evidence``: on what it rests, in words; stays in the community.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = _registered("Place")
    measure = models.CharField(max_length=64)
    period = models.CharField(max_length=6)
    value = models.FloatField()
    numerator = models.FloatField(null=True, blank=True)
    denominator = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    as_of = models.DateField()
    how = models.CharField(max_length=6, choices=How.choices)
    quality = models.CharField(max_length=9, choices=Quality.choices)
    source = models.CharField(max_length=100, default="", blank=True)
    rows_url = models.CharField(max_length=300, default="", blank=True)
    evidence = models.CharField(max_length=300, default="", blank=True)
    recorded_by = models.UUIDField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["community", "period", "measure", "-recorded_at"], name="assessment_newest")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(denominator=None) | Q(denominator__gt=0), name="assessment_denominator_positive"
            ),
            models.CheckConstraint(
                condition=Q(low=None, high=None) | Q(low__lte=F("value"), high__gte=F("value")),
                name="assessment_value_within",
            ),
            models.CheckConstraint(condition=Q(how="live") | ~Q(evidence=""), name="assessment_typed_has_evidence"),
        ]


class ScoreRun(models.Model):
    """A closed period: one system computed for one community, once. ``tree`` is the document of :mod:`linli.assessment.trees`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = _registered("Place")
    system_id = models.CharField(max_length=100)
    system_version = models.IntegerField()
    system_sha256 = models.CharField(max_length=64)
    system_zh = models.CharField(max_length=120)
    system_en = models.CharField(max_length=160)
    variant = models.CharField(max_length=64, default="", blank=True)
    weight_set = models.CharField(max_length=64)
    period = models.CharField(max_length=6)
    score = models.FloatField(null=True, blank=True)
    known_share = models.FloatField()
    tree = models.JSONField()
    computed_at = models.DateTimeField()
    computed_by = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "system_id", "period"], name="assessment_closed_once"),
        ]

    @property
    def system_title(self) -> Text:
        return Text(self.system_zh, self.system_en)


class Import(models.Model):
    """A sheet of values read and shown, to be taken or left. ``rows``: what it would add; nothing of it stands before it is taken."""

    class State(models.TextChoices):
        SHOWN = "shown", "已预览"
        TAKEN = "taken", "已导入"
        LEFT = "left", "已放弃"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = _registered("Place")
    system_id = models.CharField(max_length=100)
    period = models.CharField(max_length=6)
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField()
    state = models.CharField(max_length=5, choices=State.choices, default=State.SHOWN)
    started_by = models.UUIDField(null=True, blank=True)
    started_at = models.DateTimeField()


class Warning(models.Model):  # the field's word; Python's own is not used here
    """Something out of order, from when it was seen until it was clear. One open one for each thing: nobody is warned twice.

    ``subject``: a measure (threshold), a class of facility (demand) or a system's id (unit). ``colour`` is the present one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = _registered("Place")
    scheme = models.CharField(max_length=20)
    system_id = models.CharField(max_length=100)
    subject = models.CharField(max_length=100)
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=200)
    colour = models.CharField(max_length=6)
    period = models.CharField(max_length=6)
    value = models.FloatField()
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "scheme", "subject"], condition=Q(cleared_at=None), name="assessment_warned_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["community", "-raised_at"], name="assessment_warnings_of")]

    @property
    def title(self) -> Text:
        return Text(self.title_zh, self.title_en)


class WarningTurn(models.Model):
    """A warning took this colour at this value; "" when it was clear."""

    id = models.BigAutoField(primary_key=True)
    warning = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="turns")
    community = _registered("Place")
    colour = models.CharField(max_length=6, default="", blank=True)
    value = models.FloatField()
    period = models.CharField(max_length=6)
    at = models.DateTimeField()


class Plan(models.Model):
    """What is to be done about a warning: plan, do, check, act. ``value_before`` at the opening, ``value_after`` when measured again."""

    class State(models.TextChoices):
        DUE = "due", "待写方案"
        DOING = "doing", "在办"
        CHECKING = "checking", "待复测"
        CLOSED = "closed", "已闭环"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    warning = models.OneToOneField(Warning, on_delete=models.PROTECT, related_name="plan")
    community = _registered("Place")
    measure = models.CharField(max_length=100)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DUE)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True, blank=True)
    written_by = models.UUIDField(null=True, blank=True)
    aim = models.CharField(max_length=200, default="", blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    value_before = models.FloatField()
    value_after = models.FloatField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    n_rounds = models.SmallIntegerField(default=1)
    closed_at = models.DateTimeField(null=True, blank=True)
    learned = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="due") ^ Q(written_at__isnull=False), name="assessment_plan_written"
            ),
            models.CheckConstraint(
                condition=Q(state="closed") ^ Q(closed_at=None), name="assessment_plan_closed_whole"
            ),
        ]


class PlanMeasure(models.Model):
    """One deed of a plan. ``deed`` names the library's, "" for one of one's own; ``evidence`` how one knows it was done. ``case_id``: the case it was handed to a desk as."""

    id = models.BigAutoField(primary_key=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="measures")
    community = _registered("Place")
    deed = models.CharField(max_length=64, default="", blank=True)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160)
    who = models.CharField(max_length=100)
    due_on = models.DateField()
    cost_fen = models.BigIntegerField(null=True, blank=True)
    likely = models.FloatField(null=True, blank=True)
    round = models.SmallIntegerField(default=1)
    done_at = models.DateTimeField(null=True, blank=True)
    evidence = models.CharField(max_length=300, default="", blank=True)
    case_id = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(done_at=None) ^ ~Q(evidence=""), name="assessment_done_with_evidence"),
        ]

    @property
    def title(self) -> Text:
        return Text(self.title_zh, self.title_en)
