"""Canary persons: names, telephones and numbers nobody else has, looked for where they do not belong after a walk through the house."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver

from linli.kernel.clock import now
from linli.kernel.identity import check_character
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.db import acting
from linli.platform.delivery.outbox import Channel, queue
from linli.platform.inbox.digest import send_digests
from linli.platform.jobs import run_job
from linli.platform.models import Account, Job
from linli.platform.privacy.carrying import carry_out_due
from linli.platform.privacy.requests import ask
from linli.platform.retention.running import carry_out_now
from linli.platform.search.kept import keep
from linli.registry import commands as do
from linli.registry.models import PersonRecord, Place, RoleGrant, TableImport
from tests.rooms.journal.conftest import Journal
from tests.rooms.registry.pages.conftest import Browser
from tests.rooms.registry.town import LAYER, Town, home, person

N = 100
BLIND = ("admin", "auditor", "planner")
"""Roles that are shown nobody."""
NAMES_MAY_STAND_IN = {"registry_personrecord", "platform_search_word"}
SENT_IN = "attachments/imports/"
"""A list a worker sent in is itself full of names; it lies there, owner-only, for a week at most."""
ADDRESS = re.compile(r'(?:href|action|src|data-[a-z-]+|hx-[a-z]+)="([^"]*)"')


def canary(n: int) -> dict[str, str]:
    first = f"990102{1950 + n % 60}0517{n:03d}"
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


def browser(town: Town, role: str) -> Watched:
    place_id = town.east if role == "grid_worker" else town.street if role == "street_officer" else town.community
    account = Account.objects.create(username=f"{role}-canary", shown_name=role)
    with acting(LAYER):
        place = Place.objects.get(pk=place_id)
        RoleGrant.objects.create(
            community_id=place.community_id, role=role, account=account, place=place, valid_from=now(),
            granted_by="system:tests", reason="tests",
        )  # fmt: skip
    client = Watched(raise_request_exception=False)
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


class Watched(Client):
    """A browser that notes every address it asks, is sent to, or is shown in a page, and every cookie it is given."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.addresses: list[str] = []

    def request(self, **asked: Any) -> Any:
        answer = super().request(**asked)
        self.addresses += [f"{asked['PATH_INFO']}?{asked.get('QUERY_STRING', '')}", answer.headers.get("Location", "")]
        self.addresses += [morsel.OutputString() for morsel in answer.cookies.values()]
        if not answer.streaming and "html" in answer.headers.get("Content-Type", ""):
            self.addresses += ADDRESS.findall(answer.content.decode(errors="replace"))
        return answer


def everything_on_disk(folder: Path) -> dict[str, bytes]:
    """Every file of the installation but the database's own and the keys, which hold no names."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] not in ("pg", "run", "secrets")
    }


def a_list(planted: list[dict[str, str]]) -> SimpleUploadedFile:
    """Of people the register does not know; one line is wrong, so that faults are told."""
    rows = [f"{one['name']},女,1951-05-17,{one['phone']},1-101,户主,租户," for one in planted]
    return SimpleUploadedFile("名单.csv", "\r\n".join(["姓名,性别,出生日期,手机号,房号,与户主关系,住户类型,份额", *rows, "坏行,女,昨天,,1-101,户主,租户,"]).encode("utf-8-sig"))  # fmt: skip


def leaves_traces(town: Town, planted: list[dict[str, str]], staff: Watched) -> None:
    """Everything a worker does with a person's data in a day: refused forms, lists, files, searches, looks, an import, programs."""
    one, two, three = planted[:3]
    refused = staff.post("/console/people/new/", {"name": one["name"], "identity_kind": "resident", "identity_number": one["identity_number"], "on": "x"})  # fmt: skip
    assert refused.status_code == 422
    with acting(town.staff()) as worker:
        do.reveal(UUID(one["id"]), "identity_number", actor=worker, reason="visit", note="鸑秘笔记")
    for words in (two["phone"], two["name"], two["identity_number"]):
        staff.get(staff.post("/console/find/", {"q": words}).headers["Location"])
        staff.post("/console/find/suggest/", {"q": words})
        staff.get(staff.post("/tables/find/", {"q": words, "table": "people", "to": "/console/people/"})["Location"])
    for form in ("csv", "xlsx", "json"):
        assert staff.get(f"/console/people/?format={form}").status_code == 200
    assert three["phone"] not in staff.get("/console/people/?format=csv").content.decode()
    assert staff.get(f"/api/v1/registry/{town.community}/people?limit=200").status_code in (200, 403)
    for strange in (
        f"/console/people/{three['id']}/nothing/",
        "/console/people/?page=9999999999",
        "/console/people/?born_from=x",
    ):
        staff.get(strange)
    staff.post("/console/people/new/", {"name": three["name"] + "\x00", "identity_number": three["identity_number"]})
    columns = Browser(staff).done(
        "/console/import/people/", file=a_list(planted[90:95]), on="2024-06-01", is_made_up="on"
    )
    staff.get(Browser(staff).done(columns))


def worker_does_its_part(planted: list[dict[str, str]]) -> None:
    """Copies asked for, an erasure, the night's terms, digests, jobs: what runs where nobody looks."""
    for one in planted[3:6]:
        account = Account.objects.create(username=f"c-{one['id'][-8:]}", shown_name="居民", person_id=UUID(one["id"]))
        with acting(LAYER):
            community_id = PersonRecord.objects.filter(person_id=one["id"]).first().community_id
        them = Actor(
            kind="person", account_id=account.pk, person_id=UUID(one["id"]), own_communities=frozenset([community_id])
        )
        with acting(them):
            ask("copy", actor=them, community_id=community_id)
            keep(them, one["name"])
        with acting(LAYER):
            queue(channel=Channel.SMS, address=one["phone"], text=Text(f"{one['name']}，码 123456", "123456"), kind="sign_in_code", community_id=community_id)  # fmt: skip
    assert carry_out_due() == 3
    with acting(LAYER):
        jobs = list(Job.objects.filter(state="waiting").values_list("pk", flat=True))
        assert TableImport.objects.exists(), "the control: a list was sent in"
    assert jobs, "the control: there was work"
    for job in jobs:
        run_job(job)
    send_digests(now=now())
    carry_out_now(now=now())


def test_a_hundred_canaries_are_found_where_they_belong_and_nowhere_else(
    lasting: tuple[Town, Journal], caplog: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, journal = lasting
    monkeypatch.setenv("LINLI_HOME", str(tmp_path / "home"))
    caplog.set_level(logging.DEBUG)
    planted = plant(town)
    staff, blind = browser(town, "community_staff"), {role: browser(town, role) for role in BLIND}
    pages = plain_pages()
    assert len(pages) > 15
    seen_by_staff = ""
    for url in [*pages, "/healthz", "/readyz", *(f"/console/people/{one['id']}/" for one in planted[:4])]:
        seen_by_staff += staff.get(url).content.decode(errors="replace")
        for role, client in blind.items():
            shown = hits(client.get(url).content.decode(errors="replace"), planted, "name", "phone", "identity_number")
            assert shown == [], f"{role} is shown a canary on {url}"
    assert hits(seen_by_staff, planted[:4], "name"), "the control: whoever may see them does"
    assert hits(seen_by_staff, planted, "phone", "identity_number") == [], "covered until a reason is given"
    leaves_traces(town, planted, staff)
    worker_does_its_part(planted)
    for client in (staff, *blind.values()):
        told = [address for address in client.addresses if hits(unquote_plus(address), planted, "name", "phone", "identity_number")]  # fmt: skip
        assert told == [], "an address tells who was looked at"
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
    for name, data in everything_on_disk(tmp_path / "home").items():
        if not name.startswith(SENT_IN):
            assert hits(data.decode(errors="replace"), planted, "name", "phone", "identity_number") == [], name


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
