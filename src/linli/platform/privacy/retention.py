"""What ends by itself of people's rights: who read whom, copies whose link has died."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from linli.platform.retention import Rule, deleting, retention_rule

from .models import Copy, Read


def _forget_reads(before: dt.datetime, most: int) -> int:
    """All at once, by the database's own function: it refuses what is not yet six months old."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT privacy_forget_reads(%s)", [before])
        return int(cursor.fetchone()[0])


retention_rule(Rule("reads", lambda before: Read.objects.filter(at__lt=before).count(), _forget_reads))
retention_rule(deleting("copies", lambda before: Copy.objects.filter(dies_at__lt=before)))
