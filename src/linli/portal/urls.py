"""Addresses of the residents' face."""

from django.urls import path

from . import mydata, pages

app_name = "portal"
urlpatterns = [
    path("", pages.home, name="home"),
    path("me/", pages.me, name="me"),
    path("me/reads/", mydata.reads, name="reads"),
]
