"""What ends by itself on the ground: browsers signed in, keys of requests, messages, entries, searches, jobs, what files say."""

from __future__ import annotations

import datetime as dt
import json

from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from linli.kernel.clock import now as clock
from linli.platform.comments.tables import Comment
from linli.platform.delivery.adapters import forget_lines, sink_files
from linli.platform.delivery.tables import Outgoing
from linli.platform.home import current_home
from linli.platform.inbox.tables import InboxEntry
from linli.platform.models import IdempotencyKey, Job, SignInFailure
from linli.platform.notes.tables import Note
from linli.platform.search.models import Search
from linli.platform.signin.tables import ExternalIdentity, OpenSession, SecondFactor

from .rules import Rule, deleting, retention_rule

OLD_QUEUE = """
    j.status IN ('succeeded', 'failed', 'cancelled', 'aborted')
    AND NOT EXISTS (SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.at >= %s)
"""


def _queue_due(before: dt.datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs j WHERE " + OLD_QUEUE, [before])  # noqa: S608  # our own words
        return int(cursor.fetchone()[0])


def _queue_out(before: dt.datetime, most: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id IN (SELECT j.id FROM procrastinate_jobs j WHERE "  # noqa: S608  # our own words
            + OLD_QUEUE
            + " LIMIT %s)",
            [before, most],
        )
        return int(cursor.rowcount)


def _lines_due(before: dt.datetime) -> int:
    def is_old(line: str) -> bool:
        return dt.datetime.fromisoformat(json.loads(line)["at"]) < before

    return sum(
        is_old(line) for path in sink_files(current_home()) for line in path.read_text(encoding="utf-8").splitlines()
    )


def _lines_out(before: dt.datetime, most: int) -> int:
    return sum(forget_lines(path, before) for path in sink_files(current_home()))


def _comments(before: dt.datetime) -> QuerySet[Comment]:
    """Questions asked before, whose last answer is that old, too."""
    younger = Comment.objects.filter(parent=OuterRef("pk"), at__gte=before)
    return Comment.objects.filter(~Exists(younger), parent=None, at__lt=before)


def _comments_out(before: dt.datetime, most: int) -> int:
    questions = list(_comments(before).values_list("pk", flat=True)[:most])
    rows = Comment.objects.filter(Q(pk__in=questions) | Q(parent_id__in=questions))
    notes = Note.objects.filter(pk__in=list(rows.values_list("note_id", flat=True)), erased_at=None)
    notes.update(text=None, erased_at=clock())
    rows.delete()
    return len(questions)


for rule in (
    Rule("comments", lambda before: _comments(before).count(), _comments_out),
    deleting("sessions", lambda before: OpenSession.objects.filter(begun_at__lt=before)),
    deleting("cookies", lambda before: Session.objects.filter(expire_date__lt=before)),
    deleting("guesses", lambda before: SignInFailure.objects.filter(at__lt=before)),
    deleting("request_keys", lambda before: IdempotencyKey.objects.filter(created_at__lt=before)),
    deleting("messages", lambda before: Outgoing.objects.filter(ended_at__lt=before)),
    Rule("message_files", _lines_due, _lines_out),
    deleting("inbox_read", lambda before: InboxEntry.objects.filter(read_at__lt=before)),
    deleting("inbox_unread", lambda before: InboxEntry.objects.filter(read_at=None, at__lt=before)),
    deleting("searches", lambda before: Search.objects.filter(is_saved=False, used_at__lt=before)),
    deleting("identity_codes", lambda before: ExternalIdentity.objects.filter(account=None, code_made_at__lt=before)),
    deleting("old_factors", lambda before: SecondFactor.objects.filter(ended_at__lt=before)),
    deleting("jobs", lambda before: Job.objects.filter(ended_at__lt=before)),
    Rule("job_queue", _queue_due, _queue_out),
):
    retention_rule(rule)
