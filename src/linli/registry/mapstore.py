"""How a map edition keeps what is not a place or a facility: the walk network, gates and ground, as bytes and JSON.

Arrays by ``numpy.savez_compressed`` and read without pickle, so that bytes in a database can never run code; shapes as gzipped GeoJSON
(RFC 7946, WGS-84).
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping, shape

from linli.kernel.mapdata import GroundShape, MapData, MapGate, MapNote, WalkNetwork

_ARRAYS = tuple(field.name for field in fields(WalkNetwork))
_TYPES = {
    "lon": np.float64, "lat": np.float64, "node_ref": np.int64, "tail": np.int64, "head": np.int64,
    "length_m": np.float64, "kind": np.uint8, "locked": np.bool_, "way_ref": np.int64,
}  # fmt: skip


def network_bytes(network: WalkNetwork) -> bytes:
    out = io.BytesIO()
    arrays: dict[str, Any] = {name: np.asarray(getattr(network, name), _TYPES[name]) for name in _ARRAYS}
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def read_network(raw: bytes | memoryview) -> WalkNetwork:
    with np.load(io.BytesIO(bytes(raw)), allow_pickle=False) as arrays:
        return WalkNetwork(**{name: arrays[name].astype(_TYPES[name]) for name in _ARRAYS})


def ground_bytes(ground: Iterable[GroundShape]) -> bytes:
    features = [
        {
            "type": "Feature",
            "id": one.ref,
            "geometry": mapping(one.shape),
            "properties": {"kind": one.kind, "name_zh": one.name_zh, "name_en": one.name_en, "rank": one.rank},
        }
        for one in ground
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), mtime=0)


def ground_geojson(raw: bytes | memoryview) -> bytes:
    """The ground as GeoJSON text (UTF-8); empty bytes stand for an empty collection."""
    return gzip.decompress(bytes(raw)) if raw else b'{"type":"FeatureCollection","features":[]}'


def read_ground(raw: bytes | memoryview) -> tuple[GroundShape, ...]:
    return tuple(
        GroundShape(ref=feature["id"], shape=shape(feature["geometry"]), **feature["properties"])
        for feature in json.loads(ground_geojson(raw))["features"]
    )


def gate_rows(gates: Iterable[MapGate]) -> list[dict[str, Any]]:
    return [asdict(gate) for gate in gates]


def read_gates(rows: Iterable[Mapping[str, Any]]) -> tuple[MapGate, ...]:
    return tuple(MapGate(**row) for row in rows)


def note_rows(notes: Iterable[MapNote]) -> list[dict[str, str]]:
    return [asdict(note) for note in notes]


def read_notes(rows: Iterable[Mapping[str, str]]) -> tuple[MapNote, ...]:
    return tuple(MapNote(**row) for row in rows)


def digest_of(map_data: MapData) -> bytes:
    """SHA-256 over all that a map says (not where it was read from), independent of the order of its features."""
    hasher = hashlib.sha256()
    for name in _ARRAYS:
        hasher.update(np.ascontiguousarray(getattr(map_data.network, name), _TYPES[name]).tobytes())
    lines = [
        json.dumps([one.ref, shapely.to_wkb(one.outline, hex=True), *_rest(one, "ref", "outline")], ensure_ascii=False)
        for one in map_data.buildings
    ]
    lines += [json.dumps(_rest(one), ensure_ascii=False, sort_keys=True) for one in map_data.facilities]
    lines += [json.dumps(_rest(one), ensure_ascii=False) for one in map_data.gates]
    lines += [
        json.dumps([one.ref, shapely.to_wkb(one.shape, hex=True), *_rest(one, "ref", "shape")], ensure_ascii=False)
        for one in map_data.ground
    ]
    for line in sorted(lines):
        hasher.update(line.encode())
    return hasher.digest()


def _rest(one: Any, *besides: str) -> list[Any]:
    return [getattr(one, field.name) for field in fields(one) if field.name not in besides]
