"""The event stream as a browser hears it: what is sealed reaches those in its community within seconds, nobody else, and carries names only."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.test import Client

from linli.kernel.clock import local_day, now
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.testkit import using_database
from tests.live import Live, eventually
from tests.world import World


class Ear(threading.Thread):
    """Reads one event stream line by line until it ends or is closed."""

    def __init__(self, live: Live, session: str) -> None:
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection(urlsplit(live.url).netloc, timeout=30)
        self.connection.request("GET", "/live/", headers={"Cookie": f"sessionid={session}"} if session else {})
        self.answer = self.connection.getresponse()
        self.lines: list[str] = []

    def run(self) -> None:
        while line := self.answer.readline():
            self.lines.append(line.decode().strip())

    @property
    def heard(self) -> list[dict[str, str]]:
        return [fact for line in self.lines if line.startswith("data: ") for fact in json.loads(line[6:])]


@contextmanager
def listening(live: Live, client: Client) -> Iterator[Ear]:
    ear = Ear(live, client.cookies["sessionid"].value)
    assert ear.answer.headers["Content-Type"].startswith("text/event-stream")
    ear.start()
    eventually(lambda: ear.lines)
    try:
        yield ear
    finally:
        ear.connection.sock and ear.connection.sock.close()


def test_a_fact_reaches_its_own_community_and_no_other(live: Live) -> None:
    from linli.registry import commands as do
    from linli.registry.models import Facility

    with using_database(live.environment["LINLI_DATABASE"]):
        world = World()
        with listening(live, world.client("resident")) as ours, listening(live, world.client("resident_2")) as theirs:
            with acting(System("test")) as actor:
                facility = Facility.objects.filter(community_id=world.own).first()
                assert facility is not None
                do.change_facility(facility.pk, {"name_zh": "改了名的设施"}, actor=actor, on=local_day(now()))
            fact = eventually(lambda: next((f for f in ours.heard if f["name"] == "registry.facility_changed"), None))
            assert fact.keys() == {"name", "community", "position"}
            assert fact["community"] == str(world.own)
            assert "改了名" not in "".join(ours.lines)
            assert theirs.heard == []


def test_nobody_known_gets_no_stream(live: Live) -> None:
    assert Ear(live, "").answer.status == 204


def test_a_session_that_was_ended_closes_its_stream_within_a_minute(live: Live) -> None:
    from linli.platform.models import Account
    from linli.platform.signin.sessions import end_sessions

    with using_database(live.environment["LINLI_DATABASE"]):
        client = World().client("resident")
        with listening(live, client) as ear:
            end_sessions(Account.objects.get(username="resident").pk, because="test")
            eventually(lambda: not ear.is_alive(), limit_s=60)


def test_who_moved_out_and_who_lost_their_role_hear_no_more_within_a_minute(live: Live) -> None:
    from linli.platform.models import Account
    from linli.registry import commands as do
    from linli.registry.models import Facility, Membership

    def happen() -> None:
        with acting(System("test")) as actor:
            facility = Facility.objects.filter(community_id=world.own).first()
            assert facility is not None
            name = f"设施{time.monotonic_ns()}"
            do.change_facility(facility.pk, {"name_zh": name}, actor=actor, on=local_day(now()))

    def falls_silent() -> bool:
        """A fact is heard by who has the right still, and not by the two."""
        before = {ear: len(ear.heard) for ear in (moved, demoted, staff)}
        happen()
        eventually(lambda: len(staff.heard) > before[staff], limit_s=10)
        time.sleep(0.5)
        return all(len(ear.heard) == before[ear] for ear in (moved, demoted))

    with using_database(live.environment["LINLI_DATABASE"]):
        world = World()
        with acting(System("test")) as actor:
            stay = Membership.objects.as_of(local_day(now())).filter(community_id=world.own).order_by("pk").last()
            assert stay is not None
            mover = Account.objects.create(username="mover", shown_name="搬走的", person_id=stay.person_id)
            clerk = Account.objects.create(username="mover-clerk", shown_name="调走的")
            grant = do.grant_role(
                "community_staff", place_id=world.own, account_id=clerk.pk, actor=actor, reason="测试"
            )
        clients = [Client(), Client()]
        for client, account in zip(clients, (mover, clerk), strict=True):
            client.force_login(account)
        with (
            listening(live, clients[0]) as moved, listening(live, clients[1]) as demoted,
            listening(live, world.client("community_staff")) as staff,
        ):  # fmt: skip
            assert not falls_silent()
            with acting(System("test")) as actor:
                do.leave_household(stay.person_id, actor=actor, on=local_day(now()))
                do.end_grant(grant.pk, actor=actor, because="调走")
            eventually(falls_silent, limit_s=60, step_s=2)
