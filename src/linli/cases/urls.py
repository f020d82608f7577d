"""Addresses of cases."""

from django.urls import path

from .pages import console, matters, report

app_name = "cases"
urlpatterns = [
    path("report/", report.report, name="report"),
    path("report/<uuid:draft_id>/", report.kind, name="kind"),
    path("report/<uuid:draft_id>/check/", report.check, name="check"),
    path("report/<uuid:draft_id>/discard/", report.discard, name="discard"),
    path("report/<uuid:draft_id>/photos/<uuid:attachment_id>/remove/", report.remove_photo, name="remove-photo"),
    path("matters/", matters.matters, name="matters"),
    path("matters/<uuid:case_id>/", matters.matter, name="matter"),
    path("matters/<uuid:case_id>/say/", matters.say, name="say"),
    path("matters/<uuid:case_id>/urge/", matters.urge, name="urge"),
    path("matters/<uuid:case_id>/support/", matters.support, name="support"),
    path("reports/", matters.reports, name="reports"),
    path("reports/<uuid:case_id>/", matters.public, name="public"),
    path("console/queue/", console.queue, name="queue"),
    path("console/cases/", console.cases, name="cases"),
    path("console/cases/<uuid:case_id>/", console.case, name="case"),
    path("console/cases/<uuid:case_id>/do/", console.do, name="do"),
]
