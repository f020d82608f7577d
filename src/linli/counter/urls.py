"""Addresses of the counter."""

from django.urls import path

from . import offline, pages

app_name = "counter"
urlpatterns = [
    path("console/counter/", pages.today, name="today"),
    path("console/counter/people/<uuid:person_id>/", pages.serve, name="serve"),
    path("console/counter/services/<uuid:service_id>/", pages.service, name="service"),
    path("console/counter/offline/", offline.offline, name="offline"),
    path("console/counter/offline/entries/", offline.entries, name="entries"),
    path("console/counter/worker.js", offline.worker, name="worker"),
    path("me/counter/", pages.mine, name="mine"),
    path("me/counter/<uuid:service_id>/", pages.receipt, name="receipt"),
]
