"""The PBF reader against osmium, the format's reference: the same objects, or a refusal that says where and why."""

from __future__ import annotations

import random
import struct
import zlib
from pathlib import Path

import numpy as np
import osmium
import pytest

from linli.kernel.errors import InputError
from linli.registry.mapfiles import OsmMapping, read_map
from linli.registry.mapfiles.pbf import read_pbf
from linli.registry.mapfiles.table import NOWHERE, OsmTable, Tagged

from .drawn import Drawing

LIMIT = 1 << 28


def table_of(path: Path) -> OsmTable:
    return read_pbf(path.read_bytes(), file=path.name, max_unpacked_bytes=LIMIT)


def tags_by_id(table: OsmTable, objects: Tagged) -> list[tuple[int, dict[str, str]]]:
    return list(zip(objects.ids.tolist(), table.tags(objects), strict=True))


def assert_same_as_osmium(path: Path) -> None:
    """Every id, coordinate, tag, way node and multipolygon member, in the file's order."""
    table = table_of(path)
    nodes, places, ways, refs, relations, members = [], [], [], [], [], []
    for one in osmium.FileProcessor(str(path)):
        tags = {tag.k: tag.v for tag in one.tags}
        if one.is_node():
            nodes.append((one.id, tags))
            places.append((one.location.x, one.location.y) if one.location.valid() else (NOWHERE, NOWHERE))
        elif one.is_way():
            ways.append((one.id, tags))
            refs.append([node.ref for node in one.nodes])
        elif one.is_relation() and tags.get("type") == "multipolygon":
            relations.append((one.id, tags))
            members.append([("nwr".index(member.type), member.ref, member.role) for member in one.members])
    assert tags_by_id(table, table.nodes) == nodes
    assert list(zip(table.x.tolist(), table.y.tolist(), strict=True)) == places
    assert tags_by_id(table, table.ways) == ways
    assert [part.tolist() for part in np.split(table.refs, table.ref_start[1:-1])] == refs or not ways
    assert tags_by_id(table, table.relations) == relations
    text = table.strings.texts()
    for row, expected in enumerate(members):
        part = slice(int(table.member_start[row]), int(table.member_start[row + 1]))
        kinds, ids, roles = table.member_type[part], table.member_ref[part], table.member_role[part]
        found = zip(kinds.tolist(), ids.tolist(), (text[role] for role in roles.tolist()), strict=True)
        assert list(found) == expected


def test_a_real_extract_reads_as_osmium_reads_it(data: Path) -> None:
    assert_same_as_osmium(data / "osm/helsinki.osm.pbf")


@pytest.mark.parametrize(
    "form",
    [
        "pbf",
        "pbf,pbf_dense_nodes=false",
        "pbf,pbf_compression=none",
        "pbf,add_metadata=false",
        "pbf,pbf_dense_nodes=false,add_metadata=false",
    ],
)
def test_every_way_of_writing_pbf_reads_as_osmium_reads_it(tmp_path: Path, form: str) -> None:
    rng = random.Random(7)
    drawing = Drawing()
    words = ["yes", "东园", "a b,c=d%", "é", "x" * 255, ""]
    nodes = []
    for _ in range(rng.randint(150, 300)):
        tags = {f"k{rng.randint(0, 9)}": rng.choice(words) for _ in range(rng.choice([0, 0, 0, 1, 3]))}
        nodes.append(drawing.node(rng.uniform(-1e5, 1e5), rng.uniform(-1e5, 1e5), number=rng.randint(1, 2**40), **tags))
    for _ in range(40):
        drawing.way(rng.choices(nodes, k=rng.randint(0, 30)), highway=rng.choice(words))
    drawing.relation([("way", 5, "outer"), ("node", -3, ""), ("relation", 9, "子区域")], type="multipolygon", k="v")
    drawing.relation([("way", 5, "")], type="route")
    assert_same_as_osmium(drawing.save_pbf(tmp_path, form=form))


def test_xml_and_pbf_of_the_same_map_are_the_same_map(mapping: OsmMapping, tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.path((0, 0), (3, 0), (3, 4))
    drawing.box(10, 10, 4, 4, building="apartments", building__levels="6")
    one = read_map(drawing.save(tmp_path), mapping=mapping)
    other = read_map(drawing.save_pbf(tmp_path), mapping=mapping)
    assert np.array_equal(one.network.length_m, other.network.length_m)
    assert [(b.ref, b.levels, b.outline.wkb) for b in one.buildings] == [
        (b.ref, b.levels, b.outline.wkb) for b in other.buildings
    ]


def refusal(data: bytes, **limits: int) -> str:
    with pytest.raises(InputError) as refused:
        read_pbf(data, file="x.osm.pbf", max_unpacked_bytes=limits.get("max_unpacked_bytes", LIMIT))
    (fault,) = refused.value.faults
    assert fault.file == "x.osm.pbf"
    assert fault.message.zh != fault.message.en
    return fault.message.en


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    drawing = Drawing()
    drawing.path((0, 0), (3, 0), (3, 4))
    drawing.box(10, 10, 4, 4, building="apartments", name="3号楼")
    drawing.node(0, 9, amenity="kindergarten")
    return drawing.save_pbf(tmp_path_factory.mktemp("pbf")).read_bytes()


def test_a_file_cut_anywhere_is_refused_or_ends_between_blobs(small: bytes) -> None:
    for length in range(len(small)):
        try:
            table = read_pbf(small[:length], file="x.osm.pbf", max_unpacked_bytes=LIMIT)
        except InputError:
            continue
        assert len(table.ways) == 0, f"a file cut at byte {length} gave ways"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\x1f\x8b\x08\x00abcdefgh", "gzip"),
        (b"<?xml version='1.0'?><osm/>", "XML"),
        (b'{"type": "FeatureCollection"}', "JSON"),
        (b"PK\x03\x04 some zip", "not an .osm.pbf"),
        (b"\x00\x00\x00\x0d", "not an .osm.pbf"),
        (bytes(1000), "not an .osm.pbf"),
    ],
)
def test_what_is_no_pbf_is_called_what_it_is(data: bytes, words: str) -> None:
    assert words in refusal(data)


def blob(kind: bytes, fields: bytes) -> bytes:
    header = b"\x0a" + bytes([len(kind)]) + kind + b"\x18" + varint(len(fields))
    return struct.pack(">I", len(header)) + header + fields


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def part(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


HEADER = blob(b"OSMHeader", part(1, part(4, b"OsmSchema-V0.6") + part(4, b"DenseNodes")))


def test_a_blob_that_unpacks_to_more_than_it_says_is_refused() -> None:
    bomb = part(3, zlib.compress(bytes(50_000_000)))
    assert "said to be 1000" in refusal(HEADER + blob(b"OSMData", b"\x10" + varint(1000) + bomb))


def test_a_file_of_many_packed_zeros_is_refused_before_anything_is_unpacked() -> None:
    zeros = blob(b"OSMData", b"\x10" + varint(30_000_000) + part(3, zlib.compress(bytes(30_000_000))))
    assert "the limit is 268435456" in refusal(HEADER + zeros * 30)


def test_a_file_that_unpacks_to_far_more_than_its_size_is_refused() -> None:
    zeros = blob(b"OSMData", b"\x10" + varint(30_000_000) + part(3, zlib.compress(bytes(30_000_000))))
    assert "no real map does" in refusal(HEADER + zeros * 2)


def test_millions_of_empty_groups_are_read_in_seconds() -> None:
    """As many messages as a block can hold: none may cost a turn of a slow loop."""
    group = part(2, part(2, b"") * 1_000_000)
    table = read_pbf(HEADER + blob(b"OSMData", part(1, group)), file="x", max_unpacked_bytes=LIMIT)
    assert len(table.nodes) == 0


def test_dense_groups_with_and_without_tags_may_follow_one_another() -> None:
    strings = part(1, part(1, b"") + part(1, b"k") + part(1, b"v"))
    plain = part(2, part(1, b"\x02\x02") + part(8, b"\x02\x02") + part(9, b"\x02\x02"))
    tagged = part(2, part(1, b"\x06\x02") + part(8, b"\x02\x02") + part(9, b"\x02\x02") + part(10, b"\x00\x01\x02\x00"))
    data = HEADER + blob(b"OSMData", part(1, strings + part(2, plain + tagged + plain)))
    table = read_pbf(data, file="x", max_unpacked_bytes=LIMIT)
    assert tags_by_id(table, table.nodes) == [(1, {}), (2, {}), (3, {}), (4, {"k": "v"}), (1, {}), (2, {})]


def test_a_blob_larger_than_the_format_allows_is_refused() -> None:
    assert "at most 33554432" in refusal(HEADER + blob(b"OSMData", b"\x10" + varint(40_000_000) + part(3, b"x")))


@pytest.mark.parametrize(("field", "name"), [(4, "LZMA"), (5, "bzip2"), (6, "LZ4"), (7, "zstd")])
def test_another_packing_is_named(field: int, name: str) -> None:
    assert name in refusal(HEADER + blob(b"OSMData", part(field, b"abc")))


def test_a_file_that_needs_an_unknown_feature_is_refused() -> None:
    header = blob(b"OSMHeader", part(1, part(4, b"OsmSchema-V0.6") + part(4, b"HistoricalInformation")))
    assert "HistoricalInformation" in refusal(header)


def test_the_day_of_the_data_is_read_from_the_header() -> None:
    stamp = b"\x80\x02" + varint(1_700_000_000)
    table = read_pbf(blob(b"OSMHeader", part(1, stamp)), file="x", max_unpacked_bytes=LIMIT)
    assert str(table.data_on) == "2023-11-14"


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (part(3, b"\x08\x01" + part(2, b"\x09") + part(3, b"\x00")), "string"),
        (part(3, b"\x08\x01" + part(2, b"\x00\x00") + part(3, b"\x00")), "differ in length"),
        (part(3, b"\x08\x01" + part(8, b"\x80")), "runs past its end"),
        (part(3, b"\x08\x01" + b"\x42\x7f"), "runs past its end"),
        (part(3, b"\x08\x01" + part(8, b"\xff" * 11 + b"\x01")), "runs past its end"),
        (part(2, part(1, b"\x02\x02") + part(8, b"\x02") + part(9, b"\x02\x02")), "differ in length"),
        (part(2, part(1, b"\x02") + part(8, b"\x02") + part(9, b"\x02") + part(10, b"\x00\x00")), "differ in length"),
        (part(3, b"\x0b"), "wire type"),
        (part(3, part(8, b"\x02") + part(8, b"\x02")), "split"),
        (
            part(
                4,
                b"\x08\x01"
                + part(2, b"\x01")
                + part(3, b"\x02")
                + part(9, b"\x02\x02")
                + part(8, b"\x00")
                + part(10, b"\x01"),
            ),
            "differ",
        ),
    ],
)
def test_broken_blocks_are_refused_with_their_reason(group: bytes, words: str) -> None:
    strings = part(1, part(1, b"") + part(1, b"type") + part(1, b"multipolygon"))
    said = refusal(HEADER + blob(b"OSMData", part(1, strings + part(2, group))))
    assert words in said
    assert "blob at byte" in said


def test_a_node_outside_the_earth_has_no_place(tmp_path: Path) -> None:
    lat, lon = varint(910_000_000 * 2), varint(0)
    node = part(2, part(1, b"\x02") + part(8, lat) + part(9, lon))
    table = read_pbf(
        HEADER + blob(b"OSMData", part(1, part(1, part(1, b"")) + part(2, node))), file="x", max_unpacked_bytes=LIMIT
    )
    assert table.y.tolist() == [NOWHERE]
