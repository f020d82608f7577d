"""Addresses of the ground itself."""

from django.urls import path

from linli.platform.delivery import pages as delivery
from linli.platform.signin import pages as signin

from . import health, preferences
from .live import live

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("sign-in/", signin.sign_in, name="sign-in"),
    path("sign-out/", signin.sign_out, name="sign-out"),
    path("live/", live, name="live"),
    path("console/delivery/", delivery.delivery, name="delivery"),
    path("console/delivery/<uuid:message_id>/again/", delivery.delivery_again, name="delivery-again"),
]
