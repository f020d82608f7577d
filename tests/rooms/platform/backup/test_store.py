"""What lies in a backup folder: damage is named, killing leaves what was there, pruning takes what policy lets go and nothing else."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.errors import LinliError
from linli.platform.backup.checking import check_store
from linli.platform.backup.chunking import MAX_BYTES, MIN_BYTES, cut, gear_table
from linli.platform.backup.policy import Keeping
from linli.platform.backup.restoring import opened
from linli.platform.backup.rules import ALWAYS_KEPT, begun_at, choose_kept, is_due, is_overdue
from linli.platform.backup.sealing import DamagedError, Seal
from linli.platform.backup.store import Store
from linli.platform.keys import Key, keyring
from tests.conftest import HOME

from .conftest import Source

UTC = dt.UTC
KEEPING = Keeping(
    daily=3, weekly=2, monthly=2, hour=2, overdue=dt.timedelta(hours=48), check_every=dt.timedelta(days=7)
)
TABLE = gear_table(b"a secret")


@pytest.fixture(scope="module")
def backed_up(source: Source, tmp_path_factory) -> Store:
    folder = tmp_path_factory.mktemp("backups") / "here"
    source.back_up(folder)
    return Store(folder)


def test_a_whole_backup_is_found_whole(backed_up: Store) -> None:
    checked = check_store(backed_up, home=HOME)
    assert checked.damages == []
    assert checked.n_chunks > 3
    assert checked.n_named == len(checked.snapshots) == 1


def test_one_flipped_byte_anywhere_is_found_and_its_file_named(backed_up: Store) -> None:
    files = [path for path in backed_up.folder.rglob("*") if path.is_file() and path.name != "lock"]
    draw = random.Random(8105)
    for path in [*files, *files]:
        whole = path.read_bytes()
        place = draw.randrange(len(whole))
        path.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << draw.randrange(8))]) + whole[place + 1 :])
        checked = check_store(backed_up, home=HOME)
        path.write_bytes(whole)
        named = {damage.file for damage in checked.damages}
        assert named == {str(path.relative_to(backed_up.folder))}, (path, place)


def test_damage_of_a_chunk_is_told_with_the_file_it_is_part_of(backed_up: Store, source: Source) -> None:
    snapshot = backed_up.read(backed_up.find())
    seal = Seal(keyring(HOME).current("backup"))
    contents = snapshot.open(seal)
    photo = next(piece for piece in contents.pieces if piece.path.endswith("photo.bin"))
    path = backed_up.chunk_path(photo.chunks[1])
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    try:
        [damage] = check_store(backed_up, home=HOME).damages
        assert f"{photo.path}, chunk 2 of {len(photo.chunks)}" in damage.text.en
        with pytest.raises(LinliError) as refused:
            b"".join(opened(backed_up, seal, photo))
        assert refused.value.code == "backup.damaged"
        assert f"chunk 2 of {photo.path}" in refused.value.text.en
    finally:
        path.write_bytes(whole)


def test_no_name_and_no_text_of_the_backup_can_be_read_without_the_key(backed_up: Store, source: Source) -> None:
    plain = (source.files / "note.txt").read_bytes()
    for path in backed_up.folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert plain not in raw
            assert b"registry_person" not in raw
            assert b"photo.bin" not in raw
            assert path.stat().st_mode & 0o077 == 0


def test_a_backup_broken_off_leaves_no_backup_and_the_next_one_clears_up(
    source: Source, tmp_path: Path, monkeypatch
) -> None:
    store = Store(tmp_path / "here")
    source.back_up(store.folder)
    before = store.ids()

    def broken(self, snapshot) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "commit", broken)
    (source.files / "note.txt").write_text("换了灯泡")
    with pytest.raises(KeyboardInterrupt):
        source.back_up(store.folder)
    monkeypatch.undo()
    assert store.ids() == before
    orphans = set(store.chunks.glob("*/*"))
    source.back_up(store.folder)
    named = {name for snapshot_id in store.ids() for name in store.read(snapshot_id).chunks}
    assert {path.name for path in store.chunks.glob("*/*")} == named
    assert orphans
    assert check_store(store, home=HOME).damages == []


def test_two_backups_into_one_folder_do_not_run_at_once(source: Source, tmp_path: Path) -> None:
    store = Store(tmp_path / "here")
    with store.writing(), pytest.raises(LinliError) as refused:
        source.back_up(store.folder)
    assert refused.value.code == "backup.in_use"


def test_a_folder_of_other_things_and_one_inside_the_home_are_refused(source: Source, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(LinliError) as refused:
        source.back_up(tmp_path)
    assert refused.value.code == "backup.foreign_folder"
    with pytest.raises(LinliError) as refused:
        source.back_up(HOME.path / "backups")
    assert refused.value.code == "backup.inside_home"


def test_a_table_that_hides_rows_from_machines_stops_the_backup(source: Source, tmp_path: Path) -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE hidden (id int); ALTER TABLE hidden ENABLE ROW LEVEL SECURITY")
        try:
            with pytest.raises(LinliError) as refused:
                source.back_up(tmp_path / "here")
        finally:
            cursor.execute("DROP TABLE hidden")
    assert refused.value.code == "backup.hidden_rows"
    assert "hidden" in refused.value.text.en


def test_a_piece_in_the_place_of_another_does_not_open() -> None:
    seal = Seal(Key("0a0b0c0d", b"k" * 32))
    one, two = seal.name(b"one"), seal.name(b"two")
    assert seal.open(seal.close(b"one", name=one), name=one) == b"one"
    with pytest.raises(DamagedError):
        seal.open(seal.close(b"one", name=one), name=two)
    with pytest.raises(DamagedError):
        Seal(Key("0a0b0c0d", b"q" * 32)).open(seal.close(b"one", name=one), name=one)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 9_000_000), st.integers(20_000, 9_000_000))
def test_pieces_joined_are_the_stream_and_keep_their_limits(seed: int, length: int, block: int) -> None:
    stream = random.Random(seed).randbytes(length)
    pieces = list(cut((stream[at : at + block] for at in range(0, length, block)), TABLE))
    assert b"".join(pieces) == stream
    assert all(MIN_BYTES <= len(piece) <= MAX_BYTES for piece in pieces[:-1])
    assert pieces == list(cut([stream], TABLE))  # however it arrives


def test_a_change_in_the_middle_changes_few_pieces() -> None:
    stream = random.Random(1).randbytes(20_000_000)
    changed = stream[:9_000_000] + b"a line more" + stream[9_000_000:]
    before, after = set(cut([stream], TABLE)), list(cut([changed], TABLE))
    assert len(after) > 30
    assert sum(piece not in before for piece in after) <= 2


def ids(*days: dt.datetime) -> list[str]:
    return [f"{day:%Y%m%dT%H%M%SZ}-abcdef" for day in days]


def test_days_weeks_and_months_keep_their_newest() -> None:
    start = dt.datetime(2026, 1, 1, 18, 30, tzinfo=UTC)  # 02:30 of the next day in Shanghai
    known = ids(*(start + dt.timedelta(days=n) for n in range(120)))
    choice = choose_kept(known, KEEPING)
    kept = [begun_at(one) for one in choice.kept]
    assert sorted([*choice.kept, *choice.gone]) == known
    assert kept[-3:] == [start + dt.timedelta(days=n) for n in (117, 118, 119)]
    assert len(kept) <= KEEPING.daily + KEEPING.weekly + KEEPING.monthly
    assert {(at + dt.timedelta(hours=8)).month for at in kept} == {4, 5}


@given(st.lists(st.integers(0, 700 * 86_400), max_size=60))
def test_the_newest_backups_are_always_kept_and_choosing_twice_changes_nothing(seconds: list[int]) -> None:
    known = sorted(set(ids(*(dt.datetime(2025, 1, 1, tzinfo=UTC) + dt.timedelta(seconds=n) for n in seconds))))
    choice = choose_kept(known, KEEPING)
    assert set(known[-ALWAYS_KEPT:]) <= set(choice.kept)
    assert choose_kept(choice.kept, KEEPING).gone == ()


def test_a_backup_is_due_once_a_night_and_at_once_where_one_was_missed() -> None:
    def at(day: int, hour: int) -> dt.datetime:
        return dt.datetime(2026, 3, day, hour, tzinfo=dt.timezone(dt.timedelta(hours=8)))

    assert is_due(last_begun_at=None, now=at(2, 12), hour=2)
    assert not is_due(last_begun_at=at(2, 2), now=at(2, 23), hour=2)
    assert not is_due(last_begun_at=at(2, 2), now=at(3, 1), hour=2)
    assert is_due(last_begun_at=at(2, 2), now=at(3, 2), hour=2)
    assert is_due(last_begun_at=at(1, 1), now=at(2, 12), hour=2)  # the machine was off at two
    late = {"born_at": at(1, 0), "now": at(5, 0), "after": dt.timedelta(hours=48)}
    assert is_overdue(last_good_at=None, **late)
    assert is_overdue(last_good_at=at(2, 2), **late)
    assert not is_overdue(last_good_at=at(4, 2), **late)
