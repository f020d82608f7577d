"""What was mended or left out while a map was read: every case with its words, so that nothing is dropped in silence."""

from __future__ import annotations

from dataclasses import dataclass, field

from linli.kernel.mapdata import MapNote
from linli.kernel.text import Text

NOTES: dict[str, Text] = {
    "way_cut": Text(
        "{ref} 有 {n} 个点不在文件里（多半在裁剪边界外），在那里断开",
        "{ref} has {n} nodes that are not in the file (mostly past the extract's edge); it is cut there",
    ),
    "outline_cut": Text(
        "{ref} 的轮廓缺 {n} 个点，不能成面，略去", "{ref} lacks {n} nodes of its outline and is left out"
    ),
    "line_empty": Text("{ref} 没有长度，不画", "{ref} has no length and is not drawn"),
    "outline_open": Text("{ref} 的轮廓没有闭合，略去", "the outline of {ref} does not close; it is left out"),
    "outline_mended": Text("{ref} 的轮廓自相交，已修补", "the outline of {ref} crossed itself and was mended"),
    "outline_empty": Text("{ref} 的轮廓没有面积，略去", "the outline of {ref} has no area; it is left out"),
    "relation_incomplete": Text(
        "{ref} 缺 {n} 段边线（在裁剪边界外），按现有的边线成面",
        "{ref} lacks {n} of its lines (past the extract's edge); its area is made of those present",
    ),
    "relation_dropped": Text(
        "{ref} 的边线接不成环（缺 {n} 段），略去",
        "the lines of {ref} do not join into a ring ({n} are missing); it is left out",
    ),
    "levels_unclear": Text(
        "{ref} 的层数写作“{value}”，不能采用", "{ref} gives its storeys as {value!r}, which cannot be used"
    ),
    "height_unclear": Text(
        "{ref} 的高度写作“{value}”，不能采用", "{ref} gives its height as {value!r}, which cannot be used"
    ),
    "flats_unclear": Text(
        "{ref} 的户数写作“{value}”，不能采用", "{ref} gives its flats as {value!r}, which cannot be used"
    ),
    "capacity_unclear": Text(
        "{ref} 的容量写作“{value}”，不能采用", "{ref} gives its capacity as {value!r}, which cannot be used"
    ),
    "use_estimated": Text(
        "{n} 栋建筑没有写明用途，按名称或所在小区判断为{use}",
        "{n} buildings do not state their use; by name or ground they are taken to be {use}",
    ),
    "use_unknown": Text(
        "{n} 栋建筑的用途无从判断，记为{use}", "the use of {n} buildings cannot be told; noted as {use}"
    ),
    "private_open": Text(
        "{n} 条私家道路在居住小区内，按居民可以通行处理",
        "{n} private ways lie inside housing compounds and are open to those who live there",
    ),
    "private_locked": Text(
        "{n} 条私家道路不在居住小区内，按不可通行处理", "{n} private ways outside housing compounds are taken as closed"
    ),
    "square": Text(
        "{ref} 是可步行的广场：沿边线行走，{n} 个入口之间直连",
        "{ref} is a walkable square: one walks along its outline and straight between its {n} entries",
    ),
    "square_alone": Text(
        "{ref} 是可步行的广场：只沿边线行走", "{ref} is a walkable square: one walks along its outline only"
    ),
    "square_outline": Text(
        "{ref} 是可步行的广场，入口有 {n} 个，太多，只沿边线行走",
        "{ref} is a walkable square with {n} entries, too many to join; one walks along its outline only",
    ),
    "id_repeated": Text(
        "{n} 个{what}的编号重复，只取第一个", "{n} {what_en} repeat an earlier id; only the first of each is used"
    ),
    "node_nowhere": Text("{n} 个点没有合法坐标，略去", "{n} nodes have no valid coordinates and are left out"),
    "facility_twice": Text(
        "{ref} 与 {other} 类别、名称相同且在同一处，只取 {other}",
        "{ref} and {other} have the same category and name in the same place; only {other} is used",
    ),
    "facility_nowhere": Text("{ref} 没有可用的位置，略去", "{ref} has no usable position and is left out"),
}


@dataclass(slots=True)
class NoteBook:
    """Collects notes in the order they arise; the same case of the same object is told once."""

    notes: list[MapNote] = field(default_factory=list)
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def add(self, code: str, ref: str = "", **values: object) -> None:
        if (code, ref) in self._seen and ref:
            return
        self._seen.add((code, ref))
        words = NOTES[code].fill(ref=ref, **values)
        self.notes.append(MapNote(code, ref, words.zh, words.en))
