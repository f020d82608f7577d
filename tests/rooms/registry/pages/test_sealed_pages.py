"""Documents and notes on care in the console: typed once, covered, looked at for a reason; a child's birthday kept from most."""

from __future__ import annotations

import datetime as dt
import re

from linli.kernel.clock import local_day, now

from ..test_sealed import citizen
from ..town import Town, home, person
from .conftest import Enter


def test_a_document_is_typed_once_and_never_shown_back_in_a_field(town: Town, enter: Enter) -> None:
    staff, number = enter("community_staff", town.community), citizen()
    answer = staff.send(
        "/console/people/new/", name="林晓", identity_kind="resident", identity_number=number, on="2024-01-01", is_made_up="on",
        care_note="听力不好，说慢一点",
    )  # fmt: skip
    assert answer.status_code == 302
    at = answer["Location"].partition("?")[0]
    page = staff.get(at)
    assert number not in page
    assert f"99{'*' * 14}{number[-2:]}" in page
    assert "1962-05-17" in page
    assert "说慢" not in page
    change = staff.get(f"{at}change/")
    assert number not in change
    assert not re.search(rf"(?<![\w-]){number[-4:]}(?![\w-])", change), (
        "tokens of the page may hold four digits, words not"
    )
    assert "说慢" not in change
    assert number in staff.send(f"{at}document/", reason="visit").content.decode()
    assert "说慢一点" in staff.send(f"{at}care-note/", reason="visit").content.decode()
    staff.done(f"{at}change/", name="林晓晓", on="2024-03-01")
    assert number in staff.send(f"{at}document/", reason="visit").content.decode(), "what was left alone stays"
    staff.done(f"{at}change/", forget_identity="on", forget_care_note="on", on="2024-04-01")
    page = staff.get(at)
    assert "*" * 14 not in page, "nor what hides it"
    assert "不再登记" in page


def test_a_wrong_number_is_told_beside_its_field_with_the_other_faults(town: Town, enter: Enter) -> None:
    staff, wrong = enter("community_staff", town.community), citizen()[:-1] + "7"
    answer = staff.send(
        "/console/people/new/", name="林晓", phone="138", identity_kind="resident", identity_number=wrong, on="2024-01-01", is_made_up="on"
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#id_identity_number">身份证号的校验码不对' in page
    assert '<a href="#id_phone">' in page
    answer = staff.send(
        "/console/people/new/", name="林晓", identity_number="E1234567", on="2024-01-01", is_made_up="on"
    )
    assert '<a href="#id_identity_kind">' in answer.content.decode()


def test_a_childs_birthday_is_shown_to_those_who_may_uncover_only(town: Town, enter: Enter) -> None:
    born = local_day(now()).replace(day=1, month=1) - dt.timedelta(days=8 * 365)
    child = person(town, "小满", born_on=born)
    home(town, "1-101", (child, "head"))
    at = f"/console/people/{child}/"
    assert born.isoformat() in enter("community_staff", town.community).get(at)
    page = enter("grid_worker", town.east).get(at)
    assert born.isoformat() not in page
    assert "未满 14 岁" in page
