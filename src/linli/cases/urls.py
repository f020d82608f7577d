"""Addresses of cases."""

from django.urls import path

from .open311 import pages as open311
from .pages import answers, bulk, codes, console, entering, heat, kept, matters, overview, report, views

app_name = "cases"
urlpatterns = [
    path("report/", report.report, name="report"),
    path("report/<uuid:draft_id>/", report.kind, name="kind"),
    path("report/<uuid:draft_id>/check/", report.check, name="check"),
    path("report/<uuid:draft_id>/discard/", report.discard, name="discard"),
    path("report/<uuid:draft_id>/photos/<uuid:attachment_id>/remove/", report.remove_photo, name="remove-photo"),
    path("report/offline/", kept.offline, name="offline"),
    path("report/kept/", kept.kept, name="kept"),
    path("report/worker.js", kept.worker, name="worker"),
    path("matters/", matters.matters, name="matters"),
    path("matters/<uuid:case_id>/", matters.matter, name="matter"),
    path("matters/<uuid:case_id>/say/", matters.say, name="say"),
    path("matters/<uuid:case_id>/urge/", matters.urge, name="urge"),
    path("matters/<uuid:case_id>/support/", matters.support, name="support"),
    path("reports/", matters.reports, name="reports"),
    path("reports/<uuid:case_id>/", matters.public, name="public"),
    path("console/queue/", console.queue, name="queue"),
    path("console/cases/", console.cases, name="cases"),
    path("console/cases/new/", entering.enter, name="enter"),
    path("console/cases/codes/", codes.codes, name="codes"),
    path("console/cases/board/", views.board, name="board"),
    path("console/cases/calendar/", views.month, name="calendar"),
    path("console/cases/map/", views.on_map, name="map"),
    path("console/cases/points.geojson", views.points, name="points"),
    path("console/cases/filters/", views.keep_filter, name="keep-filter"),
    path("console/cases/filters/<uuid:filter_id>/forget/", views.forget_filter, name="forget-filter"),
    *(
        path(f"console/cases/bulk/{what}/", bulk.bulk, {"what": what}, name=f"bulk-{what}")
        for what in ("take", "resume", "escalate", "assign", "merge")
    ),
    path("console/cases/hot/", heat.heat, name="hot"),
    path("console/cases/rates/", overview.overview, name="overview"),
    path("console/cases/<uuid:case_id>/", console.case, name="case"),
    path("console/cases/answers/", answers.answers, name="answers"),
    path("console/cases/<uuid:case_id>/hint/", answers.hint, name="hint"),
    path("console/cases/<uuid:case_id>/do/", console.do, name="do"),
    path("open311/discovery.json", open311.discovery, {"format": "json"}),
    path("open311/v2/services.json", open311.services, {"format": "json"}),
    path("open311/v2/services/<slug:type_id>.json", open311.definition, {"format": "json"}),
    path("open311/v2/requests.json", open311.requests, {"format": "json"}),
    path("open311/v2/requests/<uuid:case_id>.json", open311.one, {"format": "json"}),
    path("open311/discovery.xml", open311.discovery, {"format": "xml"}),
    path("open311/v2/services.xml", open311.services, {"format": "xml"}),
    path("open311/v2/services/<slug:type_id>.xml", open311.definition, {"format": "xml"}),
    path("open311/v2/requests.xml", open311.requests, {"format": "xml"}),
    path("open311/v2/requests/<uuid:case_id>.xml", open311.one, {"format": "xml"}),
]
