"""The writing pages of each noun: its form, and the commands that carry it out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render

from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.actors import Actor, permissions_of
from linli.platform.ports import ports
from linli.platform.privacy.reading import record_read
from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands, queries
from ..forms.people import PersonForm
from ..forms.places import FIELDS, PlaceForm
from ..forms.things import DeviceForm, FacilityForm, OrganisationForm, SpaceForm
from . import words
from .days import asked_day
from .done import go
from .writing import Writing, answer, change_view, correct_view, end_view, is_synthetic, register_view, started_at

EVERYDAY = {"grid": "layers", "compound": "gate", "building": "bld", "entrance": "key", "unit": "home"}
SELDOM = {"province": "flag", "city": "flag", "district": "flag", "street": "flag", "community": "flag"}


def _register(command: Any) -> Any:
    def register(form: Any, request: Request, community_id: UUID) -> Any:
        return command(
            form.details(), community_id=community_id, actor=request.actor, on=form.cleaned_data["on"], synthetic=is_synthetic()
        )  # fmt: skip

    return register


def _history(find: Any) -> Any:
    """Of a thing found on the day in the address, so that also the records of what has ended can be mended."""
    return lambda request, subject_id: queries.history_of(find(request.actor, subject_id, on=asked_day(request)))


def _register_place(form: PlaceForm, request: Request, community_id: UUID | None) -> Any:
    return commands.register_place(
        form.kind,
        form.details(),
        parent_id=form.cleaned_data.get("parent_id"),
        compound_id=form.cleaned_data.get("compound_id"),
        actor=request.actor,
        on=form.cleaned_data["on"],
        synthetic=is_synthetic(),
    )


def _read_person(actor: Actor, person_id: UUID, **day: Any) -> Any:
    """The record a form is about; the person can see that it was opened."""
    record = queries.find_person(actor, person_id, **day)
    record_read(
        actor, [person_id], community_id=record.community_id, what="page", fields=["name", "sex", "birth", "needs"]
    )
    return record


PLACE = Writing(
    key="place",
    plural="places",
    thing=Text("登记一处地方", "Register a place"),
    permission="registry.place.change",
    form=PlaceForm,
    form_options=lambda record: {"kind": record.place.kind},
    find=queries.find_place,
    history=lambda request, place_id: queries.history_of_place(request.actor, place_id),
    called=queries.name_of,
    register=_register_place,
    change=commands.change_place,
    correct=commands.correct_place,
    end=commands.end_place,
    end_warning=Text(
        "里面还有地方、住户、权属或设施时不能终止，先处理它们。",
        "It cannot end while places, households, tenure or facilities in it go on; see to them first.",
    ),
)
PERSON = Writing(
    key="person",
    plural="people",
    thing=Text("登记一位居民", "Register a resident"),
    permission="registry.person.change",
    form=PersonForm,
    find=_read_person,
    history=lambda request, person_id: queries.history_of_person(request.actor, person_id),
    called=lambda record: record.name,
    register=_register(commands.register_person),
    change=commands.change_person,
    correct=commands.correct_person,
    end=commands.end_person,
    end_warning=Text(
        "去世或永久迁出时才终止。同时离户；名下的房不动，另行登记。只是搬家，请用“搬家”。",
        "Only for a death or a move away for good. They leave their household, too; homes they hold stay theirs until set "
        "otherwise. For a mere move, use “Move”.",
    ),
)
ORGANISATION = Writing(
    key="organisation",
    plural="organisations",
    thing=Text("登记一个单位", "Register an organisation"),
    permission="registry.organisation.change",
    form=OrganisationForm,
    find=queries.find_organisation,
    history=_history(queries.find_organisation),
    called=lambda record: record.name_zh,
    register=_register(commands.register_organisation),
    change=commands.change_organisation,
    correct=commands.correct_organisation,
    end=commands.end_organisation,
    end_warning=Text("它负责的事项也在这天终止。", "What it answers for ends on that day, too."),
)
FACILITY = Writing(
    key="facility",
    plural="facilities",
    thing=Text("登记一处设施", "Register a facility"),
    permission="registry.facility.change",
    form=FacilityForm,
    find=queries.find_facility,
    history=_history(queries.find_facility),
    called=lambda record: record.name_zh or words.code_text(words.categories(), record.category),
    register=_register(commands.register_facility),
    change=commands.change_facility,
    correct=commands.correct_facility,
    end=commands.end_facility,
)
SPACE = Writing(
    key="space",
    plural="spaces",
    thing=Text("登记一处闲置空间", "Register a vacant space"),
    permission="registry.space.change",
    form=SpaceForm,
    find=queries.find_space,
    history=_history(queries.find_space),
    called=lambda record: record.name_zh,
    register=_register(commands.register_space),
    change=commands.change_space,
    correct=commands.correct_space,
    end=commands.end_space,
)
DEVICE = Writing(
    key="device",
    plural="devices",
    thing=Text("登记一台设备", "Register a device"),
    permission="registry.device.change",
    form=DeviceForm,
    find=queries.find_device,
    history=_history(queries.find_device),
    called=lambda record: record.serial,
    register=_register(commands.register_device),
    change=commands.change_device,
    correct=commands.correct_device,
    end=commands.end_device,
)
WRITINGS = (PLACE, PERSON, ORGANISATION, FACILITY, SPACE, DEVICE)
NEW = {noun.key: register_view(noun) for noun in WRITINGS if noun is not PLACE}
CHANGE = {noun.key: change_view(noun) for noun in WRITINGS}
CORRECT = {noun.key: correct_view(noun) for noun in WRITINGS}
END = {noun.key: end_view(noun) for noun in WRITINGS}


@page(permission="registry.place.change", methods=("GET", "POST"))
def place_new(request: Request) -> HttpResponseBase:
    """First which kind (``?kind=``), then what is said of that kind. A community's places go into the present community."""
    kind = request.GET.get("kind", "")
    if not kind:
        offered = (EVERYDAY, SELDOM) if _may_above(request) else (EVERYDAY,)
        groups = [[(code, words.PLACE_KINDS[code], icon) for code, icon in kinds.items()] for kinds in offered]
        return render(request, "registry/place_kind.html", {"groups": groups, "inside": request.GET.get("in", "")})
    if kind not in FIELDS:
        raise NotFoundError
    community_id = current_community(request) if choices(request) else None
    form = PlaceForm(
        request.POST or None,
        kind=kind,
        act="new",
        actor=request.actor,
        community_id=community_id,
        initial=started_at(request),
    )
    made: list[Any] = []
    if form.is_valid() and form.carried_out(lambda: made.append(_register_place(form, request, community_id))):
        return go("place", made[0].place_id, done="registered")
    label = ports.scope_tree.label(community_id) if community_id else None
    return answer(request, PLACE, "new", form, community=label)


def _may_above(request: Request) -> bool:
    """Whether a grant to register places is held above communities."""
    held = [grant for grant in request.actor.grants if "registry.place.change" in permissions_of(grant.role)]
    return any(grant.whole_community and grant.place_id not in grant.communities for grant in held)
