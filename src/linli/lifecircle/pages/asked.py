"""What a page was asked for: which run, category and group stand in its address. Unknown words fall back to what is there."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import overload
from uuid import UUID

from django.utils.http import urlencode

from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.web.community import current_community
from linli.platform.web.request import Request

from .. import queries
from ..models import CoverageRun

PUBLIC_GROUPS = ("everyone", "elder_60", "stroller", "wheelchair", "child")
"""Order in which groups are offered; others of a policy come after."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One look at a run."""

    run: CoverageRun
    category: str
    group: str

    @property
    def query(self) -> str:
        """The question as it stands in addresses of data."""
        return urlencode({"standard": self.run.standard_id, "community": str(self.run.community_id)})


def asked(request: Request) -> Asked:
    """The run, category and group of the address; NotFoundError where nothing was measured (or the actor may not see it)."""
    run = queries.find_run(request.actor, asked_community(request), standard_id=request.GET.get("standard"))
    category, group = request.GET.get("category", ""), request.GET.get("group", "")
    return Asked(
        run,
        category if category in run.categories else shown_first(run),
        group if group in run.groups else run.groups[0],
    )


def asked_community(request: Request) -> UUID:
    """The community named in the address (data of a page whose choice may change meanwhile), else the chosen one."""
    named = request.GET.get("community", "")
    try:
        return UUID(named)
    except ValueError:
        return current_community(request)


@dataclass(slots=True)
class Numbers:
    """Numbers of an address, each within its bounds, with the policy's in place of what is absent or cannot be read. ``said`` tells of the latter."""

    request: Request
    said: list[Text] = field(default_factory=list)

    @overload
    def whole(self, name: str, default: int, low: int, high: int) -> int: ...
    @overload
    def whole(self, name: str, default: None, low: int, high: int) -> int | None: ...
    def whole(self, name: str, default: int | None, low: int, high: int) -> int | None:
        """A whole number; thousands may be parted by commas."""
        given = self._given(name).replace(",", "")
        if not given:
            return default
        if given.isascii() and given.isdigit() and low <= int(given) <= high:
            return int(given)
        self._tell(given, f"{low} 到 {high} 的整数", f"whole number from {low:,} to {high:,}", default)
        return default

    def number(self, name: str, default: float, low: float, high: float) -> float:
        given = self._given(name)
        if not given:
            return default
        try:
            value = float(given)
        except ValueError:
            value = math.nan
        if low <= value <= high:
            return value
        self._tell(given, f"{low:g} 到 {high:g} 的数", f"number from {low:g} to {high:g}", default)
        return default

    def _given(self, name: str) -> str:
        return self.request.GET.get(name, "").strip()

    def _tell(self, given: str, zh: str, en: str, default: float | None) -> None:
        taken = Text("没有用", "it was left out")
        if default is not None:
            taken = Text(f"没有用，按政策的 {default:g} 算", f"the policy's {default:,g} is taken")
        self.said.append(Text(f"“{given[:20]}”不是 {zh}，{taken.zh}", f"“{given[:20]}” is no {en}; {taken.en}"))


def shown_first(run: CoverageRun) -> str:
    """The category a page opens with: of those the register holds something of, the one fewest people reach."""
    categories = run.public["groups"][0]["categories"]
    found = [one for one in categories if one["found"] and one["share"] is not None] or categories
    return str(min(found, key=lambda one: 2.0 if one["share"] is None else one["share"])["category"])


def icon_of(category: str) -> str:
    """The category's icon of the kit; a pin where the kit has no picture for it."""
    return ICONS.get(category, "pin")


def pace_note(group_id: str, walkers_id: str) -> Text:
    """How this group walks, in a sentence."""
    for group in find_policy("walkers", walkers_id).body["groups"]:
        if group["id"] == group_id:
            speed = group["speed_m_per_min"]
            barred = "steps" in group["barred"]
            zh = f"每分钟 {speed:g} 米；{'台阶过不去' if barred else '台阶另计'}，锁着的门不走。"
            en = f"{speed:g} m a minute; {'steps cannot be passed' if barred else 'steps take longer'}, locked gates are not passed."
            return Text(zh, en)
    return Text("步速见政策", "see the policy for the pace")


ICONS = {
    "kindergarten": "baby", "nursery": "baby", "elder_station": "cane", "health_station": "cross", "service_centre": "home",
    "service_complex": "bld", "culture_space": "book", "convenience_store": "shop", "vegetable_shop": "shop", "canteen": "bowl",
    "barber": "shop", "pocket_park": "tree", "leisure_fitness": "ball", "school": "school", "bus_stop": "bus", "parking": "car",
    "neighbourhood_centre": "house", "after_school": "clock", "nursing_home": "cane", "community_hospital": "cross",
}  # fmt: skip
