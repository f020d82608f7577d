"""Registering a noun, and the three acts on what is said of it: it changed, it was recorded wrongly, it ended.

One shape for all nouns. Who opens a form without the right to send it is told at once; which place a right is held on, the command
decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.installation import installation_kind
from linli.platform.ports import ports
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from ..forms.acts import ACTS, ActForm, EndForm, RecordForm
from .done import go

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Writing:
    """What the four pages of a noun need. ``key`` names its URLs (``place`` → ``place-new``) and, in the plural, its list.

    ``history(request, id)`` gives all its records, ``register(form, request, community_id)`` the first one; ``change(id, changes, …)``, ``correct(record_id, changes, …)`` and
    ``end(id, …)`` are the room's commands.
    """

    key: str
    plural: str
    thing: Text
    permission: str
    form: Callable[..., RecordForm]
    find: Callable[..., Any]
    history: Callable[..., Any]
    called: Callable[[Any], Any]
    register: Callable[[Any, Request, UUID], Any]
    change: Callable[..., Any]
    correct: Callable[..., Any]
    end: Callable[..., Any]
    form_options: Callable[[Any], dict[str, Any]] = lambda record: {}
    end_warning: Text | None = None


def is_synthetic() -> bool:
    """What is typed into a demo is made up."""
    return installation_kind() == "demo"


def register_view(noun: Writing) -> View:
    @page(permission=noun.permission, methods=("GET", "POST"))
    def view(request: Request) -> HttpResponseBase:
        community_id = current_community(request)
        request.actor.require(noun.permission, community_id)
        form = noun.form(
            request.POST or None, act="new", actor=request.actor, community_id=community_id, initial=started_at(request)
        )
        made: list[Any] = []
        if form.is_valid() and form.carried_out(lambda: made.append(noun.register(form, request, community_id))):
            return go(noun.key, made[0].about_id, done="registered")
        return answer(request, noun, "new", form, community=ports.scope_tree.label(community_id))

    return view


def started_at(request: Request) -> dict[str, Any]:
    """Where the page was opened from: ``?in=<place>`` stands in the field that asks where."""
    try:
        place_id = UUID(request.GET["in"])
    except (KeyError, ValueError):
        return {}
    return {"place_id": place_id, "parent_id": place_id}


def change_view(noun: Writing) -> View:
    @page(permission=noun.permission, methods=("GET", "POST"))
    def view(request: Request, **ids: UUID) -> HttpResponseBase:
        subject_id = ids[f"{noun.key}_id"]
        record = noun.find(request.actor, subject_id)
        form = _form_on(request, noun, record, "change")
        if form.is_valid() and form.carried_out(
            lambda: noun.change(subject_id, form.changes(), actor=request.actor, on=form.cleaned_data["on"])
        ):
            return go(noun.key, subject_id, done="changed")
        return answer(request, noun, "change", form, record=record)

    return view


def correct_view(noun: Writing) -> View:
    """Of the record named, so that also what was said of long ago can be mended."""

    @page(permission=noun.permission, methods=("GET", "POST"))
    def view(request: Request, **ids: UUID) -> HttpResponseBase:
        subject_id, record_id = ids[f"{noun.key}_id"], ids[f"{noun.key}_record_id"]
        rows = noun.history(request, subject_id)
        record = next((row for row in rows if row.id == record_id and row.is_believed), None)
        if record is None:
            raise NotFoundError
        form = _form_on(request, noun, record, "correct")
        if form.is_valid() and form.carried_out(lambda: _correct(noun, request, form, record_id)):
            return go(noun.key, subject_id, done="corrected")
        return answer(request, noun, "correct", form, record=record)

    return view


def _correct(noun: Writing, request: Request, form: RecordForm, record_id: UUID) -> Any:
    options = {"period": form.period()} if form.mends_start else {}
    because = form.cleaned_data["because"]
    return noun.correct(record_id, form.changes(), actor=request.actor, because=because, **options)


def end_view(noun: Writing) -> View:
    @page(permission=noun.permission, methods=("GET", "POST"))
    def view(request: Request, **ids: UUID) -> HttpResponseBase:
        subject_id = ids[f"{noun.key}_id"]
        record = noun.find(request.actor, subject_id)
        request.actor.require(noun.permission, record.community_id)
        form = EndForm(request.POST or None)
        if form.is_valid() and form.carried_out(
            lambda: noun.end(subject_id, actor=request.actor, on=form.cleaned_data["on"])
        ):
            return go(noun.plural, done="ended")
        return answer(request, noun, "end", form, record=record)

    return view


def _form_on(request: Request, noun: Writing, record: Any, act: str) -> RecordForm:
    request.actor.require(noun.permission, record.community_id)
    return noun.form(
        request.POST or None, act=act, actor=request.actor, community_id=record.community_id, record=record,
        **noun.form_options(record),
    )  # fmt: skip


def answer(
    request: Request, noun: Writing, act: str, form: ActForm, *, record: Any = None, community: Text | None = None
) -> HttpResponseBase:
    """The page of an act: which one it is, what that means in one sentence, and the form."""
    words = ACTS[act]
    back = reverse(f"registry:{noun.key}", args=[record.about_id]) if record else reverse(f"registry:{noun.plural}")
    context = {
        "form": form,
        "act": act,
        "title": noun.thing if act == "new" else words.title,
        "words": words,
        "tabs": _tabs(noun, act, record) if record else [],
        "subject": noun.called(record) if record else None,
        "record": record,
        "community": community,
        "back_url": back,
        "warning": noun.end_warning if act == "end" else None,
    }
    return render(request, "registry/write.html", context, status=422 if form.errors else 200)


def _tabs(noun: Writing, act: str, record: Any) -> list[dict[str, Any]]:
    """The three acts side by side, so that the right one is a click away."""
    addresses = {
        "change": reverse(f"registry:{noun.key}-change", args=[record.about_id]),
        "correct": reverse(f"registry:{noun.key}-correct", args=[record.about_id, record.id]),
        "end": reverse(f"registry:{noun.key}-end", args=[record.about_id]),
    }
    return [
        {"url": url, "text": ACTS[one].title, "current": one == act, "count": None} for one, url in addresses.items()
    ]
