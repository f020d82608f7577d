"""The key file: one 32-byte key (and its predecessors) for each purpose, in a file apart from the data.

Whoever has ``LINLI_HOME`` alone has no key. The file is JSON, mode 0600, made on first need; keys are only ever added, so what was
sealed under an older key opens as long as the file is kept. Losing the file is losing what was sealed; back it up apart.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from linli.engines.proofs import key_id, public_key
from linli.kernel.errors import LinliError, define

from .home import KEY_INSIDE_HOME, Home, current_home

KEY_BYTES = 32
NO_SUCH_KEY = define(
    "platform.no_such_key",
    zh="密钥文件里没有用途 {purpose} 的密钥 {key_id}。请把当时的密钥文件放回 {path}",
    en="The key file has no key {key_id} for {purpose}. Put the key file of that time back at {path}",
    status=503,
)
UNREADABLE = define(
    "platform.key_file_unreadable",
    zh="读不懂密钥文件 {path}：{why}",
    en="The key file {path} cannot be read: {why}",
    status=503,
)
OPEN_TO_OTHERS = define(
    "platform.key_file_open",
    zh="密钥文件 {path} 的权限是 {mode}，别人也能读。请运行 chmod 600 {path}",
    en="The key file {path} has mode {mode}, so others can read it. Run chmod 600 {path}",
    status=503,
)


@dataclass(frozen=True, slots=True)
class Key:
    """``id`` is eight hex digits, kept beside what the key sealed."""

    id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key pair, 32 raw bytes each. ``id`` is the start of the SHA-256 of the public half."""

    id: str
    public: bytes
    private: bytes = field(repr=False)


class Keyring:
    """The keys of one file. Reading is cached; making a key reads the file again under a lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._keys: dict[str, list[Key]] | None = None

    def current(self, purpose: str) -> Key:
        """The newest key for ``purpose``; made, if there is none."""
        known = self._read().get(purpose)
        return known[-1] if known else self._make(purpose, only_if_none=True)

    def find(self, purpose: str, key_id: str) -> Key:
        """The key something was sealed with; ``platform.no_such_key`` if the file does not hold it."""
        for again in (False, True):
            for key in self._read(again=again).get(purpose, []):
                if key.id == key_id:
                    return key
        raise LinliError(NO_SUCH_KEY, purpose=purpose, key_id=key_id, path=str(self.path))

    def look_up(self, purpose: str, key_id: str) -> Key | None:
        """The same, None where the file does not hold it."""
        return next((key for key in self._read(again=True).get(purpose, []) if key.id == key_id), None)

    def rotate(self, purpose: str) -> Key:
        """A new key for ``purpose``; what follows is sealed with it, what was before still opens."""
        return self._make(purpose, only_if_none=False)

    def signing_key(self, purpose: str) -> SigningKey:
        """The newest key of ``purpose`` as an Ed25519 pair (RFC 8032 takes any 32 random bytes for a private key)."""
        private = self.current(purpose).secret
        public = public_key(private)
        return SigningKey(key_id(public), public, private)

    def public_keys(self, purpose: str) -> dict[str, bytes]:
        """Every public half ``purpose`` ever had, by id; none where no key was made yet. Reads the file again."""
        publics = (public_key(key.secret) for key in self._read(again=True).get(purpose, []))
        return {key_id(public): public for public in publics}

    def purposes(self) -> tuple[str, ...]:
        return tuple(sorted(self._read()))

    def _read(self, *, again: bool = False) -> dict[str, list[Key]]:
        if self._keys is None or again:
            self._keys = _parse(self.path)
        return self._keys

    def _make(self, purpose: str, *, only_if_none: bool) -> Key:
        with _locked(self.path):
            keys = _parse(self.path)
            if not (only_if_none and keys.get(purpose)):
                keys.setdefault(purpose, []).append(Key(secrets.token_hex(4), secrets.token_bytes(KEY_BYTES)))
                _write(self.path, keys)
            self._keys = keys
            return keys[purpose][-1]


@lru_cache(maxsize=8)
def _keyring_at(path: Path) -> Keyring:
    return Keyring(path)


def keyring(home: Home | None = None) -> Keyring:
    """The key ring of an installation (this process's own, if none is named). Refuses a key file inside the data folder."""
    return _keyring_of(home or _own_home(os.environ.get("LINLI_HOME"), os.environ.get("LINLI_KEY_FILE")))


@lru_cache(maxsize=8)
def _own_home(home: str | None, key_file: str | None) -> Home:
    """Asked for every sealed field, so the paths are looked up once; the arguments are what they are looked up from."""
    return current_home()


@lru_cache(maxsize=8)
def _keyring_of(home: Home) -> Keyring:
    if home.key_file.resolve().is_relative_to(home.path.resolve()):
        raise LinliError(KEY_INSIDE_HOME, key_file=str(home.key_file), home=str(home.path))
    return _keyring_at(home.key_file)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _parse(path: Path) -> dict[str, list[Key]]:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode & 0o777
            if mode & 0o077:
                raise LinliError(OPEN_TO_OTHERS, path=str(path), mode=f"{mode:03o}")
            raw: Any = json.load(file)
        return {
            purpose: [Key(entry["id"], base64.b64decode(entry["key"], validate=True)) for entry in entries]
            for purpose, entries in raw["purposes"].items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LinliError(UNREADABLE, path=str(path), why=type(error).__name__) from error


def _write(path: Path, keys: dict[str, list[Key]]) -> None:
    purposes = {
        purpose: [{"id": key.id, "key": base64.b64encode(key.secret).decode()} for key in entries]
        for purpose, entries in sorted(keys.items())
    }
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"version": 1, "purposes": purposes}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
