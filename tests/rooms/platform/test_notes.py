"""Words kept for all rooms: sealed, read by the right of their thing, emptied for good, and erased with the person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, NotFoundError
from linli.kernel.ids import uuid7
from linli.kernel.text import Text
from linli.platform import notes
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.notes import kinds
from linli.platform.notes.tables import Note

if TYPE_CHECKING:
    from tests.world import World

KIND, WORDS = "tests.thing", "楼道里的灯坏了，请带梯子"
SEEN = uuid7()
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    kinds.note_kind(
        KIND, Text("试验", "Trial"), may_read=lambda actor, holder_id: holder_id == SEEN, most_characters=20
    )
    yield
    kinds._KINDS.pop(KIND)


def write(world: World, text: str = WORDS, holder_id: UUID = SEEN, persons: tuple[UUID, ...] = ()) -> UUID | None:
    staff = world.actor("community_staff")
    with acting(staff):
        return notes.write_note(
            text, kind=KIND, holder_id=holder_id, community_id=world.own, persons=persons, actor=staff, now=now()
        )


def test_words_are_sealed_and_read_by_the_right_of_their_thing(in_world: World) -> None:
    seen, unseen = write(in_world), write(in_world, holder_id=uuid7())
    assert write(in_world, "  \n ") is None
    staff = in_world.actor("community_staff")
    with acting(staff):
        assert notes.read_notes([seen, unseen, None], actor=staff) == {seen: WORDS}
        assert notes.read_note(unseen, actor=staff) == ""
    foreign = in_world.actor("resident_2")
    with acting(foreign):
        assert notes.read_notes([seen], actor=foreign) == {}, "not even asked: the database shows no foreign row"
    with acting(MACHINE), connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM platform_note t")
        stored = "".join(row[0] for row in cursor.fetchall())
    assert WORDS not in stored
    assert WORDS.encode().hex() not in stored


def test_too_long_is_refused_with_both_numbers_and_an_unknown_kind_by_name(in_world: World) -> None:
    with pytest.raises(LinliError) as refused:
        write(in_world, "长" * 21)
    assert refused.value.code == "platform.note_too_long"
    assert refused.value.data == {"limit": 20, "got": 21}
    with pytest.raises(LinliError, match="no_such_note_kind"), acting(MACHINE):
        notes.write_note("x", kind="no.kind", holder_id=SEEN, community_id=in_world.own, actor=MACHINE, now=now())


def test_a_note_is_emptied_for_good_and_never_changed(in_world: World) -> None:
    note_id = write(in_world)
    assert note_id
    with acting(MACHINE):
        with pytest.raises(NotFoundError):
            notes.erase_note(note_id, kind=KIND, holder_id=uuid7())
        for statement in (
            "UPDATE platform_note SET text = '\\x01'",
            "UPDATE platform_note SET kind = 'a'",
            "DELETE FROM platform_note",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        for _ in range(2):
            notes.erase_note(note_id, kind=KIND, holder_id=SEEN)
        assert notes.read_notes([note_id], actor=MACHINE) == {}
        assert Note.objects.get(pk=note_id).erased_at


def test_words_of_a_person_are_in_their_copy_and_go_with_their_erasure(in_world: World) -> None:
    from linli.platform.privacy.carrying import gather

    person_id = in_world.actor("resident").person_id
    assert person_id
    mine, others = write(in_world, persons=(person_id,)), write(in_world, "别人写的")
    with acting(MACHINE):
        assert WORDS in str(gather(person_id))
        assert notes.erase_notes_of(KIND, [uuid7()]) == 0
        from linli.platform.notes.holdings import erase

        assert erase(person_id, "asked", MACHINE).n_rows == {"words": 1}
        assert WORDS not in str(gather(person_id))
        assert notes.read_notes([mine, others], actor=MACHINE) == {others: "别人写的"}
