"""What a governance unit may be, and in words why a community cannot be divided as asked (S224)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from linli.kernel.policyfile import Policy
from linli.kernel.text import Text

ROUND = 50
"""Bounds that are proposed are rounded outward to this many persons."""


@dataclass(frozen=True, slots=True)
class UnitRules:
    """``divides`` kinds of ground no unit reaches across; roads up to ``widest_rank`` too where that is asked; ``touching_m`` how near two
    buildings' middles are for their areas to be neighbours."""

    least_persons: int
    most_persons: int
    divides: frozenset[str]
    widest_rank: int
    touching_m: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """``words`` what cannot be met; ``least, most`` bounds that sums of people alone would allow, None where none help; ``n_units`` likewise;
    ``is_cut_off`` where it would help to reach across what divides."""

    words: Text
    least: int | None = None
    most: int | None = None
    n_units: int | None = None
    is_cut_off: bool = False


def read_units(policy: Policy) -> UnitRules:
    size, divides = policy.body["size"], policy.body["divides"]
    return UnitRules(
        size["least_persons"], size["most_persons"], frozenset(divides["always"]), divides["widest_rank"],
        float(policy.body["touching"]["most_m"]),
    )  # fmt: skip


def refuse_count(names: Sequence[Text], persons: float, least: int, most: int, *, is_whole: bool) -> Refusal:
    """Of people that hang together (the whole community, or a part cut off from the rest) no number of units is right."""
    where = Text("整个社区", "The whole community") if is_whole else _part(names)
    n = round(persons)
    if persons < least:
        zh, en = f"{where.zh}只有 {n} 人，不到 {least}：凑不满一个单元", f"{where.en} has {n:,} people, fewer than {least:,}: less than one unit"  # fmt: skip
        if not is_whole:
            zh += "，又和别处隔开"
            en += ", and it is cut off from the rest"
        return Refusal(Text(zh, en), least=_down(persons), most=max(most, _up(persons)), is_cut_off=not is_whole)
    more = math.ceil(persons / most)
    fewer = more - 1
    each = round(persons / more)
    zh = f"{where.zh}有 {n} 人：分 {more} 个，平均 {each} 人，不到 {least}"
    en = f"{where.en} has {n:,} people: {more} units have {each:,} each, fewer than {least:,}"
    if fewer:
        zh += f"；分 {fewer} 个，平均 {round(persons / fewer)} 人，超过 {most}"
        en += f"; {fewer} have {round(persons / fewer):,} each, more than {most:,}"
    return Refusal(
        Text(zh, en),
        least=_down(persons / more * 0.9),
        most=max(most, _up(persons / more * 1.1)),
        is_cut_off=not is_whole,
    )


def refuse_heavy(names: Sequence[Text], most: int) -> Refusal:
    zh, en = "、".join(name.zh for name in names), ", ".join(name.en for name in names)
    return Refusal(
        Text(f"{zh} 一处就超过 {most} 人，又不能再拆", f"{en} alone hold more than {most:,} and cannot be taken apart")
    )


def refuse_number(n_units: int, allowed: tuple[int, int]) -> Refusal:
    low, high = allowed
    span = Text(f"{low}", f"{low}") if low == high else Text(f"{low} 到 {high}", f"{low} to {high}")
    words = Text(f"分成 {n_units} 个做不到：按这个规模只能分 {span.zh} 个", f"{n_units} units cannot be: with these sizes there are {span.en}")  # fmt: skip
    return Refusal(words, n_units=low if n_units < low else high)


def refuse_division(names: Sequence[Text], *, is_proved: bool) -> Refusal:
    part = _part(names)
    if is_proved:
        zh = f"{part.zh}：人数够分，但这些片整片不拆、又要连着，怎么拼都超出规模（已证明）。换成按小区或按楼拼，或放宽规模"
        en = f"{part.en}: there are people enough, but kept whole and connected these areas fit no units (proved). Divide by compound or building, or widen the sizes"
    else:
        zh = f"{part.zh}：时间内没找到合适的分法，不等于没有。放宽规模再试"
        en = f"{part.en}: no division was found in time, which does not mean there is none. Widen the sizes and try again"
    return Refusal(Text(zh, en))


def _part(names: Sequence[Text]) -> Text:
    shown = list(names[:3])
    if len(names) > len(shown):
        zh = "、".join(one.zh for one in shown) + f"等 {len(names)} 片"
        return Text(zh, ", ".join(one.en for one in shown) + f" and {len(names) - len(shown)} more")
    return Text("、".join(one.zh for one in shown), ", ".join(one.en for one in shown))


def _down(persons: float) -> int:
    return max(1, math.floor(persons / ROUND) * ROUND)


def _up(persons: float) -> int:
    return math.ceil(persons / ROUND) * ROUND
