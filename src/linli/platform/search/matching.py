"""From what was asked to rows: conditions a room lays on its own, already narrowed, query.

The room starts from what the actor may see; here is only said which rows are called so. What is not seen is therefore neither shown nor
counted.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from .models import SearchWord
from .readings import Asked, Piece

_LAST = "\U0010ffff"


def _begins(run: str) -> Q:
    return Q(token__gte=run, token__lt=run + _LAST)


def having(kind: str, run: str, *, exactly: bool = False) -> QuerySet[SearchWord, Any]:
    """Ids of rows with a word that begins with ``run`` (or is it)."""
    words = SearchWord.objects.filter(Q(token=run) if exactly else _begins(run), kind=kind)
    return words.values("record_id")


def named(kind: str, piece: Piece) -> Q:
    """The condition "called so": every run of the piece is the beginning of one of the row's words."""
    condition = Q()
    for run in piece.runs:
        condition &= Q(pk__in=having(kind, run))
    return condition


def rank(kind: str, asked: Asked) -> Subquery:
    """How well a row stands for what was asked: 0 is its whole name. None where a row is found by something else than its words."""
    if not asked.pieces:
        return Subquery(SearchWord.objects.none().values("weight")[:1], output_field=IntegerField())
    run = asked.pieces[-1].runs[0]
    words = SearchWord.objects.filter(_begins(run), record_id=OuterRef("pk"), kind=kind).annotate(
        standing=F("weight") * 2 + Case(When(token=run, then=Value(0)), default=Value(1))
    )
    return Subquery(words.order_by("standing").values("standing")[:1], output_field=IntegerField())
