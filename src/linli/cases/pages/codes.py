"""Codes for walls: of each building, compound, grid and facility one that opens a report with the place filled in. Printed by the console's paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.kit.tables import BulkAction, Choice, Column, Filter, Table, TableSpec
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry

from .. import queries

KINDS = {
    "building": Text("楼栋", "Buildings"),
    "compound": Text("小区", "Compounds"),
    "grid": Text("网格", "Grids"),
    "facility": Text("设施", "Facilities"),
}
MOST = 200


@dataclass(frozen=True, slots=True)
class Spot:
    """Something a code can hang on. ``key`` is what the address of its code says: ``place=…`` or ``facility=…``."""

    key: str
    kind: str
    name: Text

    @property
    def address(self) -> str:
        return f"{reverse('cases:report')}?{self.key}"


SPOTS = TableSpec(
    key="codes",
    columns=(
        Column("name", Text("贴在哪儿", "Where it hangs"), value=lambda row: row.name),
        Column("kind", Text("哪一类", "Kind"), value=lambda row: KINDS[row.kind]),
        Column("try", Text("扫出来是", "It opens"), value=lambda _: Text("报事页", "The report page"), link=lambda row: row.address, narrow=True),
    ),
    filters=(Filter("kind", Text("哪一类", "Kind"), choices=[Choice(key, text) for key, text in KINDS.items()]),),
    search=("name.zh", "name.en"),
    is_open_search=True,
    page_size=MOST,
    bulk=(BulkAction("console:codes", Text("印成 A4", "Print on A4"), "print"),),
    row_key=lambda row: row.key,
    thing=Text("处", "places"),
)  # fmt: skip


def spots(actor: Actor, community_id: UUID) -> list[Spot]:
    """All of a community, by kind and name."""
    rows = registry.list_places_in_compounds(actor, community_id=community_id)
    found = [
        Spot(urlencode({"place": row.place_id}), row.place.kind, registry.name_in_compound(row))
        for row in rows
        if row.place.kind in KINDS
    ]
    found += [
        Spot(
            urlencode({"facility": row.facility_id}),
            "facility",
            Text(row.name_zh or row.name_en, row.name_en or row.name_zh),
        )
        for row in registry.list_facilities(actor, community_id=community_id, status="open")
        if row.name_zh or row.name_en
    ]
    order = list(KINDS)
    return sorted(found, key=lambda one: (order.index(one.kind), one.name.zh))


def chosen_spots(actor: Actor, community_id: UUID, keys: list[str]) -> list[Spot]:
    """Those of ``keys``, in their order on the page; unknown ones are passed over."""
    wanted = set(keys[:MOST])
    return [one for one in spots(actor, community_id) if one.key in wanted]


@page(permission=queries.DISPATCH)
def codes(request: Request) -> HttpResponseBase:
    community_id = current_community(request)
    request.actor.require(queries.DISPATCH, community_id)
    table: Any = Table(SPOTS, request.GET, spots(request.actor, community_id))
    return table.download() or render(request, "cases/codes.html", {"table": table})
