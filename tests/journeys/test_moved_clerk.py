"""A clerk is moved to another community: the open page, the address bar, the search and the list that was waiting lose sight at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linli.platform.testkit import using_database

from .conftest import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.live import Live

NAME = "moved-clerk"


def _clerk(world: Any) -> Any:
    """An account of their own, community staff in the first community."""
    from linli.platform.db import acting
    from linli.platform.models import Account
    from linli.registry import commands as do
    from tests.world import PASSWORD, WALKER

    account = Account(username=NAME, shown_name="许调任")
    account.set_password(PASSWORD)
    account.save()
    with acting(WALKER) as actor:
        return do.grant_role("community_staff", place_id=world.own, actor=actor, reason="上任", account_id=account.pk)


def _move(world: Any, grant: Any) -> None:
    from linli.platform.db import acting
    from linli.registry import commands as do
    from tests.world import WALKER

    with acting(WALKER) as actor:
        do.end_grant(grant.pk, actor=actor, because="调任")
        do.grant_role("community_staff", place_id=world.other, actor=actor, reason="调任", account_id=grant.account_id)


def test_a_clerk_moved_to_another_community_loses_sight_at_once(page: Page, live: Live) -> None:
    from linli.platform.db import acting
    from linli.platform.jobs import run_job, start_job
    from linli.platform.models import Job
    from linli.registry.queries import list_people
    from tests.world import WALKER, World

    with using_database(live.environment["LINLI_DATABASE"]):
        world = World()
        grant = _clerk(world)
        with acting(WALKER) as actor:
            here, there = (list_people(actor, community_id=one).first() for one in (world.own, world.other))
        clerk = world.actor(NAME)

    sign_in(page, NAME)
    page.goto(f"/console/people/{here.person_id}/")
    assert here.name in page.locator("body").inner_text()
    assert page.goto(f"/console/people/{there.person_id}/").status == 404

    with using_database(live.environment["LINLI_DATABASE"]):
        with acting(clerk):
            waiting = start_job(
                "registry.import_people", actor=clerk, community_id=world.own,
                arguments={"step": "preview", "table_import": str(world.objects(world.own)["import_id"])},
            )  # fmt: skip
        _move(world, grant)
        run_job(waiting.pk)
        with acting(WALKER):
            waiting.refresh_from_db()
            assert waiting.state == Job.State.FAILED

    assert page.goto(f"/console/people/{here.person_id}/").status == 404
    assert page.goto(f"/api/v1/registry/people/{here.person_id}").status == 404
    page.goto("/console/people/")
    assert here.name not in page.locator("body").inner_text()
    page.goto(f"/console/people/{there.person_id}/")
    assert there.name in page.locator("body").inner_text()
