"""Addresses of the rulebook."""

from django.urls import path

from . import pages

app_name = "rulebook"
urlpatterns = [
    path("console/policies/", pages.policies, name="policies"),
    path("console/policies/<slug:kind>/<str:policy_id>/", pages.policy, name="policy"),
    path("open/policies/", pages.open_policies, name="open-policies"),
    path("open/policies/<slug:kind>/<str:policy_id>/", pages.open_policy, name="open-policy"),
]
