"""Addresses of the living page; included under ``/kit/`` with the namespace ``kit`` by demo installations."""

from __future__ import annotations

from django.urls import path, re_path

from .living import pages

app_name = "kit"
urlpatterns = [
    path("", pages.living, name="living"),
    path("map/", pages.map_page, name="map"),
    re_path(r"^shell/(?P<name>portal|overview|open)/$", pages.shell, name="shell"),
    re_path(r"^data/(?P<name>ground|buildings|lit|points|house)/$", pages.data, name="data"),
    path("confirm/", pages.confirm, name="confirm"),
]
