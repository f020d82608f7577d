"""Loading a neighbourhood: territory first, then each of its communities in one transaction and one fact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from linli.engines.synth import Neighbourhood
from linli.journal import append
from linli.kernel.errors import NotAllowedError, NotFoundError
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.installation import installation_kind

from .. import bulk, events, mapstore
from ..commands.places import PlaceDetails, register_place
from ..mapcolumns import edition_columns
from ..models import MapEdition, Place, PlaceRecord
from ..rules.people import check_kind_of_life
from ..rules.periods import Period
from .homes import Homes, lay_homes
from .people import lay_people
from .things import Things, lay_things

Progress = Callable[[str, float], None]
RECORDED_YEARS = (
    5  # designed here: how long organisations, facilities and the map of the sample are said to have been there
)
CODE_ZEROS = {"province": 4, "city": 2}


@dataclass(frozen=True, slots=True)
class LoadedCommunity:
    """What was registered for one community. ``staff``: persons by the role they were granted; ``n`` rows by noun."""

    community_id: UUID
    name: Text
    grids: tuple[UUID, ...]
    staff: dict[str, tuple[UUID, ...]]
    n: dict[str, int] = field(default_factory=dict)


def lay_street(*, actor: Actor, on: dt.date) -> UUID:
    """The street the sample lies in, from the policy ``divisions/sample``; registered with all above it if it is not there yet."""
    parent: UUID | None = None
    for division in find_policy("divisions", "sample").body["divisions"]:
        kind, title = division["level"], Text.from_mapping(division["title"])
        code = division["code"].ljust(6, "0")
        known = PlaceRecord.objects.believed().filter(code=code, place__kind=kind).first()
        if known is None:
            details = PlaceDetails(title.zh, title.en, code=code)
            known = register_place(kind, details, parent_id=parent, actor=actor, on=on, synthetic=True)
        parent = known.place_id
    assert parent is not None
    return parent


def load_neighbourhood(
    neighbourhood: Neighbourhood, *, street_id: UUID, actor: Actor, progress: Progress | None = None
) -> tuple[LoadedCommunity, ...]:
    """Register every community of ``neighbourhood`` under a street: places, people, households, tenure, organisations, facilities,
    spaces, devices, grants and the map, with the past the generator made.

    Only in a demo and only from everywhere (``System``). All or nothing; one fact for each community. ``progress(stage, share)``.
    Cost: linear; measured in ``docs/rooms/registry.md``.
    """
    check_kind_of_life(synthetic=neighbourhood.synthetic, installation=installation_kind())
    if not actor.everywhere:
        raise NotAllowedError("registry.sample")
    street = Place.objects.filter(pk=street_id, kind="street").first()
    if street is None:
        raise NotFoundError
    tell = progress or (lambda _stage, _share: None)
    with transaction.atomic():
        loaded = []
        n_communities = len(neighbourhood.communities)
        for number in range(n_communities):
            tell(neighbourhood.communities[number].name.zh, number / n_communities)
            loaded.append(_load_community(neighbourhood, number, street, actor=actor))
        transaction.on_commit(bulk.refresh_statistics)
    tell("done", 1.0)
    return tuple(loaded)


def first_day(neighbourhood: Neighbourhood) -> dt.date:
    """The day the sample's records begin: the first of the year its oldest building was built."""
    years = [int(year) for year in neighbourhood.buildings.built_year if year > 0]
    return dt.date(min(years), 1, 1)


def _load_community(made: Neighbourhood, number: int, street: Place, *, actor: Actor) -> LoadedCommunity:
    since, known_since = first_day(made), made.on.replace(year=made.on.year - RECORDED_YEARS, day=1)
    community = made.communities[number]
    details = PlaceDetails(community.name.zh, community.name.en, code=_next_code(street), shape=community.outline)
    record = register_place("community", details, parent_id=street.pk, actor=actor, on=since, synthetic=True)
    seat = Place.objects.get(pk=record.place_id)
    homes = lay_homes(made, number, seat, since)
    people = lay_people(made, number, seat, homes)
    things = lay_things(made, number, seat, homes=homes, people=people, since=known_since)
    sha256 = mapstore.digest_of(made.map)
    period = Period(known_since)
    edition = bulk.record(
        MapEdition, seat, period.start, synthetic=True, **_here(made, homes, things, edition_columns(made.map, sha256))
    )
    bulk.write([edition])
    n = homes.n | people.n | things.n
    append(_fact(made, seat.pk, n), actor=actor)
    return LoadedCommunity(seat.pk, community.name, tuple(homes.grids.values()), things.staff, n)


def _here(made: Neighbourhood, homes: Homes, things: Things, columns: dict[str, object]) -> dict[str, object]:
    """The edition is of the whole neighbourhood, because people walk across its edges; the counts are the community's own."""
    return columns | {"n_buildings": len(homes.buildings), "n_facilities": things.n["facilities"]}


def _next_code(street: Place) -> str:
    record = PlaceRecord.objects.believed().filter(place=street).first()
    if record is None or not record.code:
        return ""
    taken = PlaceRecord.objects.believed().filter(parent=street, place__kind="community").count()
    return f"{record.code}{taken + 1:03d}"


def _fact(made: Neighbourhood, community_id: UUID, n: dict[str, int]) -> events.SampleLoaded:
    return events.SampleLoaded(
        community_id,
        community_id,
        sha256=made.digest(),
        n_places=n["places"],
        n_persons=n["persons"],
        n_households=n["households"],
        n_tenures=n["tenures"],
        n_organisations=n["organisations"],
        n_facilities=n["facilities"],
        n_spaces=n["spaces"],
        n_devices=n["devices"],
    )
