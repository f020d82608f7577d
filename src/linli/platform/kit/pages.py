"""Addresses of the living page, under ``/kit/`` with the namespace ``kit``; found on demo installations only."""

from __future__ import annotations

from django.urls import path

from .living import pages

app_name = "kit"
urlpatterns = [
    path("kit/", pages.living, name="living"),
    path("kit/map/", pages.map_page, name="map"),
    path("kit/confirm/", pages.confirm, name="confirm"),
    path("kit/house/", pages.house, name="house"),
    *(path(f"kit/{name}/", pages.shell, {"name": name}, name=name) for name in ("portal", "overview", "open")),
    *(path(f"kit/{name}.json", pages.data, {"name": name}, name=name) for name in ("ground", "houses", "points")),
]
