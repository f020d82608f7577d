"""Places: the tree from province to unit, and the map it is drawn from."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from ..dated import Dated
from .base import Identity, community_key, dated_community_key, dated_key


class PlaceKind(models.TextChoices):
    PROVINCE = "province", "省"
    CITY = "city", "市"
    DISTRICT = "district", "区县"
    STREET = "street", "街道"
    COMMUNITY = "community", "社区"
    GRID = "grid", "网格"
    COMPOUND = "compound", "小区"
    BUILDING = "building", "楼栋"
    ENTRANCE = "entrance", "单元"
    UNIT = "unit", "房屋"


class Place(Identity):
    """A place. ``community`` is itself for a community and null only above one.

    ``path`` holds the ids of every place that contains this one and of the place itself, outermost first; the compound of a
    building stands right before it. It follows the dated parents in force today.
    """

    kind = models.CharField(max_length=12, choices=PlaceKind.choices)
    community = community_key(null=True, blank=True)
    path = ArrayField(models.UUIDField())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["community", "kind"], name="registry_place_kind"),
            GinIndex(fields=["path"], name="registry_place_path"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(community=None, kind__in=["province", "city", "district", "street"])
                | Q(
                    community__isnull=False, kind__in=["community", "grid", "compound", "building", "entrance", "unit"]
                ),
                name="registry_place_community",
            ),
        ]


class PlaceRecord(Dated):
    """What is said of a place for a time. Shapes are EPSG:4326 well-known binary; ``cell`` is the H3 cell (resolution 11)."""

    about = "place"

    place = dated_key(Place, related_name="records")
    community = dated_community_key(null=True, blank=True)
    parent = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="child_records")
    compound = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="building_records"
    )
    code = models.CharField(max_length=12, default="", blank=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, default="", blank=True)
    address = models.CharField(max_length=200, default="", blank=True)
    use = models.CharField(max_length=24, default="", blank=True)
    levels_above = models.SmallIntegerField(null=True, blank=True)
    levels_below = models.SmallIntegerField(null=True, blank=True)
    height_dm = models.IntegerField(null=True, blank=True)
    floor = models.SmallIntegerField(null=True, blank=True)
    area_dm2 = models.BigIntegerField(null=True, blank=True)
    n_units = models.IntegerField(null=True, blank=True)
    n_lifts = models.SmallIntegerField(null=True, blank=True)
    built_year = models.SmallIntegerField(null=True, blank=True)
    shape = models.BinaryField(null=True, blank=True)
    west = models.FloatField(null=True, blank=True)
    south = models.FloatField(null=True, blank=True)
    east = models.FloatField(null=True, blank=True)
    north = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    cell = models.BigIntegerField(null=True, blank=True)
    source_ref = models.CharField(max_length=80, default="", blank=True)

    class Meta(Dated.Meta):
        indexes: ClassVar = [
            models.Index(fields=["parent", "valid_from"], name="registry_place_children"),
            models.Index(fields=["community", "source_ref"], name="registry_place_source"),
            models.Index(fields=["code"], name="registry_place_code", condition=~Q(code="")),
            models.Index(fields=["cell"], name="registry_place_cell"),
        ]
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=Q(area_dm2=None) | Q(area_dm2__gt=0), name="registry_place_area"),
            models.CheckConstraint(
                condition=Q(code="") | Q(code__regex=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})$"),
                name="registry_place_code_form",
            ),
        ]


class MapEdition(Dated):
    """The map of a community as imported: walk network, gates and ground, for a time.

    ``network`` is ``numpy.savez`` of the arrays of :class:`linli.kernel.mapdata.WalkNetwork`; ``ground`` gzipped GeoJSON.
    """

    about = "community"

    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="map_editions")
    source = models.CharField(max_length=200)
    sha256 = models.BinaryField(max_length=32)
    data_on = models.DateField(null=True, blank=True)
    attribution = models.CharField(max_length=300, default="", blank=True)
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    n_nodes = models.IntegerField()
    n_edges = models.IntegerField()
    n_buildings = models.IntegerField()
    n_facilities = models.IntegerField()
    network = models.BinaryField()
    gates = models.JSONField(default=list)
    ground = models.BinaryField(default=b"")
    notes = models.JSONField(default=list)
    synthetic = models.BooleanField(default=False)
