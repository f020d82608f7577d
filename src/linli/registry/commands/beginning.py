"""How an installation begins: the first administrator on their province, before anybody has a right; then a community with all above it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.errors import LinliError, NotAllowedError, define
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.models import Account

from ..models import PlaceRecord, RoleGrant
from .accounts import open_account
from .grants import grant_role
from .places import PlaceDetails, register_place

ADMINISTRATOR = "admin"
LEVELS = ("city", "district", "street", "community")
KNOWN_SINCE = dt.date(2000, 1, 1)
"""Designed here: from when places that were there before the register are said to have been, so that what is entered later fits in."""
THERE_ALREADY = define(
    "registry.community_there",
    zh="“{name}”已经登记在这个街道里了",
    en="{name} is registered in this street already",
    status=409,
)
NOWHERE = define(
    "registry.no_top",
    zh="您没有在社区以上的地方管理地方的权限，请上级管理员登记",
    en="You run no place above communities; an administrator above registers it",
    status=403,
)


@dataclass(frozen=True, slots=True)
class Link:
    """One level of the way down to a community. ``code`` may be empty."""

    kind: str
    name_zh: str
    name_en: str = ""
    code: str = ""


def has_begun() -> bool:
    """True once somebody was made administrator, whether or not they still are. Call as the installation (``System``)."""
    return RoleGrant.objects.filter(role=ADMINISTRATOR).exists()


def begin_installation(code: str, title: Text, *, username: str, shown_name: str, actor: Actor) -> tuple[Account, str]:
    """Register the province of two-digit ``code`` (unless it is there) and open the first administrator's account on it; with its password,
    which is told once. Only the installation itself may."""
    if not actor.everywhere:
        raise NotAllowedError("registry.begin")
    whole_code = code.ljust(6, "0")
    record = PlaceRecord.objects.believed().filter(code=whole_code, place__kind="province").first()
    if record is None:
        details = PlaceDetails(title.zh, title.en, code=whole_code)
        record = register_place("province", details, parent_id=None, actor=actor, on=KNOWN_SINCE)
    account, password = open_account(username, shown_name, actor=actor)
    grant_role(
        ADMINISTRATOR, place_id=record.place_id, actor=actor, reason="first administrator", account_id=account.id
    )
    return account, password


def found_community(chain: Sequence[Link], *, below: UUID | None, actor: Actor) -> PlaceRecord:
    """Register the last of ``chain`` and whatever above it is not there yet; links of the same code or name are taken as they are.

    All or nothing. A community of that name in that street is refused: it is chosen, not registered twice.
    """
    if below is None:
        raise LinliError(NOWHERE)
    parent_id, record = below, None
    for link in chain:
        record = _known(link, parent_id)
        if record is not None and link.kind == "community":
            raise LinliError(THERE_ALREADY, name=link.name_zh)
        if record is None:
            details = PlaceDetails(link.name_zh, link.name_en, code=link.code)
            record = register_place(link.kind, details, parent_id=parent_id, actor=actor, on=KNOWN_SINCE)
        parent_id = record.place_id
    assert record is not None
    return record


def _known(link: Link, parent_id: UUID) -> PlaceRecord | None:
    here = PlaceRecord.objects.believed().filter(parent_id=parent_id, place__kind=link.kind, valid_to=None)
    by_code = here.filter(code=link.code).first() if link.code else None
    return by_code or here.filter(name_zh=link.name_zh.strip()).first()
