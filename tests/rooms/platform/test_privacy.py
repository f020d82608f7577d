"""Sealed fields open only where they were sealed; keys are kept apart, made once, and never lost by a new one."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from linli.kernel.errors import LinliError
from linli.platform import privacy
from linli.platform.keys import Keyring

PURPOSE = "tests.phone"
ROW = uuid4()
PLACE = {"table": "person", "column": "phone", "row": ROW}


def test_what_is_sealed_opens_for_the_same_row_and_no_other() -> None:
    sealed = privacy.seal(PURPOSE, "13812345678", **PLACE)
    assert b"138" not in sealed
    assert privacy.unseal(PURPOSE, sealed, **PLACE) == "13812345678"
    for elsewhere in ({"table": "duty"}, {"column": "name"}, {"row": uuid4()}):
        with pytest.raises(LinliError, match="sealed_value_damaged"):
            privacy.unseal(PURPOSE, sealed, **(PLACE | elsewhere))


def test_one_changed_bit_anywhere_is_noticed() -> None:
    sealed = privacy.seal(PURPOSE, "12345", **PLACE)
    for position in range(len(sealed)):
        spoilt = bytearray(sealed)
        spoilt[position] ^= 1
        with pytest.raises(LinliError):
            privacy.unseal(PURPOSE, bytes(spoilt), **PLACE)
    for cut in (b"", sealed[:10], sealed[:-1]):
        with pytest.raises(LinliError):
            privacy.unseal(PURPOSE, cut, **PLACE)


def test_sealing_twice_gives_two_values_and_one_index() -> None:
    assert privacy.seal(PURPOSE, "1", **PLACE) != privacy.seal(PURPOSE, "1", **PLACE)
    assert privacy.blind_index(PURPOSE, "1") == privacy.blind_index(PURPOSE, "1")
    assert privacy.blind_index(PURPOSE, "1") != privacy.blind_index(PURPOSE, "2")
    assert privacy.blind_index(PURPOSE, "1") != privacy.blind_index("tests.other", "1")


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13812345678", "138****5678"), ("07311234567", "073****4567"), ("12345", "***45"), ("12", "12"), ("", "")],
)
def test_a_masked_number_shows_its_ends_only(phone: str, shown: str) -> None:
    assert privacy.mask_phone(phone) == shown


def test_a_key_file_is_made_for_its_owner_only_and_keeps_old_keys(tmp_path: Path) -> None:
    path = tmp_path / "apart" / "linli.keys"
    first = Keyring(path).current("a")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    fresh = Keyring(path).rotate("a")
    ring = Keyring(path)
    assert ring.current("a") == fresh != first
    assert ring.find("a", first.id) == first
    assert ring.current("b").secret not in (first.secret, fresh.secret)
    with pytest.raises(LinliError, match="no_such_key"):
        ring.find("a", "00000000")


def test_two_processes_that_need_a_first_key_get_the_same(tmp_path: Path) -> None:
    path = tmp_path / "linli.keys"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: Keyring(path).current("a"), range(16)))
    assert len(keys) == 1


def test_a_spoilt_key_file_is_told_and_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "linli.keys"
    path.write_text(json.dumps({"purposes": {"a": "?"}}))
    path.chmod(0o600)
    with pytest.raises(LinliError, match="key_file_unreadable"):
        Keyring(path).current("a")
    assert json.loads(path.read_text()) == {"purposes": {"a": "?"}}
