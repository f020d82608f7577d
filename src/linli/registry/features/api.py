"""OGC API - Features at ``/api/v1/features/``: Core, GeoJSON and OpenAPI 3.0. Reads only, open to anybody as far as rows are."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from ninja import Router

from linli.kernel.clock import now
from linli.kernel.errors import NotFoundError
from linli.platform.web.api import operation
from linli.platform.web.request import Request

from .asking import CRS84, check_names, read_ask
from .collections import COLLECTIONS, Collection
from .definition import describe, parameters

router = Router(tags=["OGC API - Features"])
JSON, GEOJSON = "application/json", "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CONFORMS_TO = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "geojson")
]
TITLE = "Linli 邻里"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


@router.get("/", summary="Landing page")
@operation(audience="public")
def landing(request: Request) -> HttpResponse:
    """Where everything is."""
    check_names(_said(request))
    links = [
        _link(request, "self", "", JSON, TITLE),
        _link(request, "service-desc", "/api", OPENAPI, "OpenAPI 3.0"),
        _link(request, "conformance", "/conformance", JSON, "Conformance classes"),
        _link(request, "data", "/collections", JSON, "Collections"),
    ]
    described = "社区的地图底数：地方、楼栋、设施、闲置空间、步行路网。What of a community's register is on the map."
    return JsonResponse({"title": TITLE, "description": described, "links": links})


@router.get("/api", summary="This interface in OpenAPI 3.0")
@operation(audience="public")
def definition(request: Request) -> HttpResponse:
    """For tools that read OpenAPI 3.0."""
    check_names(_said(request))
    return JsonResponse(describe(_url(request, "")), content_type=OPENAPI)


@router.get("/conformance", summary="Conformance classes")
@operation(audience="public")
def conformance(request: Request) -> HttpResponse:
    """What of the standard is kept."""
    check_names(_said(request))
    return JsonResponse({"conformsTo": CONFORMS_TO})


@router.get("/collections", summary="Collections")
@operation(audience="public")
def collections(request: Request) -> HttpResponse:
    """Every collection with its extent as far as the caller sees."""
    check_names(_said(request))
    told = [_described(request, one) for one in COLLECTIONS.values()]
    return JsonResponse({"links": [_link(request, "self", "/collections", JSON, "Collections")], "collections": told})


@router.get("/collections/{collection}", summary="One collection")
@operation(audience="public")
def collection(request: Request, collection: str) -> HttpResponse:
    """Its extent and where its features are."""
    check_names(_said(request))
    return JsonResponse(_described(request, _found(collection)))


@router.get("/collections/{collection}/items", summary="Features", openapi_extra={"parameters": parameters()})
@operation(audience="public")
def items(request: Request, collection: str) -> HttpResponse:
    """Features in a box, on days, by property; page by page in a fixed order."""
    one = _found(collection)
    said = _said(request)
    ask = read_ask(said, filters=one.filters)
    n_matched, features = one.page(request.actor, ask)
    at = f"/collections/{one.id}/items"
    links = [
        _link(request, "self", at, GEOJSON, one.title.en, said=said),
        _link(request, "collection", f"/collections/{one.id}", JSON, one.title.en),
    ]
    if ask.offset + len(features) < n_matched and features:
        links.append(_link(request, "next", at, GEOJSON, "Next", said=said | {"offset": str(ask.offset + ask.limit)}))
    if ask.offset:
        links.append(
            _link(request, "prev", at, GEOJSON, "Previous", said=said | {"offset": str(max(ask.offset - ask.limit, 0))})
        )
    body = {
        "type": "FeatureCollection", "features": features, "numberMatched": n_matched, "numberReturned": len(features),
        "timeStamp": now().strftime("%Y-%m-%dT%H:%M:%SZ"), "links": links,
    }  # fmt: skip
    return JsonResponse(body, content_type=GEOJSON)


@router.get("/collections/{collection}/items/{feature_id}", summary="One feature")
@operation(audience="public")
def item(request: Request, collection: str, feature_id: str) -> HttpResponse:
    """As it is today. 404 where it is not, or not the caller's to see."""
    one = _found(collection)
    check_names(_said(request))
    feature = one.find(request.actor, feature_id)
    links = [
        _link(request, "self", f"/collections/{one.id}/items/{feature['id']}", GEOJSON, one.title.en),
        _link(request, "collection", f"/collections/{one.id}", JSON, one.title.en),
    ]
    return JsonResponse(feature | {"links": links}, content_type=GEOJSON)


def _found(collection: str) -> Collection:
    if collection not in COLLECTIONS:
        raise NotFoundError
    return COLLECTIONS[collection]


def _described(request: Request, one: Collection) -> dict[str, Any]:
    at = f"/collections/{one.id}"
    said: dict[str, Any] = {
        "id": one.id, "title": f"{one.title.zh} {one.title.en}", "description": f"{one.description.zh}。{one.description.en}.",
        "itemType": "feature", "crs": [CRS84],
        "links": [
            _link(request, "self", at, JSON, one.title.en),
            _link(request, "items", f"{at}/items", GEOJSON, one.title.en),
        ],
    }  # fmt: skip
    box, since = one.extent(request.actor)
    extent: dict[str, Any] = {}
    if box is not None:
        extent["spatial"] = {"bbox": [list(box)], "crs": CRS84}
    if since is not None:
        extent["temporal"] = {"interval": [[f"{since.isoformat()}T00:00:00+08:00", None]], "trs": GREGORIAN}
    return said | ({"extent": extent} if extent else {})


def _said(request: Request) -> dict[str, str]:
    """The query as it stands; of a name that comes twice, the last."""
    return {name: str(request.GET[name]) for name in request.GET}


def _url(request: Request, path: str) -> str:
    return request.build_absolute_uri(f"/api/v1/features{path}")


def _link(
    request: Request, rel: str, path: str, kind: str, title: str, *, said: dict[str, str] | None = None
) -> dict[str, str]:
    query = f"?{urlencode(said)}" if said else ""
    return {"rel": rel, "type": kind, "title": title, "href": _url(request, path or "/") + query}
