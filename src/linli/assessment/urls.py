"""Addresses of assessment."""

from django.urls import path

from .pages import comparing, entering, improving, ledger, workspace

app_name = "assessment"
urlpatterns = [
    path("console/assessment/", workspace.home, name="home"),
    path("console/assessment/indicator/", workspace.indicator, name="indicator"),
    path("console/assessment/collect/", workspace.collect, name="collect"),
    path("console/assessment/close/", workspace.close, name="close"),
    path("console/assessment/enter/", entering.enter, name="enter"),
    path("console/assessment/template.xlsx", entering.template, name="template"),
    path("console/assessment/import/", entering.begin, name="import"),
    path("console/assessment/import/<uuid:sheet_id>/", entering.step, name="import-step"),
    path("console/assessment/compare/", comparing.compare, name="compare"),
    path("console/assessment/warnings/", improving.warnings, name="warnings"),
    path("console/assessment/warnings/<uuid:warning_id>/", improving.warning, name="warning"),
    path("console/assessment/cheapest/", improving.cheapest, name="cheapest"),
    path("console/assessment/plans/<uuid:plan_id>/", improving.plan, name="plan"),
    path("console/assessment/plans/<uuid:plan_id>/write/", improving.write, name="plan-write"),
    path("console/assessment/plans/<uuid:plan_id>/done/", improving.done, name="plan-done"),
    path("console/assessment/plans/<uuid:plan_id>/hand/", improving.hand, name="plan-hand"),
    path("console/assessment/plans/<uuid:plan_id>/check/", improving.check, name="plan-check"),
    path("open/assessment/", ledger.scores, name="open"),
]
