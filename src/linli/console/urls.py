"""Addresses of the staff's face, the hall screen and the public ledger's first page."""

from django.urls import path

from . import assessed, impact, jobs, overview, pages, paper, privacy, public, setup

app_name = "console"
urlpatterns = [
    path("console/", pages.home, name="home"),
    path("console/notices/<uuid:notice_id>/poster.pdf", paper.poster, name="poster"),
    path("console/cases/codes/codes.pdf", paper.codes, name="codes"),
    path("console/assessment/report.pdf", assessed.report, name="assessment-report"),
    path("console/assessment/scores.xlsx", assessed.scores, name="assessment-scores"),
    path("console/lifecircle/scenarios/<uuid:scenario_id>/report.pdf", paper.scenario_report, name="scenario-report"),
    path("console/jobs/", jobs.jobs, name="jobs"),
    path("console/jobs/<uuid:job_id>/", jobs.job, name="job"),
    path("console/privacy/requests/", privacy.data_requests, name="requests"),
    path("console/privacy/requests/<uuid:request_id>/", privacy.data_request, name="request"),
    path("console/privacy/grades/", privacy.grades, name="grades"),
    path("console/privacy/impact/", impact.purposes, name="impact"),
    path("console/privacy/impact/<slug:purpose>/", impact.assessment, name="impact-purpose"),
    path("console/privacy/impact/<slug:purpose>/sign/", impact.sign, name="impact-sign"),
    path("console/privacy/reads/", privacy.reads, name="reads"),
    path("console/setup/", setup.setup, name="setup"),
    path("overview/", overview.overview, name="overview"),
    path("open/", public.start, name="open"),
]
