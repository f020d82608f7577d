"""Every address of Linli. Rooms bring their own lists; nothing is served that is not named here."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("linli.platform.web.urls")),
]
