"""The counter's pages: find whom to serve, what for, how they confirm, the receipt; and what the person sees of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import redirect, render

from linli.kernel.clock import local_day, now, start_of_day
from linli.kernel.errors import LinliError, NotFoundError
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.kit.forms import spoken
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry
from linli.registry.catalogues import catalogue
from linli.registry.pages.naming import full_names
from linli.registry.pages.whom import find_whom
from linli.registry.queries.accounts import names_of_accounts

from . import commands, queries, rules
from .forms import CodeForm, MatterForm
from .models import Service

PERMISSION = queries.PERMISSION
SHOWN_TODAY = 200
STATES = {
    "undecided": ("yellow", Text("要决定是谁", "Whose is it?")),
    "open": ("blue", Text("等本人确认", "To be confirmed")),
    "done": ("green", Text("已办", "Done")),
    "cancelled": ("dash", Text("没办", "Not done")),
}
WAYS = {
    "code": Text("本人报了确认码", "The person told the code"),
    "signature": Text("本人签名", "Signed by the person"),
    "witness": Text("另一位工作人员见证", "Witnessed by another worker"),
}
DOUBTS = {
    "nobody": Text("册子里没有这个姓名", "Nobody of that name is registered"),
    "moved": Text("有这个人，但不住在写的那一户", "Somebody of that name, but not at that home"),
    "several": Text("同名的不止一个", "Several of that name"),
}


@page(permission=PERMISSION, methods=("GET", "POST"))
def today(request: Request) -> HttpResponseBase:
    """Today's list; POST ``q`` looks for whom to serve. The words stand in no address."""
    actor, community_id = request.actor, current_community(request)
    text, people = find_whom(request)
    since = start_of_day(local_day(now()))
    rows = list(queries.list_services(actor, community_id, since=since)[:SHOWN_TODAY])
    told = [_told(actor, row) for row in rows]
    context = {
        "text": text,
        "people": people,
        "waiting": [row for row in told if row["row"].state in ("open", "undecided")],
        "ended": [row for row in told if row["row"].state in ("done", "cancelled")],
    }
    return render(request, "counter/today.html", context)


@page(permission=PERMISSION, methods=("GET", "POST"))
def serve(request: Request, person_id: UUID) -> HttpResponseBase:
    """What the person asks for."""
    actor = request.actor
    record = registry.find_person(actor, person_id)
    actor.require(PERMISSION, record.community_id)
    without = frozenset(code for code, need in rules.NEEDS.items() if not actor.may(need, record.community_id))
    form = MatterForm(request.POST or None, without=without)
    if form.is_valid():
        said = form.cleaned_data
        begun: list[Service] = []
        if _tried(form, lambda: begun.append(
            commands.begin_service(person_id, said["matter"], actor=actor, note=said["note"], phone=said.get("phone", ""))
        )):  # fmt: skip
            return redirect("counter:service", service_id=begun[0].id)
    context = {"form": form, "record": record, "home": _home(actor, person_id)}
    return render(request, "counter/serve.html", context, status=422 if form.errors else 200)


@page(permission=PERMISSION, methods=("GET", "POST"))
def service(request: Request, service_id: UUID) -> HttpResponseBase:
    """One service: confirm it (POST ``act`` = code, signature, witness), cancel it, decide whose it is; once done, the receipt."""
    actor = request.actor
    row = queries.find_service(actor, service_id)
    form = CodeForm(request.POST if request.POST.get("act") == "code" else None)
    problem: LinliError | None = None
    if request.method == "POST" and (request.POST.get("act") != "code" or form.is_valid()):
        try:
            with transaction.atomic():
                after = _act(request, row, form)
        except LinliError as error:
            if error.code not in ANSWERED_HERE:
                raise
            problem = error
        else:
            if not (request.POST["act"] == "code" and after is not None and after.state == Service.State.OPEN):
                return redirect("counter:service", service_id=service_id)
            row = after
            problem = LinliError(rules.WRONG_CODE, left=rules.MAX_TRIES - after.n_tries)
    candidates = _candidates(actor, row) if row.state == "undecided" else []
    context = _told(actor, row) | {
        "form": form, "problem": problem.text if problem else None, "candidates": candidates, "is_mine": row.served_by == actor.account_id,
        "may_code": row.n_tries < rules.MAX_TRIES, "explained": _explained(row.matter),
        "actor_may_accounts": actor.may("account.read"),
    }  # fmt: skip
    return render(request, "counter/service.html", context, status=422 if problem or form.errors else 200)


ANSWERED_HERE = {
    rules.NO_MORE_TRIES, rules.BAD_SIGNATURE, rules.WITNESS_IS_SERVER, rules.SELF, rules.CHANGED_MEANWHILE, rules.NOT_OPEN,
}  # fmt: skip


def _act(request: Request, row: Service, form: CodeForm) -> Service | None:
    actor, act = request.actor, request.POST.get("act", "")
    if act == "code":
        return commands.confirm_by_code(row.id, form.cleaned_data["code"], actor=actor)
    if act == "signature":
        return commands.confirm_by_signature(row.id, request.POST.get("signature", ""), actor=actor)
    if act == "witness":
        return commands.confirm_by_witness(row.id, actor=actor)
    if act == "decide":
        try:
            person_id = UUID(request.POST.get("person_id", ""))
        except ValueError:
            raise NotFoundError from None
        return commands.decide_entry(row.id, person_id, actor=actor)
    if act == "cancel":
        commands.cancel_service(row.id, actor=actor)
        return None
    raise NotFoundError


@page(audience="signed_in")
def mine(request: Request) -> HttpResponseBase:
    """What was done for the person signed in, and the code of what waits for them."""
    rows = [_told_to_person(row) for row in queries.served_for(request.actor)[:100]]
    return render(request, "counter/mine.html", {"rows": rows})


@page(audience="signed_in")
def receipt(request: Request, service_id: UUID) -> HttpResponseBase:
    row = queries.served_for(request.actor).filter(pk=service_id).first()
    if row is None:
        raise NotFoundError
    return render(request, "counter/receipt.html", _told_to_person(row))


def _told(actor: Actor, row: Service) -> dict[str, Any]:
    people = registry.list_people(actor).filter(person_id=row.person_id) if row.person_id else []
    person = next(iter(people), None)
    name, _, home = commands.opened(row, "who").partition("\n")
    return _plain(row) | {
        "person": person, "name": person.name if person else name, "home": _home(actor, row.person_id) if person else home,
        "doubt": DOUBTS.get(row.doubt),
    }  # fmt: skip


def _told_to_person(row: Service) -> dict[str, Any]:
    """Their own: also who served them, and the code while it waits."""
    return _plain(row) | {
        "code": commands.opened(row, "code") if row.state == "open" and row.n_tries < rules.MAX_TRIES else ""
    }


def _plain(row: Service) -> dict[str, Any]:
    workers = names_of_accounts([row.served_by, row.witness])
    return {
        "row": row, "matter": catalogue("counter-matters").get(row.matter, Text(row.matter, row.matter)), "state": STATES[row.state],
        "way": WAYS.get(row.way), "note": commands.opened(row, "note"), "phone": commands.opened(row, "change") if row.state == "open" else "",
        "signature": commands.opened(row, "signature"), "served_by": workers.get(row.served_by, ""),
        "witness": workers.get(row.witness, "") if row.witness else "",
    }  # fmt: skip


def _candidates(actor: Actor, row: Service) -> list[dict[str, Any]]:
    name, _, home = commands.opened(row, "who").partition("\n")
    people, _doubt = queries.who_fits(actor, row.community_id, name, home)
    return [{"record": one, "home": _home(actor, one.person_id)} for one in people]


def _home(actor: Actor, person_id: UUID | None) -> str:
    household = registry.household_of(actor, person_id) if person_id else []
    unit_id = next((one.unit_id for one in household if one.person_id == person_id), None)
    return full_names(actor, [unit_id]).get(unit_id, "") if unit_id else ""


def _explained(matter: str) -> Text | None:
    """What the worker says and does, by the catalogue."""
    entries = find_policy("catalogue", "counter-matters").body["entries"]
    return next((Text.from_mapping(entry["note"]) for entry in entries if entry["id"] == matter), None)


FIELDS = {"registry.bad_phone": "phone", "counter.no_note": "note", "counter.no_such_matter": "matter"}


def _tried(form: MatterForm, act: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            act()
    except LinliError as error:
        if error.code not in FIELDS and error.code != rules.SELF:
            raise
        form.add_error(FIELDS.get(error.code), spoken(error.text))
        return False
    return True
