"""Addresses of the journal's pages."""

from django.urls import path

from . import pages

app_name = "journal"
urlpatterns = [
    path("console/journal/", pages.facts, name="facts"),
    path("console/journal/parked/", pages.parked, name="parked"),
    path("console/journal/<uuid:fact_id>/", pages.fact, name="fact"),
    path("open/journal/", pages.open_ends, name="open"),
    path("open/journal/<uuid:chain>/", pages.open_chain, name="open-chain"),
    path("open/journal/<uuid:chain>/heads.jsonl", pages.open_heads, name="open-heads"),
]
