"""Keeping the words: written in the transaction that writes what they name, taken away by the database itself, built anew by command.

A room registers a :class:`Source` for each table whose rows can be found, and calls :func:`index` where it writes such rows. Words of a
row go with the row: triggers (:func:`linli.platform.rls.unfindable`) take them away when it is deleted, taken back or its name is blanked,
whoever does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import models, transaction

from .. import bulkrows
from .models import SearchWord
from .readings import Word

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of ``model`` are found under ``kind`` by what ``words(row)`` says. ``rows()`` are all that should be findable: for building anew."""

    kind: str
    model: type[models.Model]
    words: Callable[[Any], Iterable[Word]]
    rows: Callable[[], models.QuerySet[Any]]


_SOURCES: dict[type[models.Model], Source] = {}


def add_source(source: Source) -> None:
    _SOURCES[source.model] = source


def sources() -> list[Source]:
    return list(_SOURCES.values())


def index(rows: Sequence[Any], *, are_new: bool = False) -> None:
    """Write the words of rows, in the running transaction. Rows of a table nobody registered have none.

    ``are_new``: nobody can have written a word of theirs yet, which spares the database looking for each.
    """
    for batch in _batches(rows):
        columns: list[list[Any]] = [[], [], [], [], []]
        ids, tokens, kinds, communities, weights = columns
        for row in batch:
            source = _SOURCES.get(type(row))
            if source is None:
                continue
            words = {word.token: word.weight for word in source.words(row)}
            tokens += words
            weights += words.values()
            ids += [row.pk.hex] * len(words)
            kinds += [source.kind] * len(words)
            community_id = getattr(row, "community_id", None)
            communities += [community_id and community_id.hex] * len(words)
        if ids:
            _write(columns, are_new=are_new)


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    coming = iter(rows)
    while batch := list(islice(coming, BATCH)):
        yield batch


def _write(columns: list[list[Any]], *, are_new: bool) -> None:
    names = (
        ("record_id", "uuid"),
        ("token", "text"),
        ("kind", "text"),
        ("community_id", "uuid"),
        ("weight", "smallint"),
    )
    written = [bulkrows.Column(name, kind, values) for (name, kind), values in zip(names, columns, strict=True)]
    bulkrows.insert("platform_search_word", written, unless_there=() if are_new else ("record_id", "token"))


def forget(record_ids: Iterable[UUID]) -> None:
    """Take the words of rows away, where a row stays but is no longer to be found."""
    SearchWord.objects.filter(record_id__in=list(record_ids)).delete()


def rebuild(say: Callable[[str, int], None] = lambda _kind, _n: None) -> int:
    """Build all words anew, in one transaction per source; the number of rows. Searches go on meanwhile by the old words.

    Call inside ``acting(System(...))``.
    """
    n_rows = 0
    for source in sources():
        n_of_kind = 0
        with transaction.atomic():
            SearchWord.objects.filter(kind=source.kind).delete()
            for batch in _batches(source.rows().iterator(chunk_size=BATCH)):
                index(batch)
                n_of_kind += len(batch)
        say(source.kind, n_of_kind)
        n_rows += n_of_kind
    return n_rows
