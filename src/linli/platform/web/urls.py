"""Addresses of the ground itself."""

from django.urls import path

from linli.platform.attachments import pages as attachments
from linli.platform.comments import pages as comments
from linli.platform.delivery import pages as delivery
from linli.platform.inbox import pages as inbox
from linli.platform.kit.tables.finding import table_find
from linli.platform.retention import pages as retention
from linli.platform.signin import outside, security
from linli.platform.signin import pages as signin

from . import health, preferences
from .live import live

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("tables/find/", table_find, name="table-find"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("sign-in/", signin.sign_in, name="sign-in"),
    path("sign-out/", signin.sign_out, name="sign-out"),
    path("sign-in/outside/", outside.go_out, name="sign-in-outside"),
    path("sign-in/outside/back/", outside.come_back, name="sign-in-outside-back"),
    path("sign-in/code/", signin.sign_in_code, name="sign-in-code"),
    path("me/security/", security.security, name="security"),
    path("me/security/factor/", security.factor_enrol, name="security-factor"),
    path("me/security/factor/off/", security.factor_off, name="security-factor-off"),
    path("me/security/codes/", security.codes, name="security-codes"),
    path("me/security/codes/noted/", security.codes_noted, name="security-codes-noted"),
    path("me/security/sessions/end/", security.sessions_end, name="security-sessions-end"),
    path("live/", live, name="live"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.all_read, name="inbox-read"),
    path("inbox/settings/", inbox.wishes, name="inbox-wishes"),
    path("inbox/<uuid:entry_id>/", inbox.opened, name="inbox-open"),
    path("files/<uuid:attachment_id>/", attachments.attached, name="attached"),
    path("console/retention/", retention.retention, name="retention"),
    path("console/comments/", comments.comments, name="comments"),
    path("comments/<uuid:comment_id>/answer/", comments.answered, name="comment-answer"),
    path("comments/<uuid:comment_id>/hide/", comments.hidden, name="comment-hide"),
    path("comments/<uuid:comment_id>/report/", comments.reported, name="comment-report"),
    path("comments/<uuid:comment_id>/take-back/", comments.taken_back, name="comment-take-back"),
    path("comments/remark/<str:remark_kind>/<uuid:holder_id>/", comments.remarked, name="remark"),
    path("console/delivery/", delivery.delivery, name="delivery"),
    path("console/delivery/<uuid:message_id>/again/", delivery.delivery_again, name="delivery-again"),
]
