"""Codes for walls: chosen on a page, printed on A4, and what a scan opens."""

from __future__ import annotations

import io

import pypdf

from linli.cases.models import Case
from linli.cases.pages.codes import Spot, spots
from linli.platform.db import acting
from linli.registry import queries as registry
from tests.world import WALKER

from .street import Street


def all_spots(street: Street) -> list[Spot]:
    with acting(WALKER):
        return spots(WALKER, street.world.own)


def test_nine_chosen_places_are_two_sheets_with_their_names(street: Street) -> None:
    chosen = [one for one in all_spots(street) if one.kind == "building"][:9]
    client = street.world.client("community_staff")
    assert chosen[0].name.zh in client.get("/console/cases/codes/").content.decode()
    answer = client.post("/console/cases/codes/codes.pdf", {"row": [one.key for one in chosen]})
    assert answer.headers["Content-Type"] == "application/pdf"
    sheets = [sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(answer.content)).pages]
    assert len(sheets) == 2
    told = "".join("".join(sheets).split())  # typst sets a thin space between scripts
    assert [one.name.zh for one in chosen if "".join(one.name.zh.split()) not in told] == []
    assert "扫一扫，报一件事" in told


def test_a_scan_opens_the_report_with_the_place_filled_in(street: Street) -> None:
    spot = next(one for one in all_spots(street) if one.key == f"place={street.home(kind='grid')}")
    client = street.world.client("resident")
    page = client.get(spot.address).content.decode()
    assert "扫码的地方" in page
    sent = client.post(spot.address, {"text": "路灯不亮，扫码一", "place": spot.key.removeprefix("place=")})
    draft = sent.headers["Location"].split("/")[2]
    assert client.post(f"/report/{draft}/check/", {"kind": "street_lamp"}).status_code == 302
    with acting(WALKER):
        case = Case.objects.get(words__body__contains="扫码一")
    assert (case.way, case.place_id) == ("qr", street.home(kind="grid"))


def test_a_facility_s_code_brings_its_name_and_its_point(street: Street) -> None:
    spot = next(one for one in all_spots(street) if one.kind == "facility")
    client = street.world.client("resident")
    with acting(WALKER):
        row = registry.find_facility(WALKER, spot.key.removeprefix("facility="))  # type: ignore[arg-type]
    page = client.get(spot.address).content.decode()
    assert f'value="{row.name_zh}"' in page
    assert f'value="{row.lon}"' in page
    said = {"text": "器材踏板断了，扫码二", "place": "elsewhere", "where": row.name_zh, "lon": row.lon, "lat": row.lat}
    sent = client.post(spot.address, said)
    draft = sent.headers["Location"].split("/")[2]
    client.post(f"/report/{draft}/check/", {"kind": "public_facility"})
    with acting(WALKER):
        case = Case.objects.get(words__body__contains="扫码二")
    assert (case.way, case.where, case.lon) == ("qr", row.name_zh, row.lon)


def test_only_dispatchers_print_and_only_of_their_community(street: Street) -> None:
    for role in ("resident", "property_manager"):
        assert street.world.client(role).get("/console/cases/codes/").status_code in (302, 403)
    with acting(WALKER):
        foreign = spots(WALKER, street.world.other)[0]
    client = street.world.client("community_staff")
    assert client.post("/console/cases/codes/codes.pdf", {"row": [foreign.key]}).status_code == 404
    assert client.post("/console/cases/codes/codes.pdf", {"row": ["place=nonsense"]}).status_code == 404


def test_a_code_of_a_place_that_is_no_more_still_opens_the_report(street: Street) -> None:
    client = street.world.client("resident")
    for query in (
        "place=018f0000-0000-7000-8000-000000000000",
        "facility=018f0000-0000-7000-8000-000000000000",
        "place=x",
    ):
        assert client.get(f"/report/?{query}").status_code == 200
