"""What a page of assessment is asked about: community, system, period, weights; and how numbers and colours are said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponseRedirect
from django.urls import reverse

from linli.kernel.clock import local_day, now
from linli.kernel.errors import LinliError
from linli.kernel.text import Text
from linli.platform.web.community import current_community
from linli.platform.web.request import Request

from .. import queries
from ..rules.colours import scheme
from ..rules.entries import HOWS, QUALITIES
from ..rules.period import Period
from ..rules.system import System, find_system, known_systems


@dataclass(frozen=True, slots=True)
class Asked:
    community_id: UUID
    system: System
    period: Period
    weight_set: str
    variant: str

    @property
    def query(self) -> str:
        """The query string that leads here again."""
        return query(self.system, self.period, weights=self.weight_set, variant=self.variant)


def query(system: System, period: Period, *, weights: str = "", variant: str = "") -> str:
    given = {"system": system.id, "period": period.code, "weights": weights, "variant": variant}
    return "?" + urlencode({key: value for key, value in given.items() if value})


def asked(request: Request) -> Asked:
    """From ``?system=&period=&weights=&variant=``: micro-circulation, the present period and the first of each without them."""
    community_id = current_community(request)
    queries.require(request.actor, community_id)
    system = find_system(request.GET.get("system", "") or queries.FIRST)
    period = queries.asked_period(system, request.GET.get("period", ""), now())
    weights, variant = request.GET.get("weights", ""), request.GET.get("variant", "")
    system.weight_set(weights)
    system.variant(variant)
    return Asked(community_id, system, period, weights, variant)


def pickers(look: Asked) -> dict[str, Any]:
    """The choices above a page: systems, periods, weight sets and variants, each with its address."""
    today = local_day(now())
    systems = []
    for one in known_systems():
        same = one.cadence == look.system.cadence
        at = look.period if same else Period.holding(today, one.cadence)
        systems.append({"text": one.title, "url": query(one, at), "current": one.id == look.system.id})
    recent = list(queries.latest_periods(look.system, now()))
    if look.period not in recent:
        recent.append(look.period)
    periods = [
        {"text": one.text, "url": query(look.system, one, weights=look.weight_set, variant=look.variant), "current": one == look.period}
        for one in recent
    ]  # fmt: skip
    weights = [
        {"text": one.title, "url": query(look.system, look.period, weights=one.id, variant=look.variant), "current": one.id == look.system.weight_set(look.weight_set).id}
        for one in look.system.weight_sets
    ]  # fmt: skip
    variants = [
        {"text": text, "url": query(look.system, look.period, weights=look.weight_set, variant=id), "current": id == look.system.variant(look.variant)}
        for id, text in look.system.variants
    ]  # fmt: skip
    return {"systems": systems, "periods": periods, "weights": weights, "variants": variants}


def amount(value: float | None, unit: Text) -> Text | None:
    """A value with its unit: at most two decimals, none that say nothing."""
    if value is None:
        return None
    plain = f"{value:,.2f}".rstrip("0").rstrip(".")
    plain = "0" if plain == "-0" else plain
    if unit.zh == "%":
        return Text(f"{plain}%", f"{plain} %")
    return Text(f"{plain.replace(',', '')} {unit.zh}", f"{plain} {unit.en}")


def clause_text(clause: str) -> Text:
    """Where an indicator stands in its source, or that it stands in none."""
    if not clause.startswith("designed here"):
        return Text(clause or "—", clause or "—")
    after = clause.removeprefix("designed here").removeprefix(", after ").strip()
    return Text(f"本项目自定，参照 {after}" if after else "本项目自定", clause)


def score_text(score: float | None) -> Text:
    return Text("—", "—") if score is None else Text(f"{score:.1f}", f"{score:.1f}")


def colour_badge(scheme_id: str, colour: str) -> tuple[str, Text]:
    """Shape and word of a colour; a green ring where it is clear."""
    if not colour:
        return "green", Text("已解除", "Cleared")
    return colour, scheme(scheme_id).colour(colour).title


def told(node: dict[str, Any]) -> dict[str, Any]:
    """A node of a tree as a row of a page."""
    is_leaf = "measure" in node
    unit = Text.from_mapping(node["unit"]) if is_leaf else Text("—", "—")
    row = {
        **node,
        "title": Text.from_mapping(node["title"]),
        "is_leaf": is_leaf,
        "clause_text": clause_text(node["clause"]),
        "points": score_text(node["score"]),
        "share": None if node["score"] is None else node["score"] / 100,
    }
    if is_leaf:
        row |= {
            "said": amount(node["value"], unit),
            "unit_text": unit,
            "target_text": amount(node["target"], unit),
            "formula_text": Text.from_mapping(node["formula"]) if node["formula"] else None,
            "how_text": HOWS[node["how"]] if node.get("how") else None,
            "quality_text": QUALITIES[node["quality"]] if node.get("quality") else None,
            "colour": _colour_of(node),
        }
    return row


def _colour_of(node: dict[str, Any]) -> str:
    from ..rules.colours import plain_colour

    if node["value"] is None or not node["limits"]:
        return ""
    limits = [(key, node["limits"][key]) for key in ("red", "yellow", "blue") if key in node["limits"]]
    return plain_colour(node["value"], limits, direction=node["direction"]) or "green"


def go(name: str, *args: Any, done: str, look: str = "") -> HttpResponseRedirect:
    address = reverse(f"assessment:{name}", args=args) + look
    return HttpResponseRedirect(f"{address}{'&' if '?' in address else '?'}{urlencode({'done': done})}")


DONE = {
    "collected": Text("取数完成，新的数已记下。", "Fetched; new values are kept."),
    "nothing-new": Text("取数完成，没有新的数。", "Fetched; nothing is new."),
    "entered": Text("已记下。", "Kept."),
    "imported": Text("已导入，全部记下。", "Imported; all values are kept."),
    "left": Text("已放弃这次导入，什么都没有记。", "The import was left; nothing was kept."),
    "closed": Text("这一期已经结了，不会再变。", "The period is closed and will not change."),
    "written": Text("方案已写好，开始做。", "The plan is written; on to the work."),
    "handed": Text(
        "已交办成事项，办结了这里会自动记下。", "Handed over as a case; when it is closed it is kept here by itself."
    ),
    "done": Text("做完的已记下。", "What was done is kept."),
    "checking": Text("措施都做完了，等复测。", "All measures are done; measure again."),
    "checked": Text("方案已闭环。", "The plan is closed."),
    "again": Text("再来一轮：补上措施。", "Once more round: add measures."),
}


def said_done(request: Request) -> Text | None:
    return DONE.get(request.GET.get("done", ""))


def refused(error: LinliError) -> bool:
    """Whether a refusal is one a form shows beside its fields."""
    return error.status in (403, 404, 409, 422)
