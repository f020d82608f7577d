"""Adding a file to a thing, taking it away, and sweeping up what nothing speaks of any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from django.db import connection, transaction

from linli.kernel.errors import LinliError, NotFoundError, define
from linli.platform.actors import Actor, System
from linli.platform.db import acting

from . import files
from .checking import TOO_BIG, Checked, check, limits, most_bytes, safe_name
from .tables import Attachment

TOO_MANY = define(
    "platform.attachments_too_many",
    zh="一条最多 {most} 个附件",
    en="At most {most} files belong to one thing",
    status=422,
)
SWEEPER = System("attachments")
LOCK = 7_120_013


class Sent(Protocol):
    """A file as a form hands it over."""

    name: str | None
    size: int | None

    def chunks(self) -> Iterable[bytes]: ...


def attach(
    sent: Sent,
    *,
    community_id: UUID,
    holder_kind: str,
    holder_id: UUID,
    caption: str = "",
    actor: Actor,
    now: dt.datetime,
) -> Attachment:
    """Check, re-encode and keep a file for a thing. That the actor may change that thing, its room has decided before."""
    checked = read(sent)
    held = Attachment.objects.filter(holder_kind=holder_kind, holder_id=holder_id)
    most = limits()["most_per_holder"]
    if held.count() >= most:
        raise LinliError(TOO_MANY, most=most)
    _lock_files(shared=True)
    digest = files.keep(checked.data)
    return Attachment.objects.create(
        community_id=community_id, holder_kind=holder_kind, holder_id=holder_id, sha256=digest, media_type=checked.media_type,
        n_bytes=len(checked.data), width_px=checked.width_px, height_px=checked.height_px, name=checked.name,
        caption=" ".join(caption.split())[:200], added_by=actor.code, added_at=now,
    )  # fmt: skip


def read(sent: Sent) -> Checked:
    """The file as it would be kept. What is too long is refused before it is read."""
    most = most_bytes()
    if (sent.size or 0) > most:
        name = safe_name(sent.name or "")
        raise LinliError(TOO_BIG, name=name, got_mb=round((sent.size or 0) / 1e6, 1), most_mb=round(most / 1e6, 1))
    return check(b"".join(sent.chunks()), sent.name or "")


def list_attached(holder_kind: str, holder_ids: Iterable[UUID]) -> dict[UUID, list[Attachment]]:
    """The files of the things, oldest first; what is not in the actor's scope is not among them."""
    found: dict[UUID, list[Attachment]] = {}
    for row in Attachment.objects.filter(holder_kind=holder_kind, holder_id__in=list(holder_ids)).order_by(
        "added_at", "pk"
    ):
        found.setdefault(row.holder_id, []).append(row)
    return found


def detach(attachment_id: UUID, *, holder_kind: str, holder_id: UUID) -> None:
    """Erase a file of a thing: the row now, the bytes once the transaction stands and nothing else speaks of them."""
    row = Attachment.objects.filter(pk=attachment_id, holder_kind=holder_kind, holder_id=holder_id).first()
    if row is None:
        raise NotFoundError
    row.delete()
    transaction.on_commit(lambda: _forget_unspoken({row.sha256}))


def hand_over(from_kind: str, from_id: UUID, to_kind: str, to_id: UUID, *, added_by: str) -> int:
    """The files of one thing become another's (a draft that was sent); how many. ``added_by`` is what is known of who added them from now on."""
    held = Attachment.objects.filter(holder_kind=from_kind, holder_id=from_id)
    return held.update(holder_kind=to_kind, holder_id=to_id, added_by=added_by)


def detach_all(holder_kind: str, holder_id: UUID) -> None:
    rows = Attachment.objects.filter(holder_kind=holder_kind, holder_id=holder_id)
    digests = set(rows.values_list("sha256", flat=True))
    rows.delete()
    transaction.on_commit(lambda: _forget_unspoken(digests))


def sweep() -> int:
    """Delete files that no row has spoken of for as long as the policy says; how many. Made by transactions that were rolled back, or killed."""
    oldest_s = limits()["orphan_after_hours"] * 3600
    old = {name for name, age_s in files.kept() if age_s > oldest_s}
    parts = {name for name in old if not files.HASH.fullmatch(name)}
    for name in parts:
        files.remove(name)
    return len(parts) + _forget_unspoken(old - parts)


def _forget_unspoken(digests: set[str]) -> int:
    """Delete the files among ``digests`` that no row speaks of. Nobody keeps a file meanwhile: :func:`attach` waits for this."""
    with acting(SWEEPER):
        _lock_files(shared=False)
        spoken = set(Attachment.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
        for digest in digests - spoken:
            files.forget(digest)
    return len(digests - spoken)


def _lock_files(*, shared: bool) -> None:
    """Until the transaction ends. Keepers do not wait for each other; one who deletes waits for all."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{'_shared' if shared else ''}(%s)", [LOCK])
