"""Every address of Linli. Rooms bring their own lists; nothing is served that is not named here."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import include, path

from linli.platform.web.api import api

ROOMS = (
    "linli.platform.web.urls",
    "linli.platform.rulebook.urls",
    "linli.platform.backup.urls",
    "linli.platform.search.urls",
    "linli.platform.kit.pages",
    "linli.journal.urls",
    "linli.registry.urls",
    "linli.lifecircle.urls",
    "linli.notices.urls",
    "linli.counter.urls",
    "linli.cases.urls",
    "linli.assessment.urls",
    "linli.ledger.urls",
    "linli.console.urls",
    "linli.portal.urls",
)
urlpatterns = [path("", include(room)) for room in ROOMS if find_spec(room)]
for room in ("journal", "registry", "lifecircle", "cases"):
    if find_spec(f"linli.{room}.api"):
        api.add_router("", import_module(f"linli.{room}.api").router)
urlpatterns.append(path("api/v1/", api.urls))
handler500 = "linli.platform.web.errors.internal_error"
