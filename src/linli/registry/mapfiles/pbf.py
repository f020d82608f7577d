"""Reading ``.osm.pbf``: the file's blobs, their limits, and their blocks put together into one table.

A file is refused, with the byte where it went wrong, before anything is made of it. The unpacked size is bounded thrice: each
blob by the format (32 MiB), the whole by the mapping policy and by its own size, so that a small file cannot unpack into the memory's end.

Source: https://wiki.openstreetmap.org/wiki/PBF_Format (file format, limits of 64 KiB and 32 MiB, HeaderBlock).
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from linli.kernel.errors import FaultList

from .pbf_blocks import Parts, read_block
from .table import OsmTable, Strings, Tagged
from .wire import LENGTH, BrokenError, walk

MAX_BLOB_HEADER_BYTES = 64 * 1024
MAX_BLOB_BYTES = 32 * 1024 * 1024
MAX_RATIO = 30
"""Designed here: the extracts of the tests unpack to 2.1 times their size; zlib can go to a thousand times."""
KNOWN_FEATURES = frozenset({"OsmSchema-V0.6", "DenseNodes"})
_PACKINGS = {4: "LZMA", 5: "bzip2", 6: "LZ4", 7: "zstd"}


def read_pbf(data: bytes, *, file: str, max_unpacked_bytes: int) -> OsmTable:
    """The table of a whole ``.osm.pbf`` held in ``data``. Raises ``InputError`` naming what is wrong and at which byte.

    About 15 ms per MB of file on the machine of the benchmark; memory about ten times the unpacked size at worst.
    """
    try:
        return _read(data, max_unpacked_bytes)
    except BrokenError as broken:
        faults = FaultList(file=file)
        faults.add(broken.zh, broken.en)
        faults.raise_if_any()
        raise


def _read(data: bytes, max_unpacked_bytes: int) -> OsmTable:
    strings, columns = Strings(), Parts()
    data_on: dt.date | None = None
    packed = [(at, kind, *_packing(blob, at)) for at, kind, blob in _blobs(data)]
    unpacked = sum(size for _, _, _, size, _ in packed)
    if unpacked > max_unpacked_bytes:
        raise BrokenError(
            f"解压后有 {unpacked} 字节，上限是 {max_unpacked_bytes}；请裁剪出需要的街区再导入",
            f"unpacks to {unpacked} bytes, the limit is {max_unpacked_bytes}; cut out the neighbourhood you need",
        )
    if unpacked > max(MAX_BLOB_BYTES, MAX_RATIO * len(data)):
        raise BrokenError(
            f"{len(data)} 字节解压成 {unpacked} 字节，超过 {MAX_RATIO} 倍，不是正常的地图",
            f"{len(data)} bytes unpack to {unpacked}, more than {MAX_RATIO} times: no real map does",
        )
    n_headers = 0
    # zlib works beside Python: the next block is unpacked while this one is read.
    with ThreadPoolExecutor(max_workers=1) as pool:
        for (at, kind, *_), block in zip(packed, pool.map(_unpack, packed), strict=True):
            if kind == b"OSMHeader":
                n_headers += 1
                data_on = _header(block, at) or data_on
            elif kind == b"OSMData" and not n_headers:
                raise BrokenError("文件开头没有 OSMHeader 块", "there is no OSMHeader block before the data")
            elif kind == b"OSMData":
                _block(block, at, strings, columns)
    return _table(strings, columns, data_on)


def _block(block: bytes, at: int, strings: Strings, columns: Parts) -> None:
    try:
        read_block(block, strings, columns)
    except BrokenError as broken:
        raise _broken(at, broken.zh, broken.en) from broken


def _blobs(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """``(byte, kind, blob)`` of each blob in the file; what is no PBF from its first bytes is called that."""
    at, end = 0, len(data)
    while at < end:
        size = int.from_bytes(data[at : at + 4], "big")
        if at == 0 and (end < 4 or not 0 < size <= MAX_BLOB_HEADER_BYTES or b"OSMHeader" not in data[4 : 4 + size]):
            raise BrokenError(
                f"这不是 .osm.pbf 文件{_looks_like(data)[0]}", f"not an .osm.pbf file{_looks_like(data)[1]}"
            )
        if end - at < 4 or size > end - at - 4:
            raise _cut(at, end)
        if size > MAX_BLOB_HEADER_BYTES:
            raise _broken(
                at, f"块头长 {size} 字节，上限 {MAX_BLOB_HEADER_BYTES}", f"a blob header of {size} bytes, at most 65536"
            )
        header = _fields(data[at + 4 : at + 4 + size], at)
        kind, length = header.get(1, b""), header.get(3, -1)
        if not isinstance(kind, bytes) or not isinstance(length, int) or not 0 <= length <= MAX_BLOB_BYTES:
            raise _broken(
                at,
                f"块长 {length!r} 不在 0 到 {MAX_BLOB_BYTES} 之间",
                f"a blob length of {length!r}, not 0 to {MAX_BLOB_BYTES}",
            )
        start = at + 4 + size
        if length > end - start:
            raise _cut(at, end)
        yield at, kind, data[start : start + length]
        at = start + length
    if not data:
        raise BrokenError("文件是空的", "the file is empty")


def _looks_like(data: bytes) -> tuple[str, str]:
    if data[:2] == b"\x1f\x8b":
        return "，而是 gzip 压缩文件，请先解压", " but gzip data; unpack it first"
    if data.lstrip()[:1] == b"<":
        return "，看起来是 XML，请改用 .osm 后缀", " but looks like XML; name it .osm"
    if data.lstrip()[:1] == b"{":
        return "，看起来是 JSON，请改用 .geojson 后缀", " but looks like JSON; name it .geojson"
    return "", ""


def _cut(at: int, end: int) -> BrokenError:
    return BrokenError(
        f"文件不完整：从第 {at} 字节开始的块没有结束，文件到第 {end} 字节就断了；请重新下载",
        f"cut short: the blob that begins at byte {at} does not end before the file does, at byte {end}; download it again",
    )


def _broken(at: int, zh: str, en: str) -> BrokenError:
    return BrokenError(f"文件损坏（第 {at} 字节开始的块）：{zh}", f"damaged (blob at byte {at}): {en}")


def _fields(message: bytes, at: int) -> dict[int, Any]:
    """The fields of a small message: numbers or bytes; of a repeated field the last, except 4, whose strings gather."""
    out: dict[int, Any] = {}
    try:
        fields = walk(message, 0, len(message))
    except BrokenError as broken:
        raise _broken(at, broken.zh, broken.en) from broken
    for number, wire, first, stop in fields:
        value = message[first:stop] if wire == LENGTH else first
        if number == 4 and wire == LENGTH:
            out.setdefault(4, []).append(value)
        else:
            out[number] = value
    return out


Packed = tuple[int, bytes, bytes, int, bool]
"""Where a blob begins, its kind, its bytes, its size unpacked, whether they are packed."""


def _packing(blob: bytes, at: int) -> tuple[bytes, int, bool]:
    """A blob's bytes, their size once unpacked as the blob says, and whether they are packed."""
    fields = _fields(blob, at)
    raw, packed, size = fields.get(1), fields.get(3), fields.get(2)
    if isinstance(raw, bytes):
        return raw, len(raw), False
    if not isinstance(packed, bytes):
        found = next((name for number, name in _PACKINGS.items() if number in fields), None)
        if found is None:
            raise _broken(at, "块里没有数据", "the blob holds no data")
        raise BrokenError(
            f"用 {found} 压缩；请另存为 zlib 压缩的 PBF", f"packed with {found}; save it as PBF with zlib compression"
        )
    if not isinstance(size, int) or not 0 <= size <= MAX_BLOB_BYTES:
        raise _broken(
            at,
            f"解压长度 {size!r} 超过上限 {MAX_BLOB_BYTES}",
            f"an unpacked size of {size!r}, at most {MAX_BLOB_BYTES}",
        )
    return packed, size, True


def _unpack(one: Packed) -> bytes:
    at, _, data, size, is_packed = one
    if not is_packed:
        return data
    unzip = zlib.decompressobj()
    try:
        block = unzip.decompress(data, size + 1)
    except zlib.error as error:
        raise _broken(at, "zlib 数据错误", f"zlib: {error}") from error
    if len(block) != size or not unzip.eof:
        raise _broken(
            at, f"解压得到 {len(block)} 字节，声明为 {size}", f"unpacks to {len(block)} bytes, said to be {size}"
        )
    return block


def _header(block: bytes, at: int) -> dt.date | None:
    fields = _fields(block, at)
    needed = {feature.decode("utf-8", "replace") for feature in fields.get(4, [])} - KNOWN_FEATURES
    if needed:
        names = ", ".join(sorted(needed))
        raise BrokenError(
            f"文件要求读取程序支持 {names}，这里只支持 {', '.join(sorted(KNOWN_FEATURES))}",
            f"the file asks its reader for {names}; understood here are {', '.join(sorted(KNOWN_FEATURES))}",
        )
    stamp = fields.get(32)
    # Seconds since 1970; anything outside 2004 (the first OSM data) to 2200 is noise and not a day the source states.
    if isinstance(stamp, int) and 1_072_915_200 < stamp < 7_258_118_400:
        return dt.datetime.fromtimestamp(stamp, dt.UTC).date()
    return None


def _table(strings: Strings, columns: Parts, data_on: dt.date | None) -> OsmTable:
    def tagged(name: str) -> Tagged:
        key, value = columns.joined(f"{name}_key"), columns.joined(f"{name}_value")
        return Tagged(columns.joined(name), columns.starts(f"{name}_size"), key, value)

    return OsmTable(
        strings=strings,
        nodes=tagged("node"),
        x=columns.joined("x"),
        y=columns.joined("y"),
        ways=tagged("way"),
        ref_start=columns.starts("ref_size"),
        refs=columns.joined("ref"),
        relations=tagged("rel"),
        member_start=columns.starts("member_size"),
        member_type=columns.joined("type"),
        member_ref=columns.joined("member"),
        member_role=columns.joined("role"),
        data_on=data_on,
    )
