"""What a run says in words: its finding, and everything that makes it less than certain, each with its count and effect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linli.kernel.text import Text

from ..rules.coverage import CategoryCoverage, Walks
from ..rules.residents import Residents
from .run import Analysis, GroupResult

NOUNS = {
    "residents": Text("居民", "residents"),
    "estimated_residents": Text("估算居民", "estimated residents"),
    "buildings": Text("楼栋", "buildings"),
}
UNITS = {"residents": "人", "estimated_residents": "人", "buildings": "幢"}


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing to know before trusting a number. ``n`` what was counted, ``persons`` who are touched (None: nobody counted)."""

    code: str
    text: Text
    n: float | None = None
    persons: float | None = None


def noun(analysis: Analysis) -> Text:
    return NOUNS[analysis.residents.basis]


def percent(share: float | None) -> str:
    """A share for people: one decimal, never rounded up to 100 % or down to 0 % when it is not quite."""
    if share is None:
        return "–"
    value = round(100 * share, 1)
    if value == 100 and share < 1:
        value = 99.9
    if value == 0 and share > 0:
        value = 0.1
    return f"{value:g}%"


def whole(number: float) -> int:
    return round(number)


def limit_words(one: CategoryCoverage) -> Text:
    if one.item.limit_m is not None:
        return Text(f"{one.item.limit_m:g} 米", f"{one.item.limit_m:g} m")
    return Text(f"{one.item.limit_min:g} 分钟", f"{one.item.limit_min:g} min")


def finding(analysis: Analysis, result: GroupResult) -> Text:
    """The result in one sentence: the worst category found, then what the map lacks altogether."""
    who, unit = noun(analysis), UNITS[analysis.residents.basis]
    found = [one for one in result.categories if one.is_found and one.share is not None]
    missing = [one for one in result.categories if not one.is_found]
    lacking = Text(
        f"；地图上没有 {len(missing)} 类设施" if missing else "。",
        f"; the map holds no facility of {len(missing)} kinds" if missing else ".",
    )
    if not found:
        return Text(
            f"地图上没有标准要求的任何一类设施（{len(missing)} 类）",
            f"The map holds none of the {len(missing)} kinds asked for",
        )
    worst = max(found, key=lambda one: one.persons_beyond)
    if worst.persons_beyond < 0.5:
        zh = f"找得到的 {len(found)} 类设施，{who.zh}都走得到{lacking.zh}"
        en = f"All {who.en} can reach the {len(found)} kinds of facility found{lacking.en}"
        return Text(zh.rstrip("。"), en.rstrip("."))
    n, title, limit = whole(worst.persons_beyond), worst.item.title, limit_words(worst)
    guess = "估算" if analysis.residents.basis == "estimated_residents" else ""
    zh = f"{guess}有 {n} {unit} {limit.zh}内走不到{title.zh}{lacking.zh}"
    en = f"{n:,} {who.en} have no {title.en.lower()} within {limit.en}{lacking.en}"
    return Text(zh.rstrip("。"), en.rstrip("."))


def uncertainty(analysis: Analysis, result: GroupResult) -> tuple[Statement, ...]:
    """Every reason the shown group's figures may be off, gravest kinds first. Nothing is left out for being small but zero."""
    statements = [
        *_about_hours(analysis),
        *_about_residents(analysis.residents),
        *_about_group(analysis, result),
        *_about_map(analysis, result),
        *_about_doors(analysis, result),
        *_about_network(analysis),
    ]
    return tuple(statements)


def _about_residents(residents: Residents) -> list[Statement]:
    found = []
    if residents.basis == "buildings":
        text = Text(
            "地图没有写明哪些楼住人，只能按楼栋数（每幢算一）",
            "The map does not say which buildings people live in: buildings are counted, one each",
        )
        found.append(Statement("by_building", text, n=len(residents.persons)))
    if residents.basis == "estimated_residents":
        low, high, total = whole(residents.low_total), whole(residents.high_total), whole(residents.total)
        text = Text(
            f"居民是按建筑面积估算的：{total} 人，可能在 {low} 到 {high} 人之间；各楼之间的比例比总数可靠",
            f"Residents are estimated from floor area: {total:,}, anywhere from {low:,} to {high:,}; "
            "proportions between buildings are surer than the total",
        )
        found.append(Statement("estimated", text, persons=residents.total))
    if residents.n_assumed_levels:
        n = residents.n_assumed_levels
        text = Text(
            f"{n} 幢楼的层数地图没有写，按用途假定", f"The map gives no storeys for {n} homes; they are assumed by use"
        )
        found.append(Statement("assumed_levels", text, n=n))
    if residents.unknown_as_homes:
        n = residents.n_unknown_use
        text = Text(
            f"地图没有标出住宅，{n} 幢用途不明的楼都当作住宅",
            f"The map marks no homes: all {n} buildings of unknown use are taken as homes",
        )
        found.append(Statement("unknown_as_homes", text, n=n))
    elif residents.n_unknown_use and residents.basis == "estimated_residents":
        n = residents.n_unknown_use
        text = Text(
            f"{n} 幢楼用途不明，没有算作住宅；其中若有住宅，居民会更多",
            f"{n} buildings of unknown use are not counted as homes; any that are would add residents",
        )
        found.append(Statement("unknown_use", text, n=n))
    return found


def _about_group(analysis: Analysis, result: GroupResult) -> list[Statement]:
    if not result.group.is_by_age or result.is_counted_by_age:
        return []
    title = result.group.title
    text = Text(
        f"不知道谁属于“{title.zh}”，按所有人都用这种步速走来算",
        f"Who belongs to “{title.en}” is not known: everyone is counted, walking at that pace",
    )
    return [Statement("group_not_counted", text, persons=analysis.residents.total)]


def _about_map(analysis: Analysis, result: GroupResult) -> list[Statement]:
    found = []
    missing = [one.item.title for one in result.categories if not one.is_found]
    if missing:
        text = Text(
            f"地图上没有：{'、'.join(title.zh for title in missing)}。没有标出不等于现场没有，请先核对",
            f"Not on the map: {', '.join(title.en.lower() for title in missing)}. "
            "Not mapped is not the same as not there: check first",
        )
        found.append(Statement("missing_category", text, n=len(missing)))
    edge = max(result.categories, key=lambda one: one.persons_edge if one.is_found else -1.0)
    if edge.is_found and edge.persons_edge >= 0.5:
        n = whole(edge.persons_edge)
        text = Text(
            f"地图有边界：走不到的人里最多有 {n} 人（{edge.item.title.zh}）离边界比限值近，界外若有设施，他们也许走得到；图越大越准",
            f"The map ends somewhere: of those beyond the limit up to {n:,} ({edge.item.title.en.lower()}) live nearer its edge than "
            "the limit and may be served from outside; a larger map is surer",
        )
        found.append(Statement("map_edge", text, persons=edge.persons_edge))
    if any(one.item.limit_m is not None for one in result.categories):
        text = Text(
            "以米为限的，沿步行网量；若按直线半径，够得到的人只会更多",
            "Limits in metres are measured along the walk network; read as a straight radius, more would be within",
        )
        found.append(Statement("metres_along_network", text))
    if analysis.data.data_on is None:
        text = Text("地图没有写明数据日期", "The map does not say of what day its data is")
        found.append(Statement("no_data_date", text))
    return found


def _about_doors(analysis: Analysis, result: GroupResult) -> list[Statement]:
    persons, walks, measured = analysis.residents.persons, result.walks, analysis.measured
    lived_in = persons > 0
    found = []
    away = lived_in & ~walks.joined
    if away.any():
        n, touched, total = int(away.sum()), float(persons[away].sum()), float(persons.sum())
        text = Text(
            f"{n} 幢住人的楼离最近的路超过 {analysis.assumed.max_leg_m:g} 米，没有接上步行网（{whole(touched)} 人，"
            f"{percent(touched / total)}）；不计入达标比例，计入上下限",
            f"{n} lived-in buildings lie over {analysis.assumed.max_leg_m:g} m from any path and are not joined to the network "
            f"({whole(touched):,} people, {percent(touched / total)}); they are left out of the shares and kept in the ranges",
        )
        found.append(Statement("unjoined", text, n=n, persons=touched))
    legs = lived_in & walks.joined & ~measured.with_door
    if legs.any():
        text = Text(
            f"{int(legs.sum())} 幢楼的门口地图没有画到，从楼中间直线走到最近的路；长楼的误差约 ±1 分钟",
            f"No mapped path ends at {int(legs.sum())} buildings: they start from their middle, straight to the nearest path; "
            "for a long building that is off by about a minute",
        )
        found.append(Statement("straight_leg", text, n=int(legs.sum()), persons=float(persons[legs].sum())))
    walled = lived_in & walks.joined & measured.through_wall
    if walled.any():
        text = Text(
            f"{int(walled.sum())} 幢楼到任何近处的路都要穿过墙、水或铁路，只好直线穿过，实际会更远",
            f"{int(walled.sum())} buildings reach any near path only across a wall, water or rail; "
            "the straight line was taken, the real walk is longer",
        )
        found.append(Statement("through_wall", text, n=int(walled.sum()), persons=float(persons[walled].sum())))
    lost = int(measured.n_unjoined.sum())
    if lost:
        text = Text(
            f"{lost} 处设施离路太远，没有接上步行网，不算在内",
            f"{lost} facilities lie too far from any path and are left out",
        )
        found.append(Statement("facility_unjoined", text, n=lost))
    return found


def _about_hours(analysis: Analysis) -> list[Statement]:
    at = analysis.open_at
    if at is None:
        return []
    text = Text(
        f"只算 {at.time:%H:%M} 开着的：{at.n_closed} 处那时关门，没有算；{at.n_unknown} 处开放时间地图没有写（或写法读不懂），按开着算",
        f"Only what is open at {at.time:%H:%M} counts: {at.n_closed} facilities are closed then and left out; the hours of {at.n_unknown} "
        "are not on the map, or not in a form that is read, and they count as open",
    )
    return [Statement("hours", text, n=at.n_unknown)]


def _about_network(analysis: Analysis) -> list[Statement]:
    measured, found = analysis.measured, []
    n_islands = measured.n_islands - measured.n_fragments
    if n_islands > 1:
        cut_off = _persons_without_way(analysis.shown.walks, analysis.residents.persons)
        touched = (
            Text(
                f"{whole(cut_off)} 人从自己那一片到不了至少一类设施",
                f"from theirs, {whole(cut_off):,} people cannot reach some kind at all",
            )
            if cut_off >= 0.5
            else Text("没有人因此到不了", "nobody is cut off by it")
        )
        text = Text(
            f"步行网分成互不相连的 {n_islands} 片；{touched.zh}",
            f"The network is in {n_islands} parts that do not join; {touched.en}",
        )
        found.append(Statement("islands", text, n=n_islands, persons=cut_off))
    if measured.n_fragments:
        text = Text(
            f"{measured.n_fragments} 段不到 {analysis.assumed.fragment_m:g} 米、与别处不相连的路没有采用",
            f"{measured.n_fragments} loose pieces of path under {analysis.assumed.fragment_m:g} m were not used",
        )
        found.append(Statement("fragments", text, n=measured.n_fragments))
    unknown = sum(gate.passage == "unknown" for gate in analysis.data.gates)
    if unknown:
        lost = max(one.persons_gates for one in analysis.shown.categories)
        effect = (
            Text(
                f"若都锁着，最多再有 {whole(lost)} 人走不到一类设施（已计入下限）",
                f"were all locked, up to {whole(lost):,} more would lack some kind (the ranges' lower ends allow for it)",
            )
            if lost >= 0.5
            else Text("就算都锁着，够得到的人数也不变", "even were all locked, the shares would not change")
        )
        text = Text(
            f"{unknown} 道门是否通行地图没有写，按能走算；{effect.zh}",
            f"Whether {unknown} gates can be passed is not mapped: they count as open; {effect.en}",
        )
        found.append(Statement("unknown_gates", text, n=unknown, persons=lost))
    return found


def _persons_without_way(walks: Walks, persons: np.ndarray) -> float:
    reachable = np.isfinite(walks.walk_min).any(axis=0)
    stuck = walks.joined & ~np.isfinite(walks.walk_min[:, reachable]).all(axis=1)
    return float(persons[stuck].sum())
