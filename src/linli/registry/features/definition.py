"""The interface's own description in OpenAPI 3.0, as the conformance class ``oas30`` wants it (Linli's whole one, in 3.1, is beside)."""

from __future__ import annotations

from typing import Any

from linli import __version__

from .asking import LIMIT, MAX_OFFSET, MOST
from .collections import COLLECTIONS, Collection

_JSON = {"application/json": {"schema": {"type": "object"}}}
_GEOJSON = {"application/geo+json": {"schema": {"type": "object"}}}


def parameters(collection: Collection | None = None) -> list[dict[str, Any]]:
    """The query parameters of a collection's items; without one, those of any."""
    filters = (
        collection.filters if collection else sorted({name for one in COLLECTIONS.values() for name in one.filters})
    )
    said = [
        _query("bbox", {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}, "west,south,east,north, CRS84"),
        _query("datetime", {"type": "string"}, "An instant or interval of RFC 3339, '..' for an open end"),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}, "Features on a page"),
        _query("offset", {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0}, "Features passed over"),
    ]  # fmt: skip
    return said + [
        _query(name, {"type": "string", "maxLength": 80}, f"Equal to the property {name}") for name in filters
    ]


def describe(url: str) -> dict[str, Any]:
    """``url`` of the landing page without a slash at its end."""
    paths: dict[str, Any] = {
        "/": _get("landing", "Landing page", _JSON),
        "/conformance": _get("conformance", "Conformance classes", _JSON),
        "/collections": _get("collections", "Collections", _JSON),
    }
    for one in COLLECTIONS.values():
        at = f"/collections/{one.id}"
        paths[at] = _get(f"{one.id}.collection", one.title.en, _JSON)
        paths[f"{at}/items"] = _get(f"{one.id}.items", one.description.en, _GEOJSON, parameters(one))
        id = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
        paths[f"{at}/items/{{featureId}}"] = _get(f"{one.id}.item", f"One of {one.title.en}", _GEOJSON, [id])
    return {
        "openapi": "3.0.3",
        "info": {"title": "Linli 邻里: OGC API - Features", "version": __version__},
        "servers": [{"url": url}],
        "paths": paths,
    }


def _get(id: str, summary: str, content: dict[str, Any], takes: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    responses = {
        "200": {"description": summary, "content": content},
        "400": {"description": "The query is not right", "content": _JSON},
        "404": {"description": "Absent, or not the caller's to see", "content": _JSON},
    }
    said: dict[str, Any] = {"operationId": id, "summary": summary, "responses": responses}
    return {"get": said | ({"parameters": takes} if takes else {})}


def _query(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    style = {"style": "form", "explode": False} if schema["type"] == "array" else {}
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description, **style}
