"""Is a server an OGC API - Features server? The abstract tests of OGC 17-069r4, annex A (core, geojson, oas30), over HTTP, by the standard
library alone: ``python scripts/ogc_features.py http://127.0.0.1:8000/api/v1/features/``. Prints every test; exit status 1 where one fails.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
PAGE, MOST_PAGES = 7, 40
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
GEOMETRIES = {
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
}


@dataclass(frozen=True)
class Answer:
    status: int
    kind: str
    body: Any


@dataclass(frozen=True)
class Checked:
    """One test of the annex: its name, what it was about, and what was wrong (empty where nothing)."""

    name: str
    about: str
    wrong: str


def get(url: str, **query: Any) -> Answer:
    """The answer as JSON; None where it is none."""
    if query:
        url += ("&" if "?" in url else "?") + urllib.parse.urlencode(query, safe=",/")
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": "*/*"}), timeout=60) as answer:
            return Answer(answer.status, answer.headers.get("Content-Type", ""), _json(answer.read()))
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers.get("Content-Type", ""), _json(error.read()))


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def link(body: Any, rel: str, kind: str = "") -> str:
    """The address of a link with that relation (and type); empty where there is none."""
    links = body.get("links", []) if isinstance(body, dict) else []
    return next((one["href"] for one in links if one.get("rel") == rel and kind in one.get("type", "")), "")


def check(base: str) -> Iterator[Checked]:
    """Every test in turn. ``base``: the address of the landing page."""
    home = get(base)
    yield said("root-success", base, home.status == 200, f"status {home.status}")
    for rel in ("service-desc", "conformance", "data", "self"):
        yield said("root-success", f"link {rel}", bool(link(home.body, rel)), "absent")
    yield from _definition(home.body)
    classes = get(link(home.body, "conformance"))
    stated = (classes.body or {}).get("conformsTo", [])
    yield said("conformance-success", "core is stated", CORE in stated, str(stated))
    listed = get(link(home.body, "data"))
    yield said("fc-md-success", "collections", listed.status == 200 and listed.body["collections"], str(listed.status))
    for one in listed.body["collections"]:
        yield from _collection(one)
    unknown = get(f"{link(home.body, 'data')}/no-such-collection")
    yield said("http", "an unknown collection is 404", unknown.status == 404, str(unknown.status))


def said(name: str, about: str, is_right: Any, wrong: str) -> Checked:
    return Checked(name, about, "" if is_right else wrong or "wrong")


def _definition(home: Any) -> Iterator[Checked]:
    where = link(home, "service-desc")
    found = get(where)
    yield said("api-definition-success", where, found.status == 200, str(found.status))
    yield said("oas30-oas-definition", "media type", "openapi+json;version=3.0" in found.kind, found.kind)
    yield said(
        "oas30-oas-definition", "OpenAPI 3.0", (found.body or {}).get("openapi", "").startswith("3.0."), "not 3.0"
    )


def _collection(one: Any) -> Iterator[Checked]:
    id = one["id"]
    alone = get(link(one, "self"))
    yield said("sfc-md-success", id, alone.status == 200 and alone.body["id"] == id, str(alone.status))
    yield said("fc-md-links", f"{id}: items", link(one, "items", "geo+json"), "no link to the items as GeoJSON")
    box = one.get("extent", {}).get("spatial", {}).get("bbox", [None])[0]
    yield said("fc-md-extent", f"{id}: bbox", box is None or len(box) in (4, 6), str(box))
    yield said("crs84", f"{id}: CRS84", one.get("crs", [CRS84])[0] == CRS84, str(one.get("crs")))
    items = link(one, "items")
    first = get(items, limit=PAGE)
    yield from _page(id, first, limit=PAGE)
    if not first.body or not first.body["features"]:
        return
    yield from _paging(id, items, first)
    yield from _single(id, items, first.body["features"][0])
    yield from _boxes(id, items, first)
    yield from _days(id, items)
    for query in (
        {"no_such": "1"},
        {"limit": "0"},
        {"limit": "x"},
        {"bbox": "1,2,3"},
        {"bbox": "a,b,c,d"},
        {"datetime": "yesterday"},
    ):
        bad = get(items, **query)
        name = "query-param-unknown" if "no_such" in query else "query-param-invalid"
        yield said(name, f"{id}: {query}", bad.status == 400, f"status {bad.status}, not 400")  # fmt: skip


def _page(id: str, page: Answer, *, limit: int) -> Iterator[Checked]:
    yield said("fc-op", f"{id}: items", page.status == 200, f"status {page.status}")
    yield said("geojson-content", f"{id}: media type", "application/geo+json" in page.kind, page.kind)
    body = page.body or {}
    features = body.get("features", [])
    yield said(
        "fc-response", f"{id}: FeatureCollection", body.get("type") == "FeatureCollection", str(body.get("type"))
    )
    yield said("fc-limit-response", f"{id}: limit {limit}", len(features) <= limit, str(len(features)))
    yield said("fc-links", f"{id}: self", link(body, "self"), "no self link")
    at = body.get("timeStamp", "")
    yield said("fc-timeStamp", id, RFC3339.fullmatch(at), at)
    n = body.get("numberReturned", len(features))
    yield said("fc-numberReturned", id, n == len(features), str(n))
    bad = [one.get("id") for one in features if not _is_feature(one)]
    yield said("geojson-definition", f"{id}: features", not bad, str(bad[:3]))


def _is_feature(one: Any) -> bool:
    geometry = one.get("geometry")
    if one.get("type") != "Feature" or not isinstance(one.get("properties"), dict) or "id" not in one:
        return False
    if geometry is None:
        return True
    inside = all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in points(geometry["coordinates"]))
    return geometry["type"] in GEOMETRIES and inside


def points(coordinates: Any) -> Iterator[tuple[float, float]]:
    """Every position in coordinates, however deep."""
    if coordinates and isinstance(coordinates[0], int | float):
        yield coordinates[0], coordinates[1]
        return
    for inner in coordinates:
        yield from points(inner)


def _paging(id: str, items: str, first: Answer) -> Iterator[Checked]:
    """Following ``next`` gives every feature once, as many as were said to match (as far as :data:`MOST_PAGES` go)."""
    seen: list[str] = []
    page, n = first, 0
    while True:
        seen += [one["id"] for one in page.body["features"]]
        n += 1
        following = link(page.body, "next")
        if not following or n >= MOST_PAGES:
            break
        page = get(following)
    matched = first.body.get("numberMatched")
    yield said("fc-links", f"{id}: every feature once", len(seen) == len(set(seen)), "a feature came twice")
    if n < MOST_PAGES and matched is not None:
        yield said("fc-numberMatched", id, matched == len(seen), f"{matched} said, {len(seen)} came")
    last = get(items, limit=PAGE, offset=max((matched or 1) - 1, 0))
    yield said("fc-links", f"{id}: the last page has no next", not link(last.body, "next"), link(last.body, "next"))


def _single(id: str, items: str, one: Any) -> Iterator[Checked]:
    alone = get(f"{items}/{one['id']}")
    yield said(
        "f-success", f"{id}: {one['id']}", alone.status == 200 and alone.body["id"] == one["id"], str(alone.status)
    )
    yield said(
        "f-links", f"{id}: self and collection", link(alone.body, "self") and link(alone.body, "collection"), "absent"
    )
    same = alone.body.get("geometry") == one["geometry"] and alone.body.get("properties") == one["properties"]
    yield said("f-success", f"{id}: as in the page", same, "another")
    absent = get(f"{items}/00000000-0000-0000-0000-000000000000")
    yield said("http", f"{id}: an unknown feature is 404", absent.status == 404, str(absent.status))


def _boxes(id: str, items: str, first: Answer) -> Iterator[Checked]:
    drawn = [one for one in first.body["features"] if one["geometry"]]
    if not drawn:
        return
    x, y = next(points(drawn[0]["geometry"]["coordinates"]))
    near = get(items, bbox=f"{x - 1e-5},{y - 1e-5},{x + 1e-5},{y + 1e-5}", limit=1000)
    there = [one["id"] for one in near.body["features"]]
    yield said("fc-bbox-response", f"{id}: what is there is found", drawn[0]["id"] in there, str(there[:3]))
    away = get(items, bbox=f"{-x / 2},{-80},{-x / 2 + 0.1},{-79}")
    yield said("fc-bbox-response", f"{id}: elsewhere is nothing", away.body.get("numberReturned") == 0, "something")
    six = get(items, bbox=f"{x - 1e-5},{y - 1e-5},-100,{x + 1e-5},{y + 1e-5},100", limit=1000)
    yield said(
        "fc-bbox-definition",
        f"{id}: six numbers",
        six.body.get("numberMatched") == near.body.get("numberMatched"),
        str(six.status),
    )
    over = get(items, bbox="170,-90,-170,90")
    yield said("fc-bbox-definition", f"{id}: across 180°", over.status == 200, str(over.status))


def _days(id: str, items: str) -> Iterator[Checked]:
    for when in ("2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01/..", "../2999-01-01", "2000-01-01/2999-01-01"):
        page = get(items, datetime=when, limit=1)
        yield said("fc-time-definition", f"{id}: {when}", page.status == 200, str(page.status))
    before = get(items, datetime="../1800-01-01")
    yield said("fc-time-response", f"{id}: before all", before.body.get("numberReturned") == 0, "something")


def main() -> int:
    failed = 0
    for one in check(sys.argv[1]):
        failed += bool(one.wrong)
        print(f"{'FAIL' if one.wrong else 'ok  '} {one.name}: {one.about}{' — ' + one.wrong if one.wrong else ''}")
    print(f"{failed} failed" if failed else "all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
