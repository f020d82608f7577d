"""The form of a new community: names from the city down, and one code that tells all of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms

from linli.platform.actors import Actor
from linli.platform.kit.forms import both

from ..commands.beginning import LEVELS, Link
from ..models import Place
from ..queries import find_place
from ..queries.places import name_of
from ..rules.rights import may_at
from .acts import ActForm

CODE_DIGITS = {"city": 4, "district": 6, "street": 9, "community": 12}


@dataclass(frozen=True, slots=True)
class Top:
    """A place below which the actor may register: a province, or whatever above communities they run."""

    place_id: UUID
    kind: str
    code: str
    name: Any


def tops(actor: Actor) -> list[Top]:
    found = []
    for place in Place.objects.filter(
        pk__in=[grant.place_id for grant in actor.grants], kind__in=("province", *LEVELS[:-1])
    ):
        if may_at(actor, "registry.place.change", community_id=None, path=place.path):
            record = find_place(actor, place.pk)
            found.append(Top(place.pk, place.kind, record.code, name_of(record)))
    return sorted(found, key=lambda top: len(LEVELS) if top.kind == "province" else LEVELS.index(top.kind))


class CommunityForm(ActForm):
    """Asks for the levels between what the actor runs and the community. Codes of the levels above are the beginnings of the community's."""

    city = forms.CharField(
        label=both("市（地级）", "City (prefecture)"), max_length=80,
        help_text=both("直辖市写“市辖区”", "In a municipality: 市辖区"),
    )  # fmt: skip
    district = forms.CharField(label=both("区、县", "District or county"), max_length=80)
    street = forms.CharField(label=both("街道、乡镇", "Street or town"), max_length=80)
    community = forms.CharField(
        label=both("社区", "Community"), max_length=80, help_text=both("如：柳岸社区", "As: 柳岸社区")
    )
    community_en = forms.CharField(label=both("社区英文名", "Its name in English"), max_length=120, required=False)
    code = forms.CharField(
        label=both("社区的区划代码（12 位）", "The community's division code (12 digits)"), max_length=12, required=False,
        help_text=both(
            "国家统计局“统计用区划代码”里查得到，如 430102001001；不清楚可以先不填",
            "From the National Bureau of Statistics, as 430102001001; leave empty if not known",
        ),
    )  # fmt: skip

    def __init__(self, *given: Any, tops: Sequence[Top], **options: Any) -> None:
        super().__init__(*given, **options)
        self.top = tops[0] if tops else None
        below = LEVELS[LEVELS.index(self.top.kind) + 1 :] if self.top and self.top.kind in LEVELS else LEVELS
        self.levels = below
        for level in LEVELS:
            if level not in below:
                del self.fields[level]

    def clean_code(self) -> str:
        code: str = "".join(self.cleaned_data["code"].split())
        if code and (len(code) != 12 or not code.isdecimal()):
            raise forms.ValidationError(
                both("要 12 位数字，现在是“%(got)s”", "12 digits are wanted, got “%(got)s”"), params={"got": code}
            )
        return code

    def top_id(self) -> UUID | None:
        return self.top.place_id if self.top else None

    def chain(self) -> list[Link]:
        """What is to be found or registered, from above."""
        code = self.cleaned_data["code"]
        links = []
        for level in self.levels:
            short = code[: CODE_DIGITS[level]]
            full = short.ljust(6, "0") if level == "city" else short
            english = self.cleaned_data["community_en"] if level == "community" else ""
            links.append(Link(level, self.cleaned_data[level], english, full if code else ""))
        return links
