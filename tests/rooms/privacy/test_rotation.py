"""New keys: what was sealed under the old one is sealed again in batches, stopped and gone on with, and everything opens as before."""

from __future__ import annotations

import pytest

from linli.kernel.errors import LinliError
from linli.platform.db import acting
from linli.platform.keys import keyring
from linli.platform.privacy import rotation
from linli.platform.privacy.notes import PURPOSE, read_notes, write_note
from linli.registry import commands as do
from linli.registry import queries as ask
from linli.registry.models import PersonRecord
from linli.registry.sealed import opened
from tests.rooms.journal.conftest import Journal
from tests.rooms.registry.town import LAYER, Town, person

PHONE = "registry.phone"


def under_old_keys(purpose: str) -> int:
    current = keyring().current(purpose).id
    return sum(n for _, counted in rotation.sealed_under(purpose) for key, n in counted.items() if key != current)


class StoppedError(Exception):
    """As by Ctrl-C between two batches."""


def test_a_rotation_stopped_midway_goes_on_and_leaves_nothing_under_the_old_key(
    lasting: tuple[Town, Journal], monkeypatch: pytest.MonkeyPatch
) -> None:
    town, journal = lasting
    people = [person(town, f"周明{n}", phone=f"1381234567{n}") for n in range(5)]
    with acting(town.staff()) as staff:
        first = ask.find_person(staff, people[0])
        do.correct_person(first.id, {"name": "周明明"}, actor=staff, because="写错")  # a row taken back holds one, too
    words = journal.rows("SELECT count(*) FROM platform_search_word")
    rotation.rotate(PHONE)
    assert under_old_keys(PHONE) == 6
    monkeypatch.setattr(rotation, "BATCH", 2)

    def stop(_column: str, n: int) -> None:
        if n >= 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        rotation.reseal(PHONE, told=stop)
    assert under_old_keys(PHONE) == 4
    assert rotation.reseal(PHONE) == 4
    assert under_old_keys(PHONE) == 0
    assert rotation.reseal(PHONE) == 0
    with acting(town.staff()) as staff:
        assert [opened(ask.find_person(staff, one), "phone") for one in people] == [f"1381234567{n}" for n in range(5)]
        assert ask.list_people(staff, phone="13812345673").count() == 1, "the blind index is as it was"
    assert journal.rows("SELECT count(*) FROM platform_search_word") == words, "still found by name"
    with acting(LAYER):
        assert PersonRecord.objects.exclude(retracted_at=None).count() == 1, "what was taken back stays taken back"


def test_notes_are_sealed_again_too_and_an_unknown_purpose_is_named(lasting: tuple[Town, Journal]) -> None:
    town, _ = lasting
    wu = person(town, "吴兰")
    with acting(LAYER):
        note = write_note("约好周三上门", community_id=town.community, person_id=wu)
    assert note
    rotation.rotate(PURPOSE)
    assert rotation.reseal(PURPOSE) == 1
    with acting(LAYER):
        assert read_notes({note}) == {note: "约好周三上门"}
    with pytest.raises(LinliError, match="no_sealed_purpose"):
        rotation.rotate("registry.shoe_size")


def test_every_sealed_column_is_named(lasting: tuple[Town, Journal]) -> None:
    """Each can be asked how much rests on which key: its table and columns are there under these names."""
    for purpose in {one.purpose for one in rotation.sealed_columns()}:
        assert list(rotation.sealed_under(purpose))
