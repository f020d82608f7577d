"""Coverage as it was measured: runs that are added and never changed, minutes of every building, and, kept apart, who lives there.

What a street map and a stopwatch would tell anybody (minutes, shares) is public; how many live in a house is not, and stands in
tables of its own that only those in the community's scope can read.
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


class CoverageRun(models.Model):
    """One measuring of one community by one standard. Policies are pinned by id, version and hash; the map by its edition.

    ``categories`` and ``groups`` fix the order of the arrays of :class:`BuildingAccess` and of ``public``, which holds the shares
    of every group and category with small numbers of people left out (:mod:`linli.lifecircle.rules.privacy`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = _registered("Place")
    standard_id = models.CharField(max_length=100)
    standard_version = models.IntegerField()
    standard_sha256 = models.CharField(max_length=64)
    standard_zh = models.CharField(max_length=120)
    standard_en = models.CharField(max_length=160)
    walkers_id = models.CharField(max_length=100)
    walkers_version = models.IntegerField()
    walkers_sha256 = models.CharField(max_length=64)
    estimate_id = models.CharField(max_length=100)
    estimate_version = models.IntegerField()
    estimate_sha256 = models.CharField(max_length=64)
    edition = _registered("MapEdition")
    as_of = models.DateField()
    computed_at = models.DateTimeField()
    basis = models.CharField(max_length=24)
    categories = ArrayField(models.CharField(max_length=64))
    groups = ArrayField(models.CharField(max_length=64))
    public = models.JSONField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["community", "standard_id", "-computed_at"], name="lifecircle_run_latest")
        ]

    @property
    def standard_title(self) -> Text:
        return Text(self.standard_zh, self.standard_en)


class CoverageFigures(models.Model):
    """The exact figures of a run and its blind spots: for those who work on the community."""

    run = models.OneToOneField(CoverageRun, on_delete=models.PROTECT, primary_key=True, related_name="figures")
    community = _registered("Place", db_column="community_id")
    figures = models.JSONField()


class BuildingAccess(models.Model):
    """One building's walks for one group. Arrays follow the run's ``categories``; null where no way leads or nothing is joined.

    ``facility_ids`` the nearest facility of each category.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(CoverageRun, on_delete=models.PROTECT, related_name="access")
    community = _registered("Place")
    place = _registered("Place")
    group = models.CharField(max_length=64)
    is_joined = models.BooleanField()
    has_door = models.BooleanField()
    walk_min = ArrayField(models.FloatField(null=True))
    walk_m = ArrayField(models.FloatField(null=True))
    facility_ids = ArrayField(models.UUIDField(null=True))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "place", "group"], name="lifecircle_one_access")
        ]


class BuildingResidents(models.Model):
    """How many people of each group a run counted in a building; never public. Estimates need not be whole."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(CoverageRun, on_delete=models.PROTECT, related_name="residents")
    community = _registered("Place")
    place = _registered("Place")
    persons = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "place"], name="lifecircle_one_residents")]


class ScenarioState(models.TextChoices):
    DRAFT = "draft", "比较中"
    CHOSEN = "chosen", "已选定"
    DROPPED = "dropped", "已放弃"


class Scenario(models.Model):
    """A saved set of changes, to be measured beside the run it starts from. Once it is chosen or dropped it does not change any more."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = _registered("Place")
    run = models.ForeignKey(CoverageRun, on_delete=models.PROTECT, related_name="scenarios")
    title = models.CharField(max_length=80)
    note = models.CharField(max_length=500, default="", blank=True)
    state = models.CharField(max_length=8, choices=ScenarioState.choices, default=ScenarioState.DRAFT)
    made_by = models.UUIDField(null=True, blank=True)
    made_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["community", "-made_at"], name="lifecircle_scenario_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="draft", decided_at=None, because="")
                | (~Q(state="draft") & Q(decided_at__isnull=False) & ~Q(because="")),
                name="lifecircle_decided_whole",
            )
        ]


class ScenarioChange(models.Model):
    """One change of a scenario, in the order they are done. ``filling`` is how the place would come to be (an id of the policy ``gap_filling``),
    ``cost_fen`` what it would cost where somebody knows it. ``place`` and ``space`` say in which building and idle room."""

    id = models.BigAutoField(primary_key=True)
    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="changes")
    community = _registered("Place")
    kind = models.CharField(max_length=16)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    to_lon = models.FloatField(null=True, blank=True)
    to_lat = models.FloatField(null=True, blank=True)
    category = models.CharField(max_length=64, default="", blank=True)
    capacity = models.IntegerField(null=True, blank=True)
    facility = _registered("Facility", null=True, blank=True)
    place = _registered("Place", null=True, blank=True)
    space = _registered("VacantSpace", null=True, blank=True)
    name_zh = models.CharField(max_length=160, default="", blank=True)
    name_en = models.CharField(max_length=200, default="", blank=True)
    filling = models.CharField(max_length=24, default="", blank=True)
    cost_fen = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(kind="open_facility", lon__isnull=False, lat__isnull=False) & ~Q(category=""))
                | Q(kind="close_facility", facility__isnull=False)
                | Q(kind__in=["open_gate", "block_gate"], lon__isnull=False, lat__isnull=False)
                | Q(kind="open_way", lon__isnull=False, lat__isnull=False, to_lon__isnull=False, to_lat__isnull=False),
                name="lifecircle_change_whole",
            ),
            models.CheckConstraint(
                condition=(Q(capacity=None) | Q(capacity__gte=0)) & (Q(cost_fen=None) | Q(cost_fen__gte=0)),
                name="lifecircle_change_not_negative",
            ),
        ]

    @property
    def name(self) -> Text | None:
        return Text(self.name_zh, self.name_en or self.name_zh) if self.name_zh else None


class ScenarioResult(models.Model):
    """A scenario as it was measured with the changes whose digest stands here: every figure before and after, exact."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="results")
    community = _registered("Place")
    changes_sha256 = models.CharField(max_length=64)
    measured_at = models.DateTimeField()
    figures = models.JSONField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["scenario", "-measured_at"], name="lifecircle_result_latest")]
