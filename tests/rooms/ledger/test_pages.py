"""A coordinator opens a book, books an elder's help, the helped confirms on the phone; everybody sees sums, nobody a neighbour's account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linli.kernel.ids import uuid7

if TYPE_CHECKING:
    from tests.rooms.registry.pages.conftest import Enter

    from .desk import Desk


def resident(desk: Desk, enter: Enter, name: str):
    from linli.platform.models import Account

    browser = enter("resident", desk.town.community, name=f"r{desk.people[name].hex[-6:]}")
    Account.objects.filter(username=f"r{desk.people[name].hex[-6:]}").update(person_id=desk.people[name])
    return browser


def test_points_from_the_desk_to_the_phone(desk: Desk, enter: Enter) -> None:
    worker = enter("community_staff", desk.town.community)
    assert "社区积分" in worker.get("/console/ledger/")
    url = f"/console/ledger/{desk.points}/"
    assert "王秀英" in worker.client.post(url, {"q": "王秀英"}).content.decode()
    account = f"{url}people/{desk.people['王秀英']}/"
    made = str(uuid7())
    for _ in range(2):  # the second click
        answer = worker.client.post(account, {"reason": "volunteering", "amount": "12", "transfer_id": made})
        assert answer.status_code == 302
    assert desk.balance("王秀英") == 12
    refused = worker.client.post(account, {"reason": "goods", "amount": "13", "transfer_id": str(uuid7())})
    assert refused.status_code == 422
    assert "余额不够" in refused.content.decode()

    phone = resident(desk, enter, "王秀英")
    page = phone.get("/me/ledger/")
    assert "12" in page
    mine = f"/me/ledger/{desk.account('王秀英').pk}/"
    assert "志愿服务" in phone.get(mine)
    assert phone.status(f"/me/ledger/{desk.account('李强').pk}/") == 404
    assert phone.status(account) == 403
    gift = phone.form(f"{mine}give/")
    assert phone.client.post(f"{mine}give/", gift | {"to": str(desk.people["李强"]), "amount": "5"}).status_code == 302
    assert desk.balance("李强") == 5


def test_help_is_taken_down_and_confirmed_by_the_helped(desk: Desk, enter: Enter) -> None:
    worker = enter("community_staff", desk.town.community)
    url = f"/console/ledger/{desk.hours}/people/{desk.people['赵敏']}/help/"
    chosen = {"helped": str(desk.people["王秀英"])}
    shown = worker.client.post(url, chosen).content.decode()
    assert "赵敏帮了王秀英" in shown
    made = re.search(r'name="transfer_id" value="([^"]+)"', shown)
    assert made
    answer = worker.client.post(url, chosen | {"amount": "1.5", "transfer_id": made[1]})
    assert answer.status_code == 302
    phone = resident(desk, enter, "王秀英")
    assert "赵敏帮了您" in phone.get("/me/ledger/")
    promise = f"/me/ledger/promises/{made[1]}/"
    page = phone.get(promise)
    settle = re.search(r'name="transfer_id" value="([^"]+)"', page)
    assert settle
    assert phone.client.post(promise, {"act": "keep", "transfer_id": settle[1]}).status_code == 302
    assert desk.balance("赵敏", desk.hours) == 90
    assert "已经确认" in phone.get(promise)
    other = resident(desk, enter, "孙浩")
    assert other.status(promise) == 404


def test_sums_are_open_but_not_of_a_few(desk: Desk, enter: Enter) -> None:
    desk.award("王秀英", 7)
    page = enter("resident", desk.town.community).get("/open/ledger/")
    assert "社区积分" in page
    assert "不到十个账户" in page
    assert "王秀英" not in page
