"""Good files spoilt in the ways files are spoilt: cut, flipped, swapped, doubled, nested, bombed. Seeded: the same number, the same file."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook

HEAD = "姓名,性别,出生日期,手机号,房号,与户主关系,住户类型,份额"
ROWS = [
    f"示例{n},{'男女'[n % 2]},19{50 + n % 40}-0{n % 9 + 1}-1{n % 9},1380000{n:04d},1-{n % 9 + 1}01,户主,业主,1/1"
    for n in range(40)
]
Spoil = Callable[[bytes, random.Random], bytes]


def good_csv() -> bytes:
    return "\r\n".join([HEAD, *ROWS]).encode("utf-8-sig")


def good_xlsx() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in [HEAD, *ROWS]:
        sheet.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def good_geojson() -> bytes:
    features = [
        {"type": "Feature", "id": f"b{n}", "properties": {"layer": "building", "name": f"{n}号楼"},
         "geometry": {"type": "Polygon", "coordinates": [[[112.9 + n / 1000, 28.2], [112.9004 + n / 1000, 28.2], [112.9004 + n / 1000, 28.2004], [112.9 + n / 1000, 28.2]]]}}
        for n in range(20)
    ]  # fmt: skip
    features.append(
        {
            "type": "Feature",
            "id": "p1",
            "properties": {"layer": "path"},
            "geometry": {"type": "LineString", "coordinates": [[112.9, 28.2], [112.92, 28.2]]},
        }
    )
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def good_osm() -> bytes:
    nodes = "".join(f'<node id="{n}" lat="{28.2 + n / 10000}" lon="{112.9 + n % 4 / 10000}"/>\n' for n in range(1, 41))
    ways = "".join(
        f'<way id="{n}">{"".join(f"<nd ref={chr(34)}{i}{chr(34)}/>" for i in range(n, n + 4))}<nd ref="{n}"/><tag k="building" v="yes"/></way>\n'
        for n in range(1, 30)
    )
    return f'<?xml version="1.0"?>\n<osm version="0.6">\n{nodes}{ways}<way id="99"><nd ref="1"/><nd ref="2"/><tag k="highway" v="footway"/></way></osm>'.encode()


def good_pbf(folder: str) -> bytes:
    import osmium

    path = f"{folder}/good.osm.pbf"
    writer = osmium.SimpleWriter(path, overwrite=True)
    for n in range(1, 200):
        writer.add_node(osmium.osm.mutable.Node(id=n, location=(112.9 + n / 5000, 28.2 + n % 7 / 5000)))
    for n in range(1, 60):
        writer.add_way(osmium.osm.mutable.Way(id=n, nodes=[n, n + 1, n + 2, n], tags={"building": "yes"}))
    writer.add_way(osmium.osm.mutable.Way(id=99, nodes=list(range(1, 30)), tags={"highway": "footway"}))
    writer.close()
    return Path(path).read_bytes()


def flip(raw: bytes, draw: random.Random) -> bytes:
    out = bytearray(raw)
    for _ in range(draw.choice((1, 3, 20, 200))):
        out[draw.randrange(len(out))] ^= 1 << draw.randrange(8)
    return bytes(out)


def cut(raw: bytes, draw: random.Random) -> bytes:
    return raw[: draw.randrange(len(raw))]


def zeros(raw: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(raw))
    return raw[:at] + b"\x00" * draw.choice((1, 4, 512)) + raw[at:]


def doubled(raw: bytes, draw: random.Random) -> bytes:
    low, high = sorted(draw.randrange(len(raw)) for _ in range(2))
    return raw[:high] + raw[low:high] + raw[high:]


def dropped(raw: bytes, draw: random.Random) -> bytes:
    low, high = sorted(draw.randrange(len(raw)) for _ in range(2))
    return raw[:low] + raw[high:]


def other_encoding(raw: bytes, draw: random.Random) -> bytes:
    text = raw.decode("utf-8-sig", "replace")
    return text.encode(draw.choice(("gb18030", "utf-16", "utf-16-le", "big5", "shift_jis", "utf-32")), "replace")


def huge_numbers(raw: bytes, draw: random.Random) -> bytes:
    digits = [at for at, byte in enumerate(raw) if 48 <= byte <= 57] or [0]
    at = draw.choice(digits)
    return raw[:at] + draw.choice((b"9" * 400, b"1e999", b"-9223372036854775809", b"NaN", b"0x7f")) + raw[at:]


def wide(raw: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(raw))
    return raw[:at] + draw.choice((b",", b'"', b"<", b"[", b"{")) * draw.choice((1, 2000, 200_000)) + raw[at:]


def hostile(raw: bytes, draw: random.Random) -> bytes:
    words = ("=HYPERLINK(1)", "\u202e", "\ud7ff\ufffe", "<script>", "'; DROP TABLE", "\x1b[2J", "𠮷" * 300)
    at = draw.randrange(len(raw))
    return raw[:at] + draw.choice(words).encode("utf-8", "replace") + raw[at:]


TEXT: tuple[Spoil, ...] = (flip, cut, zeros, doubled, dropped, other_encoding, huge_numbers, wide, hostile)
BINARY: tuple[Spoil, ...] = (flip, cut, zeros, doubled, dropped, huge_numbers)


def in_workbook(spoil: Spoil) -> Spoil:
    """Spoil one part of a workbook and pack it well again, so that what reads the parts is tried, too."""

    def spoilt(raw: bytes, draw: random.Random) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            victim = draw.choice(
                [
                    name
                    for name in old.namelist()
                    if "sheet" in name or "workbook" in name or "shared" in name or "style" in name
                ]
            )
            for name in old.namelist():
                new.writestr(name, spoil(old.read(name), draw) if name == victim else old.read(name))
        return out.getvalue()

    return spoilt


def bomb(raw: bytes, draw: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/media/zeros.bin", b"\x00" * draw.choice((20_000_000, 60_000_000)))
    return out.getvalue()


def entities(raw: bytes, draw: random.Random) -> bytes:
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            at = body.find(b"?>") + 2 if body.startswith(b"<?xml") else 0
            new.writestr(name, body[:at] + laughs + body[at:] if name.endswith("sheet1.xml") else body)
    return out.getvalue()


WORKBOOK: tuple[Spoil, ...] = (*BINARY, *(in_workbook(one) for one in TEXT), bomb, entities)
