"""A hundred canary persons under real traffic: web and worker as an operator runs them, one killed midway; looked for in the processes' logs,
in every table, in every file and in every address. The short form is in ``tests/rooms/privacy/test_canaries.py``."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from linli.kernel.clock import now
from linli.platform.db import acting
from linli.platform.models import Account
from linli.platform.testkit import TestDatabases, using_database
from linli.registry.models import Place, RoleGrant
from tests.conftest import HOME
from tests.live import Live, eventually
from tests.rooms.journal.conftest import Journal
from tests.rooms.privacy.conftest import town_template  # noqa: F401  # fixture
from tests.rooms.privacy.test_canaries import NAMES_MAY_STAND_IN, everything_stored, hits, plain_pages, plant
from tests.rooms.registry.town import LAYER, Town

PASSWORD = "plum-rain-0412"  # of a test


class Visitor:
    """A browser without scripts over real HTTP: cookies, form tokens, and a note of every address asked or shown."""

    def __init__(self, url: str, username: str) -> None:
        self.url = url.rstrip("/")
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.addresses: list[str] = []
        self.last = ""
        door = self.get("/sign-in/")
        assert "csrfmiddlewaretoken" in door, f"no way in (are the browser's files built?): {door[-600:]}"
        inside = self.post("/sign-in/", username=username, password=PASSWORD)
        assert 'name="password"' not in inside, f"{username} is not let in: {inside[-600:]}"

    def get(self, path: str) -> str:
        return self._open(urllib.request.Request(self.url + path))

    def post(self, path: str, **said: str) -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.last)
        body = urllib.parse.urlencode(said | {"csrfmiddlewaretoken": token[1] if token else ""}).encode()
        return self._open(urllib.request.Request(self.url + path, body, headers={"Referer": self.url + path}))

    def _open(self, request: urllib.request.Request) -> str:
        try:
            with self.opener.open(request, timeout=60) as answer:
                text, where = answer.read().decode(errors="replace"), answer.url
        except urllib.error.HTTPError as error:
            text, where = error.read().decode(errors="replace"), error.url or ""
        self.addresses += [request.full_url, where, *re.findall(r'(?:href|action|src)="([^"]*)"', text)]
        if "csrfmiddlewaretoken" in text:
            self.last = text
        return text


@pytest.fixture
def installation(databases: TestDatabases, town_template: str, tmp_path: Path) -> Iterator[tuple[Live, Journal, Town]]:  # noqa: F811
    with databases.copy(town_template, "canaries_live") as name:
        with using_database(name):
            town = Town.read()
        from linli.platform.home import Home

        with Live.running(HOME, name) as live:
            yield (
                live,
                Journal(Home(tmp_path / "h", tmp_path / "k" / "k"), databases.server, name, town.community),
                town,
            )


def account(town: Town, role: str) -> str:
    made = Account(username=f"{role}-live", shown_name=role)
    made.set_password(PASSWORD)
    made.save()
    with acting(LAYER):
        place = Place.objects.get(pk=town.community)
        RoleGrant.objects.create(
            community_id=town.community, role=role, account=made, place=place, valid_from=now(), granted_by="system:tests",
            reason="tests",
        )  # fmt: skip
    return made.username


def test_a_hundred_canaries_under_real_traffic(installation: tuple[Live, Journal, Town]) -> None:
    live, journal, town = installation
    with using_database(live.environment["LINLI_DATABASE"]):
        planted = plant(town)
        names = {role: account(town, role) for role in ("community_staff", "auditor", "planner", "admin")}
        resident = Account(username="resident-live", shown_name="居民", person_id=planted[0]["id"])
        resident.set_password(PASSWORD)
        resident.save()
        pages = plain_pages()
    visitors = {role: Visitor(live.url, username) for role, username in names.items()}
    staff, own = visitors["community_staff"], Visitor(live.url, "resident-live")
    assert planted[0]["name"] in staff.get(f"/console/people/{planted[0]['id']}/"), (
        "the control: whoever may see them does"
    )
    own.get("/me/data/copy/")
    own.post("/me/data/copy/")
    for n, one in enumerate(planted):
        staff.get("/console/people/")
        staff.post("/tables/find/", q=one["name"], table="people", to="/console/people/")
        staff.post("/console/find/", q=one["phone"] if n % 2 else one["name"])
        staff.get(f"/console/people/{one['id']}/")
        staff.post("/console/people/new/", name=one["name"], identity_number=one["identity_number"], on="x")
        if n == 50:
            live.kill("worker")
            live.start("worker", "worker")
    for role, visitor in visitors.items():
        for url in pages:
            shown = visitor.get(url)
            if role != "community_staff":
                assert hits(shown, planted, "name", "phone", "identity_number") == [], f"{role} on {url}"
    eventually(lambda: journal.rows("SELECT 1 FROM privacy_copy"), limit_s=60)
    for visitor in (*visitors.values(), own):
        told = [one for one in visitor.addresses if hits(urllib.parse.unquote_plus(one), planted, "name", "phone", "identity_number")]  # fmt: skip
        assert told == []
    for part in ("web", "worker"):
        assert hits(live.log(part), planted, "name", "phone", "identity_number") == [], f"the log of {part}"
    for table, text in everything_stored(journal).items():
        for one in planted:
            for value in (one["phone"], one["identity_number"]):
                assert value not in text, table
                assert value.encode().hex() not in text, table
        if table not in NAMES_MAY_STAND_IN:
            assert hits(text, planted, "name") == [], table
