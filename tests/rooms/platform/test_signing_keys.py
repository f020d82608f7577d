"""The key file: outside of the data, for its owner alone, one signing key however many start at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from linli.engines.proofs import key_id
from linli.kernel.errors import LinliError
from linli.platform.home import Home
from linli.platform.keys import Keyring, keyring


def home(folder: Path) -> Home:
    return Home(folder / "home", folder / "keys" / "linli.keys")


def test_the_signing_key_is_made_once_and_kept(tmp_path: Path) -> None:
    first = keyring(home(tmp_path)).signing_key("journal")
    again = Keyring(home(tmp_path).key_file).signing_key("journal")
    assert first == again
    assert first.id == key_id(first.public)
    assert home(tmp_path).key_file.stat().st_mode & 0o777 == 0o600
    assert first.private.hex() not in repr(first)


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    path = home(tmp_path).key_file
    with ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(lambda _: Keyring(path).signing_key("journal").id, range(32)))
    assert len(set(keys)) == 1


def test_after_a_rotation_the_old_public_key_still_verifies(tmp_path: Path) -> None:
    ring = keyring(home(tmp_path))
    old = ring.signing_key("journal")
    ring.rotate("journal")
    new = ring.signing_key("journal")
    assert old.id != new.id
    assert ring.public_keys("journal") == {old.id: old.public, new.id: new.public}


def test_no_key_is_made_by_looking(tmp_path: Path) -> None:
    assert keyring(home(tmp_path)).public_keys("journal") == {}
    assert not home(tmp_path).key_file.exists()


def test_a_key_file_others_can_read_is_refused(tmp_path: Path) -> None:
    path = home(tmp_path).key_file
    Keyring(path).signing_key("journal")
    path.chmod(0o640)
    with pytest.raises(LinliError, match="key_file_open"):
        Keyring(path).signing_key("journal")


def test_a_key_file_inside_the_data_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LinliError, match="key_inside_home"):
        keyring(Home(tmp_path, tmp_path / "keys" / "k"))
