"""What ends by itself of cases: words, pictures and persons of those long closed; drafts nobody sent. Number, kind, place and times stay."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from linli.platform.attachments.keeping import detach_all
from linli.platform.retention import Rule, retention_rule

from . import queries
from .models import Case, Draft, Said, Supporter


def _worded(before: dt.datetime) -> QuerySet[Case]:
    said = Q(person__isnull=False) | Q(account_id__isnull=False) | ~Q(reporter=b"") | Q(words__erased_at=None)
    return Case.objects.filter(said, phase="closed", closed_at__lt=before).distinct()


def _empty(before: dt.datetime, most: int) -> int:
    pks = list(_worded(before).values_list("pk", flat=True)[:most])
    Said.objects.filter(case_id__in=pks, erased_at=None).update(body="", account_id=None, erased_at=before)
    Supporter.objects.filter(case_id__in=pks).delete()
    for pk in pks:
        detach_all(queries.HOLDER, pk)
    gone = {"person": None, "account_id": None, "entered_by": None, "reporter": b"", "reporter_index": b""}
    return Case.objects.filter(pk__in=pks).update(**gone, answers={}, where="", public_title="", is_public=False)


def _unsent(before: dt.datetime, most: int) -> int:
    old = list(Draft.objects.filter(made_at__lt=before)[:most])
    for draft in old:
        detach_all(queries.DRAFT_HOLDER, draft.pk)
        draft.delete()
    return len(old)


retention_rule(Rule("case_words", lambda before: _worded(before).count(), _empty))
retention_rule(Rule("case_drafts", lambda before: Draft.objects.filter(made_at__lt=before).count(), _unsent))
