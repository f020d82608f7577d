"""What ends by itself at the counter: the words and the signature of a service; that it was done stays."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from linli.platform.retention import Rule, retention_rule

from .models import Service

SEALED = ("note", "who", "change", "signature", "code")


def _worded(before: dt.datetime) -> QuerySet[Service]:
    said = ~Q(note=b"") | ~Q(who=b"") | ~Q(change=b"") | ~Q(signature=b"") | ~Q(code=b"")
    return Service.objects.filter(said, ended_at__lt=before)


def _empty(before: dt.datetime, most: int) -> int:
    pks = list(_worded(before).values_list("pk", flat=True)[:most])
    return Service.objects.filter(pk__in=pks).update(**dict.fromkeys(SEALED, b""))


retention_rule(Rule("counter_words", lambda before: _worded(before).count(), _empty))
