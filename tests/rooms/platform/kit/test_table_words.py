"""What is looked for in a table stands in no address: it comes in a form's body and goes on sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict

from linli.platform.kit.tables import Table
from linli.platform.kit.tables.words import closed, opened
from tests.rooms.platform.kit.test_tables import HOUSES, SPEC

if TYPE_CHECKING:
    from tests.world import World


def private(query: str) -> Table:
    from dataclasses import replace

    return Table(replace(SPEC, is_open_search=False), QueryDict(query), HOUSES, language="zh-hans")


def test_words_open_for_their_own_table_only_and_differ_each_time() -> None:
    one, two = closed("王秀英", "people"), closed("王秀英", "people")
    assert one != two
    assert opened(one, "people") == opened(two, "people") == "王秀英"
    assert opened(one, "accounts") is None
    for broken in (one[:-3], "~", "~%%%", "~é", one[:9] + ("A" if one[9] != "A" else "B") + one[10:]):
        assert opened(broken, "people") is None, broken


def test_every_link_and_download_of_a_table_carries_the_words_sealed() -> None:
    shown = private("q=村&sort=name")
    assert shown.n_rows == 2
    addresses = [shown.headings[0].url, shown.chips[0].off_url, *(url for _, url in shown.downloads), shown.kept]
    assert all("%E6%9D%91" not in url and "村" not in url for url in addresses)
    again = private(shown.headings[0].url.removeprefix("?"))
    assert again.query.q == "村"
    assert [fault.zh for fault in private("q=~cut").faults] == ["这条搜索打不开了，请重新输入"]


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "console/"])
def test_a_search_leads_nowhere_else(in_world: World, target: str) -> None:
    answer = in_world.client("community_staff").post("/tables/find/", {"q": "a", "table": "people", "to": target})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/?q=~")


def test_a_worker_looks_for_a_name_and_no_address_tells_it(in_world: World) -> None:
    from linli.platform.db import acting
    from linli.registry.models import PersonRecord
    from tests.world import WALKER

    with acting(WALKER):
        name = PersonRecord.objects.filter(community_id=in_world.own).order_by("-pk").first().name
    staff = in_world.client("community_staff")
    page = staff.get("/console/people/").content.decode()
    assert 'action="/tables/find/"' in page
    sent = {"q": f" {name}", "table": "people", "to": "/console/people/", "keep": "sort=name&page=2&q=alt"}
    where = staff.post("/tables/find/", sent)["Location"]
    asked = parse_qs(urlsplit(where).query)
    assert list(asked) == ["sort", "q"]
    found = staff.get(where).content.decode()
    assert f'value="{name}"' in found
    assert name in found.split("<tbody>")[1]
    from urllib.parse import quote

    links = found.split('href="')[1:]
    assert not [link for link in links if quote(name) in link.split('"')[0]]
    assert staff.post("/tables/find/", sent | {"q": "  "})["Location"] == "/console/people/?sort=name"
