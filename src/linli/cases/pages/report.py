"""Reporting something: what and where, which kind it is, a last look. Three short pages; each works without a script."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.clock import now
from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.db import acting
from linli.platform.ports import ports
from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry

from .. import bridges, commands, queries
from ..forms import ELSEWHERE, QuestionsForm, ReportForm, type_choices
from ..models import Case, Draft, Way
from ..rules.types import CaseType, case_types, cases_policy

ACT = "requests"


@page(audience="signed_in", methods=("GET", "POST"), act=ACT)
def report(request: Request) -> HttpResponseBase:
    """What it is, photos, where. ``?place=`` and ``?facility=`` come from a code on a wall, ``?draft=`` goes back to what was begun, ``?text=`` from a link."""
    if not choices(request):
        return render(request, "portal/nothing_yet.html")
    actor, community_id = request.actor, current_community(request)
    draft = _asked_draft(request)
    place_id = _uuid(request.GET.get("place", ""))
    facility = _facility(request)
    form = ReportForm(
        request.POST or None, request.FILES or None, actor=actor, community_id=community_id, place_id=place_id,
        initial=_starting(draft) if draft else {"text": request.GET.get("text", "")[:500]} | (facility or {}),
    )  # fmt: skip
    made: list[Draft] = []

    def keep() -> None:
        kept = commands.keep_draft(
            community_id, actor=actor, now=now(), way=Way.QR if place_id or facility else Way.PORTAL,
            draft_id=draft.pk if draft else None, **form.report(),
        )  # fmt: skip
        for photo in form.cleaned_data["photos"]:
            commands.add_photo(kept.pk, photo, actor=actor, now=now())
        made.append(kept)

    if form.is_valid() and form.carried_out(keep):
        return HttpResponseRedirect(reverse("cases:kind", args=[made[0].pk]))
    context = {
        "form": form,
        "draft": draft,
        "files": _files(draft),
        "title_step": 1,
        "photos_most": cases_policy().photos_most,
        "map": pin_map(request, community_id),
        "whose": whose(actor),
    }
    return render(request, "cases/report.html", context, status=422 if form.errors else 200)


@page(audience="signed_in", act=ACT)
def kind(request: Request, draft_id: UUID) -> HttpResponseBase:
    """Which kind it is: the likeliest first, all the others by group below. A sure guess goes straight on."""
    draft = queries.find_draft(request.actor, draft_id)
    guesses = bridges.guess(draft.text)
    is_sure = bool(guesses) and guesses[0].is_sure
    if is_sure and "all" not in request.GET:
        return HttpResponseRedirect(f"{reverse('cases:check', args=[draft.pk])}?kind={guesses[0].kind.id}")
    context = {"draft": draft, "guesses": guesses, "groups": type_choices(), "model": bridges.said_by()}
    return render(request, "cases/kind.html", context)


@page(audience="signed_in", methods=("GET", "POST"), act=ACT)
def check(request: Request, draft_id: UUID) -> HttpResponseBase:
    """Everything once more, the type's further questions, what neighbours reported nearby; then it is sent."""
    actor = request.actor
    draft = queries.find_draft(actor, draft_id)
    chosen = _chosen(request.POST.get("kind") or request.GET.get("kind", ""))
    form = QuestionsForm(request.POST or None, kind=chosen)
    made: list[Any] = []
    if form.is_valid() and form.carried_out(
        lambda: made.append(
            commands.send_draft(
                draft.pk,
                chosen.id,
                answers=form.answers(),
                is_sealed=form.cleaned_data["is_sealed"],
                actor=actor,
                now=now(),
            )
        )
    ):
        return HttpResponseRedirect(sent_address(made[0]))
    context = {
        "draft": draft,
        "kind": chosen,
        "form": form,
        "files": _files(draft),
        "near": _near(draft, chosen),
        "place": _place(draft),
    }
    return render(request, "cases/check.html", context, status=422 if form.errors else 200)


@page(audience="signed_in", methods=("POST",), act=ACT)
def remove_photo(request: Request, draft_id: UUID, attachment_id: UUID) -> HttpResponseBase:
    commands.remove_photo(draft_id, attachment_id, actor=request.actor)
    return HttpResponseRedirect(f"{reverse('cases:report')}?draft={draft_id}")


@page(audience="signed_in", methods=("POST",), act=ACT)
def discard(request: Request, draft_id: UUID) -> HttpResponseBase:
    commands.discard_draft(draft_id, actor=request.actor)
    return HttpResponseRedirect(reverse("cases:matters"))


def whose(actor: Actor) -> str:
    """Who is signed in (and for whom they act), as a page may keep it: equal for equal persons, and nothing else to who reads it."""
    return hashlib.sha256(f"kept {actor.account_id} {actor.on_behalf_of}".encode()).hexdigest()[:16]


def sent_address(case: Case) -> str:
    """Where a report leads that was sent. The answer to a form is kept beside the account for a week: it must not name the case of a sealed reporter."""
    if case.is_sealed:
        return f"{reverse('cases:matters')}?sent=sealed"
    return reverse("cases:matter", args=[case.pk]) + "?sent"


def pin_map(request: Request, community_id: UUID) -> dict[str, Any] | None:
    """The map on which a pin says where; None where the community has none."""
    ground = ports.ground.config(request.actor, community_id)
    label = Text("事情在这里，方向键移动", "It is here; arrow keys move it").as_mapping()
    return ground and ground | {"pin": {"lon": "id_lon", "lat": "id_lat", "label": label}}


def _chosen(asked: str) -> CaseType:
    found = case_types().get(asked)
    if found is None or found.is_for_staff:
        raise NotFoundError
    return found


def _asked_draft(request: Request) -> Draft | None:
    draft_id = _uuid(request.GET.get("draft", ""))
    return queries.find_draft(request.actor, draft_id) if draft_id else None


def _facility(request: Request) -> dict[str, Any] | None:
    """What a code on a facility fills in: its name and where it stands."""
    facility_id = _uuid(request.GET.get("facility", ""))
    if facility_id is None:
        return None
    try:
        row = registry.find_facility(request.actor, facility_id)
    except NotFoundError:
        return None
    return {"place": ELSEWHERE, "where": row.name_zh or row.name_en, "lon": row.lon, "lat": row.lat}


def _starting(draft: Draft) -> dict[str, Any]:
    place = str(draft.place_id) if draft.place_id else ELSEWHERE
    return {"text": draft.text, "place": place, "where": draft.where, "lon": draft.lon, "lat": draft.lat}


def _files(draft: Draft | None) -> list[Any]:
    return queries.files_of(draft.pk, holder=queries.DRAFT_HOLDER) if draft else []


def _near(draft: Draft, chosen: CaseType) -> list[dict[str, Any]]:
    """Similar open cases, told by type, place and day alone."""
    if not chosen.is_public:
        return []
    with acting(queries.MACHINE):
        found = queries.similar_open(
            draft.community_id, chosen, place_id=draft.place_id, lon=draft.lon, lat=draft.lat, now=now()
        )
    names = queries.place_names([one.case for one in found])
    return [
        {
            "case": one.case,
            "metres": one.metres,
            "place": names[one.case.pk],
            "title": one.case.public_title if one.case.is_public else "",
        }
        for one in found
    ]


def _place(draft: Draft) -> Any:
    if draft.place_id is None:
        return None
    row = registry.list_places_in_compounds(queries.MACHINE).filter(place_id=draft.place_id).first()
    return registry.name_in_compound(row) if row else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
