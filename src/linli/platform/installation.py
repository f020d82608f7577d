"""What this database was born as, and the refusal to mix demo and real life."""

from __future__ import annotations

from functools import lru_cache

from linli.kernel.errors import LinliError, define

from .models import Installation

KINDS = {"demo": "演示", "real": "正式"}
ALREADY_BORN = define(
    "platform.already_born",
    zh="这个数据库生来是{kind_zh}，不能改作{wanted_zh}。请换一个 LINLI_HOME",
    en="This database was born {kind} and cannot become {wanted}. Use another LINLI_HOME",
    status=409,
)


@lru_cache(maxsize=1)
def _known_kind() -> str | None:
    row = Installation.objects.first()
    return row.kind if row else None


def installation_kind() -> str | None:
    """``demo``, ``real``, or None before the first start is finished."""
    kind = _known_kind()
    if kind is None:
        _known_kind.cache_clear()
    return kind


def be_born(kind: str) -> None:
    """Mark an empty database as ``demo`` or ``real``, once and for all. Saying the same again is no error."""
    Installation.objects.get_or_create(only=True, defaults={"kind": kind})
    _known_kind.cache_clear()
    refuse_other(kind)


def refuse_other(kind: str) -> None:
    """Refuse a database that was born as anything but ``kind``; one not born yet is let be."""
    born = Installation.objects.values_list("kind", flat=True).first()
    if born is not None and born != kind:
        raise LinliError(ALREADY_BORN, kind=born, wanted=kind, kind_zh=KINDS[born], wanted_zh=KINDS[kind])
