"""The network is away at the counter: the page still opens, what is written waits in the browser, and comes in once when the network is back."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Page

from linli.platform.testkit import using_database
from tests.live import eventually

from .conftest import sign_in


def write(page: Page, name: str, home: str, note: str) -> None:
    page.fill("#o-name", name)
    page.fill("#o-home", home)
    page.fill("#o-note", note)
    page.click("[data-offline-form] .btn.pri")


def n_kept(page: Page) -> str:
    return page.locator("[data-offline-count]").inner_text()


def n_answered(page: Page) -> int:
    return page.locator("[data-offline-answers] li").count()


def until(page: Page, script: str) -> None:
    """Asked again and again: the page's own policy forbids what waits inside it by a string."""
    eventually(lambda: page.evaluate(script))


CACHED = "caches.open('linli-counter-1').then(kept => kept.match('/console/counter/offline/')).then(Boolean)"


def services(live: Any) -> list[tuple[str, str]]:
    """State and doubt of what came in from entries, the oldest first."""
    from linli.counter.models import Service
    from linli.platform.actors import System
    from linli.platform.db import acting

    with using_database(live.environment["LINLI_DATABASE"]), acting(System("test")):
        rows = Service.objects.exclude(entry_key=None).order_by("pk")
        return list(rows.values_list("state", "doubt"))


def a_resident(live: Any) -> tuple[str, str]:
    """Somebody of the first community whose name nobody else has, and their home as the register writes it."""
    from linli.platform.actors import System
    from linli.platform.db import acting
    from linli.registry import queries
    from tests.world import World

    with using_database(live.environment["LINLI_DATABASE"]):
        world, asking = World(), System("test")
        building = world.objects(world.own)["building_id"]
        with acting(asking):
            for one in queries.residents_of(asking, building):
                if queries.list_people(asking, text=one.name).count() == 1:
                    from linli.registry.pages.naming import full_names

                    return one.name, full_names(asking, [one.unit_id])[one.unit_id]
    raise AssertionError("nobody has a name of their own")


def test_written_without_the_network_it_comes_in_once_and_whose_it_is_is_asked(
    page: Page, context: BrowserContext, live: Any
) -> None:
    name, home = a_resident(live)
    before = len(services(live))
    sign_in(page, "community_staff")
    page.goto("/console/counter/")
    page.click("a[href='/console/counter/offline/']")  # its door
    until(page, "navigator.serviceWorker.ready.then(() => true)")
    until(page, CACHED)
    page.reload()  # now answered through the worker, which keeps the files it is made of

    context.set_offline(True)
    page.reload()
    page.wait_for_selector("[data-offline-form]")
    assert "断网" in page.locator("[data-offline-said]").inner_text()
    write(page, name, home, "量血压，登记")
    write(page, "查无此人", "99-9-999", "来问食堂几点开")
    eventually(lambda: n_kept(page) == "2")
    assert len(services(live)) == before

    context.set_offline(False)
    eventually(lambda: n_kept(page) == "0")
    eventually(lambda: n_answered(page) == 2)
    page.click("[data-offline-send]")
    page.reload()
    assert n_kept(page) == "0"
    came = services(live)[before:]
    assert sorted(came) == [("open", ""), ("undecided", "nobody")]

    page.goto("/console/counter/")
    assert "查无此人" in page.locator("main").inner_text()
    assert "册子里没有这个姓名" in page.content()


def test_a_browser_closed_between_keeps_what_was_written_and_sends_it_at_the_next_opening(
    page: Page, context: BrowserContext, live: Any
) -> None:
    before = len(services(live))
    sign_in(page, "community_staff")
    page.goto("/console/counter/offline/")
    until(page, CACHED)
    context.set_offline(True)
    write(page, "查无此人", "99-9-999", "来问食堂几点开")
    eventually(lambda: n_kept(page) == "1")
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto("/console/counter/offline/")
    eventually(lambda: n_answered(again) == 1)
    assert len(services(live)) == before + 1
