"""An elder without a phone and a nephew who acts for her: entrusted at the desk, seen in her place on a phone, ended at the desk at once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from linli.kernel.clock import local_day, now
from linli.platform.testkit import using_database

from .conftest import SIZES, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

    from tests.live import Live

NEPHEW = "nephew-of-an-elder"


def _an_elder_and_a_nephew(live: Live) -> tuple[str, str]:
    """Somebody of eighty whose account nobody has, and an account that has no home here: (person id, name)."""
    from linli.platform.db import acting
    from linli.platform.models import Account
    from linli.registry.queries import list_people
    from linli.registry.queries.accounts import persons_with_accounts
    from tests.world import PASSWORD, WALKER, World

    with using_database(live.environment["LINLI_DATABASE"]):
        account = Account(username=NEPHEW, shown_name="何小军")
        account.set_password(PASSWORD)
        account.save()
        with acting(WALKER):
            old = list(list_people(WALKER, community_id=World().own, age_from=75)[:20])
            taken = persons_with_accounts([one.person_id for one in old])
            elder = next(one for one in old if one.person_id not in taken)
    return str(elder.person_id), elder.name


def test_a_nephew_acts_for_an_elder_and_no_longer_once_it_is_ended(
    context: BrowserContext, browser: Browser, live: Live
) -> None:
    elder, name = _an_elder_and_a_nephew(live)
    desk = context.new_page()
    sign_in(desk, "community_staff")
    desk.goto(f"/console/people/{elder}/")
    desk.get_by_role("link", name="代办员").click()
    desk.get_by_role("link", name="登记代办员").click()
    desk.fill("#id_account_id", NEPHEW)
    desk.check("input[name=acts][value=record]")
    desk.check("input[name=acts][value=notices]")
    desk.check("input[name=consent][value=home]")
    desk.fill("#id_until", (local_day(now()) + dt.timedelta(days=90)).isoformat())
    desk.fill("#id_evidence", "委托书第 12 号")
    desk.locator("main button.pri").click()
    expect(desk.locator("main")).to_contain_text("何小军")

    phone = browser.new_context(base_url=live.url, locale="zh-CN", viewport=SIZES["phone"]).new_page()
    sign_in(phone, NEPHEW)
    phone.goto("/me/helping/")
    phone.get_by_role("button", name=f"替{name}办事").click()
    expect(phone.locator("body")).to_contain_text(f"您正替{name}办事")
    phone.goto("/me/")
    expect(phone.locator("main")).to_contain_text(name)

    desk.reload()
    desk.get_by_role("link", name="停止").click()
    desk.fill("#id_reason", "本人不要了")
    desk.locator("main button.pri").click()
    expect(desk.locator("main")).to_contain_text("没有人替他办事")
    phone.goto("/me/")
    expect(phone.locator("body")).not_to_contain_text(name)
    phone.context.close()
