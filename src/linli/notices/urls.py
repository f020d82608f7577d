"""Addresses of announcements."""

from django.urls import path

from .pages import console, portal, readers

app_name = "notices"
urlpatterns = [
    path("notices/", portal.mine, name="mine"),
    path("notices/<uuid:notice_id>/", portal.read, name="read"),
    path("console/notices/", console.notices, name="notices"),
    path("console/notices/new/", console.new, name="new"),
    path("console/notices/<uuid:notice_id>/", console.notice, name="notice"),
    path("notices/<uuid:notice_id>/ask/", portal.ask, name="ask"),
    path("console/notices/<uuid:notice_id>/edit/", console.edit, name="edit"),
    path("console/notices/<uuid:notice_id>/publish/", console.publish, name="publish"),
    path("console/notices/<uuid:notice_id>/correct/", console.correct, name="correct"),
    path("console/notices/<uuid:notice_id>/withdraw/", console.withdraw, name="withdraw"),
    path("console/notices/<uuid:notice_id>/files/add/", console.add_file, name="add-file"),
    path(
        "console/notices/<uuid:notice_id>/files/<uuid:attachment_id>/remove/", console.remove_file, name="remove-file"
    ),
    path("console/notices/<uuid:notice_id>/discard/", console.discard, name="discard"),
    path("console/notices/<uuid:notice_id>/unread/", readers.unread, name="unread"),
    path("console/notices/<uuid:notice_id>/remind/", readers.remind, name="remind"),
]
