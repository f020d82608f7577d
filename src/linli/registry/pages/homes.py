"""Moving, leaving a household, holding a home: each on a page of its own, with what it means in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands, queries
from ..forms.acts import ActForm, ActWords
from ..forms.homes import NEW_HOUSEHOLD, LeaveForm, MoveForm, TenureCorrection, TenureEnd, TenureForm, TransferForm
from .done import go
from .naming import full_names
from .writing import is_synthetic

HOUSEHOLD, TENURE = "registry.household.change", "registry.tenure.change"
MOVE = ActWords(
    Text("搬家", "Move"),
    Text(
        "从某一天起住到别处，以前住哪里照旧留着。",
        "From a day on they live elsewhere; where they lived before stays in the register.",
    ),
    Text("记下搬家", "Record the move"),
)
LEAVE = ActWords(
    Text("离户", "Leave the household"),
    Text(
        "从某一天起不再是这一户的人，也没有登记住处。这个人还在册子里。",
        "From a day on they are not of this household and have no home here. They stay in the register.",
    ),
    Text("记下离户", "Record it"),
)
HOLD = ActWords(
    Text("登记产权或租住", "Register a holder"),
    Text(
        "从某一天起这个人持有或租住这套房；同一个人再登记一次，就是从那天起换个方式。",
        "From a day on this person holds or rents the home; registering them again changes how, from that day.",
    ),
    Text("登记", "Register"),
)
MEND = ActWords(
    Text("产权当初记错了", "The tenure was recorded wrongly"),
    Text(
        "从来不是这样，是写错了：划掉重写，划掉的和原因都留着。",
        "It was never so: struck out and written anew; what was struck out stays, with the reason.",
    ),
    Text("更正", "Correct"),
)
STOP = ActWords(
    Text("不再持有", "They hold it no longer"),
    Text(
        "从某一天起不再持有或租住，之前的记录留着。",
        "From a day on they hold or rent it no longer; what was before stays.",
    ),
    Text("终止", "End it"),
)
SELL = ActWords(
    Text("过户", "Transfer"),
    Text(
        "从某一天起由下面的人共有这套房；没写在下面的业主，从那天起不再是业主。租户和家属不动。",
        "From a day on those below own the home; owners not named below own it no longer. Tenants and family stay.",
    ),
    Text("过户", "Transfer"),
)


@page(permission=HOUSEHOLD, methods=("GET", "POST"))
def move(request: Request, person_id: UUID) -> HttpResponseBase:
    """A person, with the household or alone, moves to another home or out of the community."""
    record = queries.find_person(request.actor, person_id)
    request.actor.require(HOUSEHOLD, record.community_id)
    household = queries.household_of(request.actor, person_id)
    form = MoveForm(
        request.POST or None, actor=request.actor, community_id=record.community_id, person_id=person_id,
        has_household=bool(household), initial={"who": "household"},
    )  # fmt: skip
    if form.is_valid() and form.carried_out(
        lambda: _move(request, form, person_id, form.cleaned_data.get("unit_id"), household)
    ):
        return go("person", person_id, done="moved")
    return _answer(request, MOVE, form, subject=record.name, back=reverse("registry:person", args=[person_id]))


@page(permission=HOUSEHOLD, methods=("GET", "POST"))
def move_in(request: Request, unit_id: UUID) -> HttpResponseBase:
    """Somebody, with the household or alone, moves into this home."""
    unit = _unit(request, unit_id, HOUSEHOLD)
    form = MoveForm(
        request.POST or None, actor=request.actor, community_id=unit.community_id, unit_id=unit_id,
        initial={"who": "household"},
    )  # fmt: skip
    if form.is_valid():
        person_id = form.cleaned_data["person_id"]
        household = queries.household_of(request.actor, person_id)
        if form.carried_out(lambda: _move(request, form, person_id, unit_id, household)):
            return go("place", unit_id, done="moved")
    return _answer(request, MOVE, form, subject=_name(request, unit), back=reverse("registry:place", args=[unit_id]))


def _move(
    request: Request, form: MoveForm, person_id: UUID, unit_id: UUID | None, household: Sequence[queries.Resident]
) -> None:
    """One of three deeds: the household moves; the person joins a household there; the person keeps house alone."""
    actor, on, into = request.actor, form.cleaned_data["on"], form.cleaned_data.get("into") or NEW_HOUSEHOLD
    role = form.cleaned_data.get("role") or "head"
    if household and not form.is_alone:
        commands.move_household(household[0].household_id, unit_id, actor=actor, on=on)
    elif unit_id is None:
        commands.leave_household(person_id, actor=actor, on=on)
    elif into == NEW_HOUSEHOLD:
        commands.form_household([(person_id, role)], unit_id=unit_id, actor=actor, on=on, synthetic=is_synthetic())
    else:
        commands.join_household(UUID(into), person_id, role, actor=actor, on=on)


@page(permission=HOUSEHOLD, methods=("GET", "POST"))
def leave(request: Request, person_id: UUID) -> HttpResponseBase:
    record = queries.find_person(request.actor, person_id)
    request.actor.require(HOUSEHOLD, record.community_id)
    form = LeaveForm(request.POST or None)
    if form.is_valid() and form.carried_out(
        lambda: commands.leave_household(person_id, actor=request.actor, on=form.cleaned_data["on"])
    ):
        return go("person", person_id, done="left")
    return _answer(request, LEAVE, form, subject=record.name, back=reverse("registry:person", args=[person_id]))


@page(permission=TENURE, methods=("GET", "POST"))
def tenure_new(request: Request, unit_id: UUID) -> HttpResponseBase:
    unit = _unit(request, unit_id, TENURE)
    form = TenureForm(request.POST or None, actor=request.actor, community_id=unit.community_id)
    if form.is_valid() and form.carried_out(lambda: _hold(request, form, unit_id)):
        return go("place", unit_id, done="tenure")
    return _answer(request, HOLD, form, subject=_name(request, unit), back=reverse("registry:place", args=[unit_id]))


def _hold(request: Request, form: TenureForm, unit_id: UUID) -> Any:
    said = form.cleaned_data
    return commands.set_tenure(
        unit_id, said["person_id"], said["kind"], actor=request.actor, on=said["on"], share=said["share"],
        evidence=said["evidence"], until=said["until"],
    )  # fmt: skip


@page(permission=TENURE, methods=("GET", "POST"))
def tenure_transfer(request: Request, unit_id: UUID) -> HttpResponseBase:
    unit = _unit(request, unit_id, TENURE)
    form = TransferForm(request.POST or None, actor=request.actor, community_id=unit.community_id)
    if form.is_valid() and form.carried_out(
        lambda: commands.transfer_home(
            unit_id,
            form.owners(),
            actor=request.actor,
            on=form.cleaned_data["on"],
            evidence=form.cleaned_data["evidence"],
        )
    ):
        return go("place", unit_id, done="tenure")
    return _answer(request, SELL, form, subject=_name(request, unit), back=reverse("registry:place", args=[unit_id]))


@page(permission=TENURE, methods=("GET", "POST"))
def tenure_correct(request: Request, unit_id: UUID, person_id: UUID) -> HttpResponseBase:
    unit, record = _unit(request, unit_id, TENURE), _tenure(request, unit_id, person_id)
    share = f"{record.share_num}/{record.share_den}" if record.share_den != 1 else str(record.share_num or "")
    form = TenureCorrection(
        request.POST or None, initial={"kind": record.kind, "share": share, "evidence": record.evidence}
    )
    if form.is_valid() and form.carried_out(
        lambda: commands.correct_tenure(
            record.id,
            actor=request.actor,
            because=form.cleaned_data["because"],
            kind=form.cleaned_data["kind"],
            share=form.cleaned_data["share"],
            evidence=form.cleaned_data["evidence"],
        )
    ):
        return go("place", unit_id, done="corrected")
    return _answer(
        request, MEND, form, subject=_held(request, unit, person_id), back=reverse("registry:place", args=[unit_id])
    )


@page(permission=TENURE, methods=("GET", "POST"))
def tenure_end(request: Request, unit_id: UUID, person_id: UUID) -> HttpResponseBase:
    unit = _unit(request, unit_id, TENURE)
    _tenure(request, unit_id, person_id)
    form = TenureEnd(request.POST or None)
    if form.is_valid() and form.carried_out(
        lambda: commands.end_tenure(unit_id, person_id, actor=request.actor, on=form.cleaned_data["on"])
    ):
        return go("place", unit_id, done="ended")
    return _answer(
        request, STOP, form, subject=_held(request, unit, person_id), back=reverse("registry:place", args=[unit_id])
    )


def _unit(request: Request, unit_id: UUID, permission: str) -> Any:
    unit = queries.find_place(request.actor, unit_id)
    if unit.place.kind != "unit":
        raise NotFoundError
    request.actor.require(permission, unit.community_id)
    return unit


def _tenure(request: Request, unit_id: UUID, person_id: UUID) -> Any:
    found = queries.units_held_by(request.actor, person_id).filter(tenure__unit_id=unit_id).first()
    if found is None:
        raise NotFoundError
    return found


def _name(request: Request, unit: Any) -> str:
    return full_names(request.actor, [unit.place_id]).get(unit.place_id, unit.name_zh)


def _held(request: Request, unit: Any, person_id: UUID) -> str:
    return f"{_name(request, unit)}·{queries.find_person(request.actor, person_id).name}"


def _answer(request: Request, about: ActWords, form: ActForm, *, subject: Any, back: str) -> HttpResponseBase:
    context = {"form": form, "title": about.title, "words": about, "subject": subject, "back_url": back}
    return render(request, "registry/write.html", context, status=422 if form.errors else 200)
