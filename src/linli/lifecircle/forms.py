"""The forms of scenarios: its name, one change of each kind, and the sentence that decides it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction

from linli.kernel.errors import LinliError
from linli.kernel.text import Text
from linli.platform.kit.forms import Card, KitForm, both, spoken

from .commands import Wish
from .offers import Offer, Offers
from .rules.changes import WHERE_WORDS, ChangeKind

ABOUT_ERRORS = {
    "lifecircle.no_title": "title",
    "lifecircle.no_reason": "because",
    "lifecircle.outside_map": "where",
    "lifecircle.no_such_facility": "where",
    "lifecircle.no_gate_here": "where",
    "lifecircle.nothing_locked": "where",
    "lifecircle.no_path_near": "where",
    "lifecircle.way_too_long": "where",
    "lifecircle.category_not_asked": "category",
}
FEN = 100
MOST_YUAN = 10**9


class ScenarioFormBase(KitForm):
    """Tries a command once; its refusal stands beside the field it is about."""

    def carried_out(self, act: Callable[[], Any]) -> bool:
        try:
            with transaction.atomic():
                act()
        except LinliError as error:
            if error.status not in (409, 422):
                raise
            field = ABOUT_ERRORS.get(error.code)
            self.add_error(field if field in self.fields else None, spoken(error.text))
            return False
        return True


class BeginForm(ScenarioFormBase):
    title = forms.CharField(
        label=both("方案叫什么", "What the scenario is called"), max_length=80,
        help_text=both("比如：二村食堂加开东门", "For example: a canteen in the second estate and its east gate"),
    )  # fmt: skip
    note = forms.CharField(
        label=both("想解决什么", "What it should solve"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip


class DecideForm(ScenarioFormBase):
    because = forms.CharField(
        label=both("为什么", "Why"), max_length=200,
        help_text=both("这句话和方案一起留下", "This sentence stays with the scenario"),
    )  # fmt: skip


class ChangeForm(ScenarioFormBase):
    """Where one change happens, out of what the map and the register offer. ``where`` is an offer's key; a point dragged on the map comes as one
    more offer."""

    where = forms.ChoiceField(label=both("哪一处", "Which one"))

    def __init__(self, *given: Any, offers: Offers, kind: ChangeKind, **options: Any) -> None:
        super().__init__(*given, **options)
        self.kind = kind
        self.offers = {offer.key: offer for offer in offers.of(kind)}
        self.fields["where"].choices = [(key, spoken(offer.text)) for key, offer in self.offers.items()]  # type: ignore[attr-defined]
        self.fields["where"].label = spoken(WHERE_WORDS[kind])

    def wish(self) -> Wish:
        return self._wish(self.offers[self.cleaned_data["where"]])

    def _wish(self, offer: Offer, **more: Any) -> Wish:
        return Wish(
            self.kind, lon=offer.lon, lat=offer.lat, to_lon=offer.to_lon, to_lat=offer.to_lat, facility_id=offer.facility_id,
            place_id=offer.place_id, space_id=offer.space_id, name=offer.name, **more,
        )  # fmt: skip


class CostedForm(ChangeForm):
    """A change that costs something."""

    cost_yuan = forms.DecimalField(
        label=both("要花多少钱（元）", "What it costs, in yuan"), required=False, min_value=0, max_value=MOST_YUAN, decimal_places=2,
        help_text=both("不知道就空着，方案的总价也就不知道", "Empty where nobody knows; then the total is not known either"),
    )  # fmt: skip

    def cost_fen(self) -> int | None:
        yuan = self.cleaned_data["cost_yuan"]
        return None if yuan is None else int(yuan * FEN)

    def wish(self) -> Wish:
        return self._wish(self.offers[self.cleaned_data["where"]], cost_fen=self.cost_fen())


class NewFacilityForm(CostedForm):
    category = forms.ChoiceField(label=both("设什么", "What to open"))
    filling = forms.ChoiceField(label=both("怎么补", "How it is come by"), required=False, widget=forms.RadioSelect)
    capacity = forms.IntegerField(
        label=both("能服务多少人", "How many it can serve"), required=False, min_value=0, max_value=100_000,
        help_text=both("座位、托位、床位，按这类设施的说法", "Seats, nursery places, beds: as this kind is counted"),
    )  # fmt: skip
    field_order = ("category", "where", "filling", "capacity", "cost_yuan")

    def __init__(self, *given: Any, offers: Offers, **options: Any) -> None:
        super().__init__(*given, offers=offers, **options)
        self.fields["category"].choices = [(key, spoken(text)) for key, text in offers.categories]  # type: ignore[attr-defined]
        self.fields["filling"].choices = [("", Card(Text("还没想好", "Not settled"))), *((way.id, Card(way.title, way.note)) for way in offers.ways)]  # type: ignore[attr-defined]  # fmt: skip

    def wish(self) -> Wish:
        said = self.cleaned_data
        return self._wish(
            self.offers[said["where"]], category=said["category"], filling=said["filling"], capacity=said["capacity"], cost_fen=self.cost_fen()
        )  # fmt: skip


FORMS: dict[ChangeKind, type[ChangeForm]] = {
    "open_facility": NewFacilityForm,
    "close_facility": ChangeForm,
    "open_gate": CostedForm,
    "open_way": CostedForm,
    "block_gate": ChangeForm,
}
