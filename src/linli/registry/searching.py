"""What of the register can be found, and by which words: people, places, facilities, organisations, devices.

People are found by name (as written, by sound, by initials), by a whole telephone number, by the last four digits of one, and by where
they live; homes as people write them (:mod:`linli.registry.rules.addresses`). Every search starts from the queries that show lists, so that what
is not the actor's to see is neither found nor counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.kernel.errors import LinliError
from linli.platform.actors import Actor
from linli.platform.privacy import blind_index, unseal
from linli.platform.search.index import Source, add_source
from linli.platform.search.matching import having, named
from linli.platform.search.readings import FIRST, Asked, Piece, Word, ask, words_of

from . import queries
from .dated import Dated
from .models import (
    DeviceRecord,
    FacilityRecord,
    Membership,
    OrganisationRecord,
    PersonRecord,
    PlaceRecord,
    Residence,
)
from .rules.addresses import Address, numbers_of, read_address
from .rules.people import PHONE_INDEX, normal_phone
from .visible import today

PHONE_TAIL = "registry.phone_tail"
"""The purpose of the key the last four digits of phones are blindly indexed with."""
TAIL_DIGITS = 4
CODE_DIGITS = (6, 9, 12)  # of national division codes
_NUMBERED = ("building", "entrance", "unit")
MOST_HOLDERS = 500
MOST_HOMES = 500


# Words.


def _person_words(record: PersonRecord) -> Iterator[Word]:
    yield from words_of(record.name, record.name_en)
    if record.phone is not None:
        sealed = bytes(record.phone)
        digits = unseal(PHONE_INDEX, sealed, table="registry_person", column="phone", row=record.person_id)
        if len(digits) >= 2 * TAIL_DIGITS:
            yield Word(tail_token(digits[-TAIL_DIGITS:]), FIRST)


def tail_token(digits: str) -> str:
    """What four last digits are found by: a keyed digest, which says nothing without the key file."""
    return f"tel:{blind_index(PHONE_TAIL, digits).hex()[:32]}"


def _place_words(record: PlaceRecord) -> Iterator[Word]:
    kind = record.place.kind
    if kind in _NUMBERED:
        for part, number in numbers_of(kind, record.name_zh).items():
            yield Word(f"{part}:{number}", FIRST)
    if kind in ("unit", "entrance"):  # numbers; thousands of them
        yield from words_of(record.name_zh, record.name_en, sounds=False)
    else:
        yield from words_of(record.name_zh, record.name_en)
        yield from words_of(record.address, record.code, sounds=False)


def _named_words(record: Any) -> list[Word]:
    return words_of(record.name_zh, record.name_en)


def _device_words(record: DeviceRecord) -> list[Word]:
    return words_of(record.serial, sounds=False)


def _believed(model: type[Dated], *related: str) -> Any:
    return lambda: model.objects.believed().select_related(*related) if related else model.objects.believed()


def add_sources() -> None:
    add_source(Source("people", PersonRecord, _person_words, _believed(PersonRecord)))
    add_source(Source("places", PlaceRecord, _place_words, _believed(PlaceRecord, "place")))
    add_source(Source("facilities", FacilityRecord, _named_words, _believed(FacilityRecord)))
    add_source(Source("organisations", OrganisationRecord, _named_words, _believed(OrganisationRecord)))
    add_source(Source("devices", DeviceRecord, _device_words, _believed(DeviceRecord)))


# Asking.


def find_people(actor: Actor, asked: Asked, community_id: UUID | None) -> QuerySet[PersonRecord]:
    try:
        return queries.list_people(actor, community_id=community_id, phone=normal_phone(asked.text))
    except LinliError:  # not a phone number
        found = queries.list_people(actor, community_id=community_id)
    for piece in asked.pieces:
        found = found.filter(_person_fits(actor, piece, community_id))
    return found


def _person_fits(actor: Actor, piece: Piece, community_id: UUID | None) -> Q:
    text = piece.text
    address = read_address(text)
    if address is None or not (address.building or address.room):
        return named("people", piece)
    if not any(character.isdigit() for character in text) and not (address.building and address.room):
        return named("people", piece)  # 王十一 is a name before it is a number
    return Q(pk__in=_ids_by_tail(text)) | Q(person_id__in=_living_at(actor, address, community_id))


def _ids_by_tail(text: str) -> list[UUID]:
    if not (text.isdecimal() and len(text) == TAIL_DIGITS):
        return []
    return list(having("people", tail_token(text), exactly=True).values_list("record_id", flat=True))


def _living_at(actor: Actor, address: Address, community_id: UUID | None) -> list[UUID]:
    """People whose home today the actor may see is written so; none for a whole building, which has a page of its own."""
    if not address.room:
        return []
    homes = list(_homes(actor, address, community_id).values_list("place_id", flat=True)[:MOST_HOMES])
    households = Residence.objects.as_of(today()).filter(unit_id__in=homes).values("household_id")
    stays = Membership.objects.as_of(today()).filter(household_id__in=households)
    return list(stays.values_list("person_id", flat=True))


def _homes(actor: Actor, address: Address, community_id: UUID | None) -> QuerySet[PlaceRecord]:
    """Homes so written: by the numbers in their own names and in those of what holds them."""
    found = queries.list_places(actor, community_id=community_id, kind="unit")
    found = found.filter(pk__in=having("places", f"room:{address.room}", exactly=True))
    if address.building:
        found = found.filter(
            _numbered(actor, community_id, "building", address.building, or_entrance=not address.entrance)
        )
    if address.entrance:
        found = found.filter(_numbered(actor, community_id, "entrance", address.entrance))
    if address.outer:
        found = found.filter(place__path__overlap=_holders(actor, ask(address.outer).pieces, community_id))
    return found


def _numbered(actor: Actor, community_id: UUID | None, part: str, number: str, *, or_entrance: bool = False) -> Q:
    """The home's own name says the number, or that of a building (an entrance) that holds it."""
    parts = (part, "entrance") if or_entrance else (part,)
    own, held = Q(), Q()
    for one in parts:
        words = having("places", f"{one}:{number}", exactly=True)
        own |= Q(pk__in=words)
        holders = queries.list_places(actor, community_id=community_id, kind=one).filter(pk__in=words).order_by()
        held |= Q(place__path__overlap=list(holders.values_list("place_id", flat=True)[:MOST_HOLDERS]))
    return own | held


def find_places(actor: Actor, asked: Asked, community_id: UUID | None) -> QuerySet[PlaceRecord]:
    """The last piece is the place's own, those before may be what holds it: 观澜苑 3-2-501."""
    if asked.text.isdecimal() and len(asked.text) in CODE_DIGITS:
        return queries.list_places(actor).filter(code=asked.text)
    found = queries.list_places(actor, community_id=community_id)
    *outer, last = asked.pieces
    found = found.filter(_place_fits(actor, last, community_id))
    for piece in outer:
        found = found.filter(named("places", piece) | Q(place__path__overlap=_holders(actor, (piece,), community_id)))
    return found


def _place_fits(actor: Actor, piece: Piece, community_id: UUID | None) -> Q:
    called = named("places", piece)
    address = read_address(piece.text)
    if address is None:
        return called
    if address.room:
        homes = Q(pk__in=list(_homes(actor, address, community_id).values_list("pk", flat=True)[:MOST_HOMES]))
        return homes if address.building or address.entrance else called | homes
    part, number = ("entrance", address.entrance) if address.entrance else ("building", address.building)
    return called | Q(pk__in=having("places", f"{part}:{number}", exactly=True), place__kind=part)


def _holders(actor: Actor, pieces: tuple[Piece, ...], community_id: UUID | None) -> list[UUID]:
    """Places called so, to be looked for in the paths of others."""
    found = queries.list_places(actor, community_id=community_id).exclude(place__kind="unit").order_by()
    for piece in pieces:
        found = found.filter(_place_fits(actor, piece, community_id))
    return list(found.values_list("place_id", flat=True)[:MOST_HOLDERS])


def find_facilities(actor: Actor, asked: Asked, community_id: UUID | None) -> QuerySet[FacilityRecord]:
    """By name, or by what kind of place it is."""
    found = queries.list_facilities(actor, community_id=community_id)
    for piece in asked.pieces:
        found = found.filter(named("facilities", piece) | Q(category__in=_categories(piece.text)))
    return found


def _categories(text: str) -> list[str]:
    from .pages.words import categories  # titles live with the pages

    return [code for code, title in categories().items() if text in title.zh + title.en.casefold()]


def find_organisations(actor: Actor, asked: Asked, community_id: UUID | None) -> QuerySet[OrganisationRecord]:
    found = queries.list_organisations(actor, community_id=community_id)
    for piece in asked.pieces:
        found = found.filter(named("organisations", piece))
    return found


def find_devices(actor: Actor, asked: Asked, community_id: UUID | None) -> QuerySet[DeviceRecord]:
    found = queries.list_devices(actor, community_id=community_id)
    for piece in asked.pieces:
        found = found.filter(named("devices", piece))
    return found
