"""The keys' own backup: the key file and what must be kept secret of the home, under a passphrase, to be put away from the data.

scrypt (RFC 7914; N 2¹⁷, r 8, p 1: OWASP Password Storage Cheat Sheet) gives an AES-256-GCM key; all parameters are bound into the seal.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from linli.kernel.errors import LinliError, define
from linli.platform.home import Home

FORMAT = "linli-keys/1"
N, R, P = 1 << 17, 8, 1
MAX_N = 1 << 20
SALT_BYTES, NONCE_BYTES = 16, 12
LEAST_CHARACTERS = 12
HOME_SECRETS = ("django_key",)  # signs links already printed; database passwords are made anew

SHORT = define(
    "backup.passphrase_short",
    zh="口令至少 {least} 个字符，收到 {got} 个。可以用四五个不相干的词",
    en="The passphrase needs at least {least} characters, got {got}. Four or five unrelated words do well",
    status=422,
)
NO_KEYS = define(
    "backup.no_key_file",
    zh="密钥文件 {path} 不存在，没有可备份的密钥",
    en="There is no key file at {path}; no keys to back up",
    status=404,
)
NOT_KEYS = define(
    "backup.not_keys",
    zh="{path} 不是邻里的密钥备份",
    en="{path} is no backup of Linli's keys",
    status=422,
)
WRONG_PASSPHRASE = define(
    "backup.wrong_passphrase",
    zh="口令不对，或者 {path} 被改动过",
    en="Wrong passphrase, or {path} was changed",
    status=403,
)
THERE_ALREADY = define(
    "backup.there_already",
    zh="{path} 已经有了，不会覆盖它。请先移开",
    en="{path} exists and is not overwritten. Move it away first",
    status=409,
)


def save_keys(path: Path, passphrase: str, *, home: Home) -> None:
    """Write a new file (mode 0600). ``backup.there_already`` rather than overwriting one."""
    if len(passphrase) < LEAST_CHARACTERS:
        raise LinliError(SHORT, least=LEAST_CHARACTERS, got=len(passphrase))
    if not home.key_file.exists():
        raise LinliError(NO_KEYS, path=str(home.key_file))
    files = {"keys": home.key_file} | {f"secrets/{name}": home.secrets / name for name in HOME_SECRETS}
    plain = json.dumps({name: _text(file.read_bytes()) for name, file in files.items() if file.exists()}).encode()
    head = {
        "format": FORMAT,
        "n": N,
        "r": R,
        "p": P,
        "salt": _text(secrets.token_bytes(SALT_BYTES)),
        "nonce": _text(secrets.token_bytes(NONCE_BYTES)),
    }
    sealed = _cipher(head, passphrase).encrypt(_bytes(head["nonce"]), plain, _bound(head))
    _write_new(path, json.dumps(head | {"sealed": _text(sealed)}, indent=1).encode())


def restore_keys(path: Path, passphrase: str, *, home: Home) -> list[Path]:
    """Put the key file and the home's secrets back where they belong; nothing that is there is overwritten. The files written."""
    head, sealed = _read(path)
    try:
        plain = _cipher(head, passphrase).decrypt(_bytes(head["nonce"]), sealed, _bound(head))
    except InvalidTag:
        raise LinliError(WRONG_PASSPHRASE, path=str(path)) from None
    files = {name: base64.b64decode(raw) for name, raw in json.loads(plain).items()}
    kept = home.key_file.with_name(f"{home.key_file.name}.secrets")
    places = {home.key_file if name == "keys" else kept / Path(name).name: raw for name, raw in files.items()}
    for place in places:
        if place.exists():
            raise LinliError(THERE_ALREADY, path=str(place))
    for place, raw in places.items():
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_new(place, raw)
    return list(places)


def take_up_secrets(home: Home) -> None:
    """Move what :func:`restore_keys` laid beside the key file into a home being restored."""
    kept = home.key_file.with_name(f"{home.key_file.name}.secrets")
    for name in HOME_SECRETS:
        if (kept / name).exists() and not (home.secrets / name).exists():
            _write_new(home.secrets / name, (kept / name).read_bytes())


def _read(path: Path) -> tuple[dict[str, Any], bytes]:
    try:
        head = json.loads(path.read_bytes())
        sealed = _bytes(head.pop("sealed"))
        is_ours = head["format"] == FORMAT and 1 < head["n"] <= MAX_N and 0 < head["r"] <= 16 and 0 < head["p"] <= 16
        if not is_ours or not isinstance(head["salt"], str) or len(_bytes(head["nonce"])) != NONCE_BYTES:
            raise ValueError("another format")
    except FileNotFoundError:
        raise LinliError(NOT_KEYS, path=str(path)) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LinliError(NOT_KEYS, path=str(path)) from error
    return head, sealed


def _cipher(head: Mapping[str, Any], passphrase: str) -> AESGCM:
    scrypt = Scrypt(salt=_bytes(head["salt"]), length=32, n=head["n"], r=head["r"], p=head["p"])
    return AESGCM(scrypt.derive(passphrase.encode()))


def _bound(head: Mapping[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True).encode()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: Any) -> bytes:
    return base64.b64decode(str(text), validate=True)


def _write_new(path: Path, raw: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise LinliError(THERE_ALREADY, path=str(path)) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
