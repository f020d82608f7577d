"""What is sealed of a person, shown whole for a reason: telephone, document number, note on care."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.text import Text
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands, queries
from ..forms.homes import RevealForm


@dataclass(frozen=True, slots=True)
class Sight:
    """``title`` of the page; ``thing`` as it stands in a sentence."""

    column: str
    title: Text
    thing: Text


PHONE = Sight("phone", Text("看号码", "See the number"), Text("电话", "telephone number"))
IDENTITY = Sight("identity_number", Text("看证件号", "See the document number"), Text("证件号", "document number"))
CARE = Sight("care_note", Text("看照应说明", "Read the note on care"), Text("照应说明", "note on care"))


def reveal_view(sight: Sight) -> Callable[..., HttpResponseBase]:
    @page(permission="registry.person.unmask", methods=("GET", "POST"))
    def view(request: Request, person_id: UUID) -> HttpResponseBase:
        """The whole value, once, after saying why. Each look is a fact; the answer is not kept under the form's key."""
        record = queries.find_person(request.actor, person_id)
        request.actor.require("registry.person.unmask", record.community_id)
        form = RevealForm(request.POST or None)
        seen: list[str] = []
        if form.is_valid():
            form.carried_out(
                lambda: seen.append(commands.reveal(person_id, sight.column, actor=request.actor, **form.cleaned_data))
            )
        context = {
            "form": form,
            "record": record,
            "sight": sight,
            "value": seen[0] if seen else "",
            "is_seen": bool(seen),
            "back_url": reverse("registry:person", args=[person_id]),
        }
        return render(request, "registry/reveal.html", context, status=422 if form.errors else 200)

    return view


person_phone, person_identity, person_care = reveal_view(PHONE), reveal_view(IDENTITY), reveal_view(CARE)
