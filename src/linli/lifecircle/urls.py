"""Addresses of the life circle's pages."""

from django.urls import path

from .pages import console, data, ledger, portal

app_name = "lifecircle"
urlpatterns = [
    path("console/lifecircle/", console.map_page, name="map"),
    path("console/lifecircle/measure/", console.measure, name="measure"),
    path("console/lifecircle/buildings/<uuid:place_id>/", console.building, name="building"),
    path("around/", portal.around, name="around"),
    path("around/<uuid:place_id>/nearest.geojson", portal.nearest, name="nearest"),
    path("open/lifecircle/", ledger.coverage, name="open"),
    path("open/lifecircle/ground.geojson", data.ground, name="ground"),
    path("open/lifecircle/buildings.geojson", data.buildings, name="buildings"),
    path("open/lifecircle/points.geojson", data.points, name="points"),
]
