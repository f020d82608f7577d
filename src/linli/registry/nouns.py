"""The nouns whose records people change one by one, and what each needs: its tables, permission, visibility, facts, and writable columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from linli.platform.actors import Actor

from . import events, visible
from .dated import Dated
from .models import (
    Device,
    DeviceRecord,
    Facility,
    FacilityRecord,
    Organisation,
    OrganisationRecord,
    Person,
    PersonRecord,
    Place,
    PlaceRecord,
    VacantSpace,
    VacantSpaceRecord,
)
from .models.base import Identity


@dataclass(frozen=True, slots=True)
class Noun:
    """``sees(actor)`` is the condition on the identity; ``columns`` what a change may name."""

    identity: type[Identity]
    record: type[Dated]
    permission: str
    sees: Callable[[Actor], Q]
    columns: frozenset[str]
    registered: type[Any]
    changed: type[Any]
    corrected: type[Any]
    ended: type[Any]

    @property
    def about(self) -> str:
        return self.record.about


def _columns(record: type[Dated], *besides: str) -> frozenset[str]:
    """Everything the record says but whom it is about and where it belongs."""
    fixed = {f"{record.about}_id", "subject_num", "community_id", *besides}
    return frozenset(record().content()) - fixed


def _all(_actor: Actor) -> Q:
    """What row-level security lets through is seen by all who act here."""
    return Q()


_LOCATION = ("shape", "west", "south", "east", "north", "lon", "lat", "cell")

PLACE = Noun(
    Place,
    PlaceRecord,
    "registry.place.change",
    visible.places,
    _columns(PlaceRecord, *_LOCATION) | {"shape"},
    events.PlaceRegistered,
    events.PlaceChanged,
    events.PlaceCorrected,
    events.PlaceEnded,
)
PERSON = Noun(
    Person,
    PersonRecord,
    "registry.person.change",
    visible.people,
    _columns(PersonRecord, "phone_index", "identity_index"),
    events.PersonRegistered,
    events.PersonChanged,
    events.PersonCorrected,
    events.PersonEnded,
)
ORGANISATION = Noun(
    Organisation,
    OrganisationRecord,
    "registry.organisation.change",
    _all,
    _columns(OrganisationRecord),
    events.OrganisationRegistered,
    events.OrganisationChanged,
    events.OrganisationCorrected,
    events.OrganisationEnded,
)
FACILITY = Noun(
    Facility,
    FacilityRecord,
    "registry.facility.change",
    _all,
    _columns(FacilityRecord, "cell"),
    events.FacilityRegistered,
    events.FacilityChanged,
    events.FacilityCorrected,
    events.FacilityEnded,
)
SPACE = Noun(
    VacantSpace,
    VacantSpaceRecord,
    "registry.space.change",
    _all,
    _columns(VacantSpaceRecord),
    events.SpaceRegistered,
    events.SpaceChanged,
    events.SpaceCorrected,
    events.SpaceEnded,
)
DEVICE = Noun(
    Device,
    DeviceRecord,
    "registry.device.change",
    _all,
    _columns(DeviceRecord),
    events.DeviceRegistered,
    events.DeviceChanged,
    events.DeviceCorrected,
    events.DeviceEnded,
)
