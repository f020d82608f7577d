"""Addresses of the backups' page."""

from django.urls import path

from . import pages

app_name = "backup"
urlpatterns = [path("console/backups/", pages.backups, name="backups")]
