"""Coverage as it was measured: runs that are added and never changed, minutes of every building, and, kept apart, who lives there.

What a street map and a stopwatch would tell anybody (minutes, shares) is public; how many live in a house is not, and stands in
tables of its own that only those in the community's scope can read.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

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
