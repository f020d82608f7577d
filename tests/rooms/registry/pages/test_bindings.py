"""Somebody without an invitation asks; the office compares, invites or says why not; the asker learns nothing of the register."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from linli.kernel.clock import now
from linli.kernel.policyfile import find_policy
from linli.platform.attachments.tables import Attachment
from linli.platform.db import acting
from linli.platform.delivery.outbox import Letter
from linli.platform.delivery.sending import send_due
from linli.platform.models import Account
from linli.registry.models import BindRequest

from ..town import LAYER, Town, home, person
from .conftest import Enter

TERMS = find_policy("sign_in", "default").body["binding"]
ASKED = {"name": "王小红", "home": "1-101", "relation": "tenant", "phone": "139 0000 0001", "words": "刚搬来"}


@pytest.fixture
def resident(town: Town) -> UUID:
    who = person(town, "王小红", born_on=dt.date(1980, 4, 2), phone="13900000001")
    home(town, "1-101", (who, "head"))
    return who


def ask(town: Town, client: Client | None = None, address: str = "203.0.113.9", **changed: Any) -> Any:
    given = ASKED | {"community": str(town.community)} | changed
    return (client or Client()).post("/join/ask/", given, REMOTE_ADDR=address)


def request_now() -> BindRequest:
    with acting(LAYER):
        return BindRequest.objects.latest("asked_at")


def picture() -> SimpleUploadedFile:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(kept, "JPEG")
    return SimpleUploadedFile("lease.jpg", kept.getvalue(), "image/jpeg")


def letters() -> list[Letter]:
    left: list[Letter] = []
    send_due(now=now() + dt.timedelta(seconds=1), through={"sms": ("test", left.append)})
    return left


def test_from_the_request_to_one_s_own_account(town: Town, resident: UUID, enter: Enter) -> None:
    asker = Client()
    assert ask(town, asker, file=picture()).headers["Location"] == "/join/ask/received/"
    row = request_now()
    assert row.reference in asker.get("/join/ask/received/").content.decode()
    assert "王小红".encode() not in bytes(row.said)

    staff = enter("community_staff", town.community)
    assert "王小红" in staff.get("/console/binding/")
    page = staff.get(f"/console/binding/{row.pk}/")
    assert "姓名相同，电话相同" in page.replace(" ", "")
    assert "139****0001" in page
    with acting(LAYER):
        evidence = Attachment.objects.get(holder_id=row.pk)
    assert staff.status(f"/files/{evidence.pk}/") == 200
    assert asker.get(f"/files/{evidence.pk}/").status_code == 302

    said = {"act": "bind", "person": str(resident), "evidence": "租房合同与册子相符"}
    assert staff.client.post(f"/console/binding/{row.pk}/", said, headers={"host": "localhost"}).status_code == 302
    letter = letters()[0]
    assert (letter.address, letter.kind) == ("13900000001", "bind_answer")
    assert row.reference in letter.text
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", letter.text)[0]  # type: ignore[index]
    joined = asker.post("/join/", {"code": code, "username": "wang.hong", "password": "plum rain in april"})
    assert joined.status_code == 302
    assert "王小红" in asker.get("/me/").content.decode()
    assert Account.objects.get(username="wang.hong").person_id == resident

    decided = request_now()
    with acting(LAYER):
        assert not Attachment.objects.filter(holder_id=row.pk).exists()
    assert (decided.state, bytes(decided.said)) == ("bound", b"")
    assert staff.status(f"/files/{evidence.pk}/") == 404
    assert (
        staff.client.post(f"/console/binding/{row.pk}/", said, headers={"host": "localhost"}).status_code != 500
    )  # the second click


def test_a_stranger_is_told_the_same_whoever_lives_there(town: Town, resident: UUID) -> None:
    def page(**changed: Any) -> str:
        client = Client()
        answer = ask(town, client, **changed)
        assert answer.status_code == 302
        received = client.get("/join/ask/received/").content.decode().replace(request_now().reference, "")
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", received)

    assert page() == page(name="没有这人", home="9-9-999", phone="13900000003")


def test_not_bound_is_answered_with_a_reason_that_tells_nobody_anything(
    town: Town, resident: UUID, enter: Enter
) -> None:
    ask(town, name="李冒名", file=picture())
    row, staff = request_now(), enter("community_staff", town.community)
    at = f"/console/binding/{row.pk}/"
    assert staff.client.post(at, {"act": "refuse"}).status_code == 422
    assert staff.client.post(at, {"act": "refuse", "refusal": "disagrees"}).status_code == 302
    text = letters()[0].text
    assert "对不上" in text
    assert "王小红" not in text
    assert bytes(request_now().said) == b""
    with acting(LAYER):
        assert not Attachment.objects.filter(holder_id=row.pk).exists()


def test_a_worker_finds_somebody_else_and_another_communitys_worker_nothing(
    town: Town, resident: UUID, enter: Enter
) -> None:
    ask(town, name="王晓红", home="不记得了")
    row, staff = request_now(), enter("community_staff", town.community)
    at = f"/console/binding/{row.pk}/"
    found = staff.client.post(at, {"act": "find", "q": "1-101"}).content.decode()
    assert str(resident) in found
    assert "姓名不同" in found
    stranger = enter("community_staff", town.other)
    assert stranger.status(at) == 404
    assert "王晓红" not in stranger.get("/console/binding/")
    assert enter("grid_worker", town.east).status("/console/binding/") == 403


def test_who_has_an_account_is_not_invited_again(town: Town, resident: UUID, enter: Enter) -> None:
    Account.objects.create(username="wang", shown_name="王小红", person_id=resident)
    ask(town)
    row, staff = request_now(), enter("community_staff", town.community)
    said = {"act": "bind", "person": str(resident), "evidence": "看过身份证"}
    answer = staff.client.post(f"/console/binding/{row.pk}/", said, headers={"host": "localhost"})
    assert answer.status_code == 422
    assert "已经有账号" in answer.content.decode()
    assert request_now().state == "open"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "请填这一项"),
        ({"phone": "12"}, "2 个数字"),
        ({"home": " "}, "请填这一项"),
        ({"relation": "mayor"}, "请从列出的里面选"),
        ({"community": "x"}, "请从列出的里面选"),
    ],
)
def test_what_is_missing_is_told_at_its_field(town: Town, changed: dict[str, str], words: str) -> None:
    answer = ask(town, **changed)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_file_that_is_none_is_refused_and_nothing_is_kept(town: Town) -> None:
    answer = ask(town, file=SimpleUploadedFile("deed.jpg", b"MZ\x90 not a picture", "image/jpeg"))
    assert answer.status_code == 422
    with acting(LAYER):
        assert not BindRequest.objects.exists()


def test_requests_are_limited_by_number_and_by_address_whatever_the_headers_say(town: Town) -> None:
    for _ in range(TERMS["per_number_day"]):
        assert ask(town).status_code == 302
    assert "太多" in ask(town, address="198.51.100.1").content.decode()
    for number in range(TERMS["per_address_day"] - TERMS["per_number_day"]):
        assert ask(town, phone=f"1381111000{number}").status_code == 302
    refused = Client().post(
        "/join/ask/", ASKED | {"community": str(town.community), "phone": "13822220000"}, REMOTE_ADDR="203.0.113.9",
        headers={"X-Forwarded-For": "192.0.2.1"},
    )  # fmt: skip
    assert "太多" in refused.content.decode()
