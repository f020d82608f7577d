"""What staff enter: a report at the counter or by telephone, for somebody; a finding of their own on a round; a whistle to a department."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.clock import now
from linli.kernel.text import Text
from linli.platform.kit.forms import Card, both
from linli.platform.search.kinds import found
from linli.platform.search.readings import ask
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry

from .. import commands, queries
from ..commands.intake import COUNTER, attach_photos, signed
from ..forms import ELSEWHERE, CaseForm, PhotosField, type_choices
from ..models import Case, Way

FOUND = 12
GUESS = ""


class EnteringForm(CaseForm):
    """``person_id`` none: a finding of the worker's own."""

    way = forms.ChoiceField(label=both("怎么来的", "How it came"), widget=forms.RadioSelect, choices=[
        (Way.TELEPHONE, Card(Text("电话里说的", "By telephone"))), (Way.COUNTER, Card(Text("当面说的", "In person")))])  # fmt: skip
    text = forms.CharField(
        label=both("什么事（用本人的话）", "What it is, in their words"), widget=forms.Textarea(attrs={"rows": 4})
    )
    type_id = forms.ChoiceField(label=both("哪种事", "Which kind"), required=False)
    place = forms.ChoiceField(label=both("在哪儿", "Where"))
    where = forms.CharField(label=both("再说细一点", "More exactly"), required=False, max_length=200)
    photos = PhotosField(label=both("照片", "Photos"), required=False)
    is_sealed = forms.BooleanField(label=both("本人要求保密", "They want to stay sealed"), required=False)

    def __init__(
        self, *given: Any, request: Request, community_id: UUID, unit_ids: list[UUID] | None, **options: Any
    ) -> None:
        super().__init__(*given, **options)
        kinds: Any = self.fields["type_id"]
        groups = [
            (title.in_("zh"), [(kind.id, both(kind.title.zh, kind.title.en)) for kind in found])
            for title, found in type_choices(for_staff=True)
        ]
        kinds.choices = [(GUESS, both("看文字定", "By the words")), *groups]
        place: Any = self.fields["place"]
        place.choices = _places(request, community_id, unit_ids or [])
        if unit_ids is None:
            del self.fields["way"]
            del self.fields["is_sealed"]


@page(permission=queries.HANDLE, methods=("GET", "POST"))
def enter(request: Request) -> HttpResponseBase:
    """``?person=`` for somebody; without one POST ``q`` looks for whom, and the form is for a finding of one's own."""
    actor, community_id = request.actor, current_community(request)
    actor.require(queries.HANDLE, community_id)
    person_id = _uuid(request.GET.get("person", ""))
    person = None
    if person_id is not None:
        actor.require(COUNTER, community_id)
        person = registry.find_person(actor, person_id)
    if "q" in request.POST:
        return _look(request, community_id)
    units = [row.unit_id for row in registry.household_of(actor, person_id) if row.unit_id] if person_id else None
    form = EnteringForm(request.POST or None, request.FILES or None, request=request, community_id=community_id, unit_ids=units, initial={"way": Way.TELEPHONE})  # fmt: skip
    made: list[Case] = []
    if form.is_valid() and form.carried_out(lambda: made.append(_entered(request, form, community_id, person_id))):
        case = made[0]
        sees = Case.objects.filter(queries.at_work(actor), pk=case.pk).exists()
        where = reverse("cases:case", args=[case.pk]) if sees and not case.is_sealed else reverse("cases:queue")
        return HttpResponseRedirect(f"{where}?done=entered")
    context = {"form": form, "person": person, "may_serve": actor.may(COUNTER, community_id)}
    return render(request, "cases/enter.html", context, status=422 if form.errors else 200)


def _entered(request: Request, form: EnteringForm, community_id: UUID, person_id: UUID | None) -> Case:
    said, actor, at = form.cleaned_data, request.actor, now()
    place_id = None if said["place"] == ELSEWHERE else UUID(said["place"])
    report = commands.Report(
        said["text"],
        said["type_id"],
        place_id,
        where=said["where"],
        way=said.get("way", Way.STAFF),
        is_sealed=said.get("is_sealed", False),
    )
    if person_id is not None:
        case = commands.report_for(person_id, report, actor=actor, now=at)
    else:
        case = commands.open_case(community_id, report, actor=actor, now=at)
    attach_photos(case, said["photos"], actor=signed(case, actor, is_reporter=True), now=at)
    return case


def _look(request: Request, community_id: UUID) -> HttpResponseBase:
    """Whom a name means; the words stand in no address."""
    request.actor.require(COUNTER, community_id)
    text = " ".join(request.POST.get("q", "").split())[:100]
    groups = found(request.actor, ask(text), community_id, key="people", n_shown=FOUND) if text else []
    people = [
        {**hit, "person_id": hit["url"].rstrip("/").rsplit("/", 1)[-1]} for group in groups for hit in group.marked()
    ]
    return render(request, "cases/whom.html", {"text": text, "people": people})


def _places(request: Request, community_id: UUID, unit_ids: list[UUID]) -> list[tuple[str, Any]]:
    near: list[UUID] = []
    for unit in dict.fromkeys(unit_ids):
        near += [
            row.place_id
            for row in reversed(registry.holders_of(request.actor, unit))
            if row.place.kind in ("building", "compound")
        ]
    rows = registry.list_places_in_compounds(request.actor, community_id=community_id)
    names = {
        row.place_id: registry.name_in_compound(row)
        for row in rows
        if row.place.kind in ("building", "compound", "grid")
    }
    first = [(str(one), names[one].zh) for one in near if one in names]
    rest = sorted((name.zh, str(id)) for id, name in names.items() if id not in near)
    return [
        *first,
        (ELSEWHERE, both("社区里别的地方（下面写地址）", "Elsewhere (give the address below)")),
        *((id, name) for name, id in rest),
    ]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
