"""Addresses of the life circle's pages."""

from django.urls import path

from .pages import (
    areas,
    blocks,
    console,
    data,
    island,
    ledger,
    places,
    portal,
    scenario_maps,
    scenarios,
    sharing,
    station,
    trial,
    units,
)

app_name = "lifecircle"
urlpatterns = [
    path("console/lifecircle/", console.map_page, name="map"),
    path("console/lifecircle/measure/", console.measure, name="measure"),
    path("console/lifecircle/buildings/<uuid:place_id>/", console.building, name="building"),
    path("console/lifecircle/areas/", areas.areas, name="areas"),
    path("console/lifecircle/blocks/", blocks.blocks, name="blocks"),
    path("console/lifecircle/island/", island.island, name="island"),
    path("console/lifecircle/station/", station.station, name="station"),
    path("console/lifecircle/hours/", sharing.sharing, name="sharing"),
    path("console/lifecircle/units/", units.units, name="units"),
    path("console/lifecircle/units.geojson", units.shapes, name="unit-shapes"),
    path("console/lifecircle/places/", places.places, name="places"),
    path("console/lifecircle/try.json", trial.trial, name="trial"),
    path("console/lifecircle/scenarios/", scenarios.scenarios, name="scenarios"),
    path("console/lifecircle/scenarios/new/", scenarios.begin, name="begin"),
    path("console/lifecircle/scenarios/<uuid:scenario_id>/", scenarios.scenario, name="scenario"),
    path("console/lifecircle/scenarios/<uuid:scenario_id>/change/", scenarios.change, name="change"),
    path("console/lifecircle/scenarios/<uuid:scenario_id>/remove/", scenarios.remove, name="remove"),
    path("console/lifecircle/scenarios/<uuid:scenario_id>/measure/", scenarios.measure, name="measure-scenario"),
    path("console/lifecircle/scenarios/<uuid:scenario_id>/choose/", scenarios.choose, name="choose"),
    path("console/lifecircle/scenarios/<uuid:scenario_id>/drop/", scenarios.drop, name="drop"),
    path(
        "console/lifecircle/scenarios/<uuid:scenario_id>/buildings.geojson",
        scenario_maps.buildings,
        name="scenario-buildings",
    ),
    path(
        "console/lifecircle/scenarios/<uuid:scenario_id>/points.geojson", scenario_maps.points, name="scenario-points"
    ),
    path("console/lifecircle/compare/", scenarios.compare, name="compare"),
    path("around/", portal.around, name="around"),
    path("around/<uuid:place_id>/nearest.geojson", portal.nearest, name="nearest"),
    path("open/lifecircle/", ledger.coverage, name="open"),
    path("open/lifecircle/ground.geojson", data.ground, name="ground"),
    path("open/lifecircle/buildings.geojson", data.buildings, name="buildings"),
    path("open/lifecircle/areas.geojson", areas.shapes, name="area-shapes"),
    path("open/lifecircle/points.geojson", data.points, name="points"),
]
