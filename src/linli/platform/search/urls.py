"""Addresses of the search."""

from django.urls import path

from . import pages

app_name = "search"
urlpatterns = [
    path("console/find/", pages.find, name="find"),
    path("console/find/suggest/", pages.suggest, name="suggest"),
    path("console/find/<uuid:search_id>/", pages.found_page, name="found"),
]
