"""A retry is safe: the answer to a request is kept under the caller's key, in the transaction of its effect.

Two equal requests at once: the second waits for the first's advisory lock and then finds its answer. A key used again for another
request is refused. Keys live for a week.
"""

from __future__ import annotations

import hashlib

from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect

from linli.kernel.errors import LinliError, define
from linli.platform.models import IdempotencyKey

KEY_REUSED = define(
    "platform.key_reused",
    zh="这个提交编号已经用于另一份内容，请刷新页面后重新填写",
    en="This idempotency key was used for a different request; reload the page and send again with a new key",
    status=409,
)
KEY_TOO_LONG = define(
    "platform.key_too_long",
    zh="提交编号最长 255 个字符，收到 {n}",
    en="An idempotency key has at most 255 characters, got {n}",
)
MAX_KEY_CHARACTERS = 255


def replay_or_claim(*, caller: str, key: str, request_digest: bytes) -> HttpResponse | None:
    """The stored answer if ``caller`` already got one under ``key``; None if the effect is to be done now.

    Holds a transaction lock on (caller, key) until the surrounding transaction ends.
    """
    if len(key) > MAX_KEY_CHARACTERS:
        raise LinliError(KEY_TOO_LONG, n=len(key))
    lock = int.from_bytes(hashlib.sha256(f"{caller}\n{key}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
    row = IdempotencyKey.objects.filter(caller=caller, key=key).first()
    if row is None:
        return None
    if bytes(row.request_digest) != request_digest:
        raise LinliError(KEY_REUSED)
    if row.location:
        return HttpResponseRedirect(row.location)
    return HttpResponse(bytes(row.body), status=row.status, content_type=row.content_type)


def store_answer(*, caller: str, key: str, request_digest: bytes, response: HttpResponse) -> None:
    """Keep ``response`` under the key, in the running transaction."""
    IdempotencyKey.objects.create(
        caller=caller,
        key=key,
        request_digest=request_digest,
        status=response.status_code,
        location=response.headers.get("Location", ""),
        content_type=response.headers.get("Content-Type", ""),
        body=response.content,
    )
