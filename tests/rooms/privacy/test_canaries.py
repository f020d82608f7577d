"""Canary persons: names, telephones and numbers nobody else has, looked for where they do not belong after a walk through the house."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from uuid import UUID

import pytest
from django.test import Client
from django.urls import get_resolver

from linli.kernel.clock import now
from linli.kernel.identity import check_character
from linli.platform.db import acting
from linli.platform.models import Account
from linli.registry import commands as do
from linli.registry.models import Place, RoleGrant
from tests.rooms.journal.conftest import Journal
from tests.rooms.registry.town import LAYER, Town, home, person

N = 12
BLIND = ("admin", "auditor", "planner")
"""Roles that are shown nobody."""
NAMES_MAY_STAND_IN = {"registry_personrecord", "platform_search_word"}


def canary(n: int) -> dict[str, str]:
    first = f"990102{1950 + n}0517{n:02d}4"
    return {
        "name": f"鸾鹓鸑{chr(0x9E00 + n)}",
        "phone": f"139777{n:05d}",
        "identity_number": first + check_character(first),
    }


def plant(town: Town) -> list[dict[str, str]]:
    planted = [canary(n) for n in range(N)]
    for n, one in enumerate(planted):
        who = person(town, **one, identity_kind="resident", care_note=f"鸑秘{n:03d}")
        if n < 2:
            home(town, "1-101" if n else "2-101", (who, "head"))
        one["id"] = str(who)
    return planted


def browser(town: Town, role: str) -> Client:
    place_id = town.east if role == "grid_worker" else town.street if role == "street_officer" else town.community
    account = Account.objects.create(username=f"{role}-canary", shown_name=role)
    with acting(LAYER):
        place = Place.objects.get(pk=place_id)
        RoleGrant.objects.create(
            community_id=place.community_id, role=role, account=account, place=place, valid_from=now(),
            granted_by="system:tests", reason="tests",
        )  # fmt: skip
    client = Client(raise_request_exception=False)
    client.force_login(account)
    return client


def plain_pages() -> list[str]:
    """Every console page that needs nothing in its address."""
    found: list[str] = []
    for resolver in get_resolver().url_patterns:
        for pattern in getattr(resolver, "url_patterns", []):
            route = str(getattr(pattern, "pattern", ""))
            if route.startswith(("console/", "me/", "open/", "overview/")) and "<" not in route:
                found.append(f"/{route}")
    return found


def hits(text: str, planted: Iterable[dict[str, str]], *keys: str) -> list[str]:
    return [one[key] for one in planted for key in keys if one[key] in text]


def everything_stored(journal: Journal) -> dict[str, str]:
    """Each table as text, as a dump would have it: bytes in hexadecimal."""
    tables = [row[0] for row in journal.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    return {name: "\n".join(row[0] for row in journal.rows(f'SELECT t::text FROM "{name}" t')) for name in tables}


def test_canaries_are_found_where_they_belong_and_nowhere_else(
    lasting: tuple[Town, Journal], caplog: pytest.LogCaptureFixture
) -> None:
    town, journal = lasting
    caplog.set_level(logging.DEBUG)
    planted = plant(town)
    staff, blind = browser(town, "community_staff"), {role: browser(town, role) for role in BLIND}
    pages = plain_pages()
    assert len(pages) > 15
    seen_by_staff = ""
    for url in [*pages, *(f"/console/people/{one['id']}/" for one in planted[:4])]:
        seen_by_staff += staff.get(url).content.decode(errors="replace")
        for role, client in blind.items():
            shown = hits(client.get(url).content.decode(errors="replace"), planted, "name", "phone", "identity_number")
            assert shown == [], f"{role} is shown a canary on {url}"
    assert hits(seen_by_staff, planted[:4], "name"), "the control: whoever may see them does"
    assert hits(seen_by_staff, planted, "phone", "identity_number") == [], "covered until a reason is given"
    refused = staff.post("/console/people/new/", {"name": planted[0]["name"], "identity_kind": "resident", "identity_number": planted[0]["identity_number"], "on": "x"})  # fmt: skip
    assert refused.status_code == 422
    with acting(town.staff()) as worker:
        do.reveal(UUID(planted[0]["id"]), "identity_number", actor=worker, reason="visit", note="鸑秘笔记")
    found = staff.post("/console/find/", {"q": planted[1]["phone"]})
    assert hits(found.headers["Location"], planted, "phone") == [], "no number in an address"
    assert hits(caplog.text, planted, "name", "phone", "identity_number") == []
    assert "鸑秘" not in caplog.text
    stored = everything_stored(journal)
    assert hits(stored["registry_personrecord"], planted, "name"), "the control: names are there"
    for table, text in stored.items():
        sealed = [value for one in planted for value in (one["phone"], one["identity_number"], "鸑秘")]
        leaks = [value for value in sealed if value in text or value.encode().hex() in text]
        assert leaks == [], f"{table} holds what should be sealed"
        if table not in NAMES_MAY_STAND_IN:
            assert hits(text, planted, "name") == [], f"{table} holds a name"


def test_a_leak_would_be_found(lasting: tuple[Town, Journal]) -> None:
    """The control of the looking itself: a number written where it does not belong is seen, in the clear and as bytes."""
    town, journal = lasting
    [one, other] = plant(town)[:2]
    with journal.superuser() as connection:
        connection.execute(
            "UPDATE registry_personrecord SET name_en = %s WHERE person_id = %s", [one["phone"], one["id"]]
        )
        connection.execute(
            "UPDATE registry_personrecord SET care_note = %s WHERE person_id = %s",
            [other["identity_number"].encode(), other["id"]],
        )
        connection.commit()
    text = everything_stored(journal)["registry_personrecord"]
    assert one["phone"] in text
    assert other["identity_number"].encode().hex() in text
