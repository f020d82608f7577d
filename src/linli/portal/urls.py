"""Addresses of the residents' face."""

from django.urls import path

from . import helping, mydata, pages

app_name = "portal"
urlpatterns = [
    path("", pages.home, name="home"),
    path("me/", pages.me, name="me"),
    path("me/helping/", helping.helping, name="helping"),
    path("me/helping/stop/", helping.act_for_oneself, name="act-for-oneself"),
    path("me/helping/<uuid:mandate_id>/act/", helping.act_for, name="act-for"),
    path("me/helping/<uuid:mandate_id>/end/", helping.end, name="helping-end"),
    path("me/reads/", mydata.reads, name="reads"),
]
