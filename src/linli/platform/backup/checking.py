"""Checking a backup folder: every byte of every chunk against the signed lists; what is wrong is named by file and place.

Without the key it is as thorough about damage and says which chunk; with the key it says which file of which backup that chunk is part of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from linli.kernel.text import Text
from linli.platform.home import Home
from linli.platform.keys import Keyring, keyring

from .erasurelog import read_log
from .sealing import DamagedError, Seal
from .snapshots import Contents, Snapshot
from .store import Store

SEALING, SIGNING = "backup", "backup.sign"


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not as it was written. ``file`` is its path in the folder."""

    file: str
    text: Text

    def line(self) -> str:
        return f"{self.file}: {self.text.zh} / {self.text.en}"


@dataclass
class Checked:
    """How a check went. ``n_named`` is of the backups whose chunks could be named with the keys at hand."""

    snapshots: list[Snapshot] = field(default_factory=list)
    damages: list[Damage] = field(default_factory=list)
    n_chunks: int = 0
    n_bytes: int = 0
    n_named: int = 0


Progress = Callable[[float], None]


def check_store(store: Store, *, home: Home, progress: Progress | None = None) -> Checked:
    """Read everything. Memory: the lists of chunks, not their content."""
    checked = Checked()
    ring = keyring(home)
    _read_snapshots(store, ring, checked)
    named = {name: entry for snapshot in checked.snapshots for name, entry in snapshot.chunks.items()}
    total = sum(size for size, _ in named.values()) or 1
    wrong: dict[str, Text] = {}
    for name, (size, digest) in named.items():
        fault = _fault_of(store, name, size, digest)
        if fault is not None:
            wrong[name] = fault
        checked.n_chunks += 1
        checked.n_bytes += size
        if progress is not None:
            progress(checked.n_bytes / total)
    places = _places(store, ring, checked, wrong)
    for name, fault in wrong.items():
        path = str(store.chunk_path(name).relative_to(store.folder))
        checked.damages += [Damage(path, _joined(fault, place)) for place in places.get(name) or [Text("", "")]]
    checked.damages += _log_damages(store, ring, checked)
    return checked


def _read_snapshots(store: Store, ring: Keyring, checked: Checked) -> None:
    ours = {public.hex() for public in ring.public_keys(SIGNING).values()}
    for snapshot_id in store.ids():
        path = str(store.path_of(snapshot_id).relative_to(store.folder))
        try:
            snapshot = store.read(snapshot_id)
        except (OSError, ValueError):
            checked.damages.append(Damage(path, Text("读不出来", "cannot be read")))
            continue
        if not snapshot.is_signed():
            checked.damages.append(Damage(path, Text("与签名时不同", "is not as it was signed")))
            continue
        if ours and snapshot.signer not in ours:
            text = Text("是用别的安装的密钥签的", "was signed with the key of another installation")
            checked.damages.append(Damage(path, text))
            continue
        checked.snapshots.append(snapshot)


def _fault_of(store: Store, name: str, size: int, digest: str) -> Text | None:
    try:
        got_size, got = store.digest(name)
    except FileNotFoundError:
        return Text("不见了", "is missing")
    except OSError as error:
        return Text(f"读不出来（{error.strerror}）", f"cannot be read ({error.strerror})")
    if got_size != size:
        return Text(f"长度是 {got_size}，应是 {size}", f"has {got_size} bytes instead of {size}")
    return None if got == digest else Text("内容被改动", "was changed")


def _places(store: Store, ring: Keyring, checked: Checked, wrong: dict[str, Text]) -> dict[str, list[Text]]:
    """Where in which backup's files the wrong chunks stand, as far as there are keys."""
    places: dict[str, list[Text]] = {}
    for snapshot in checked.snapshots:
        contents = _opened(snapshot, ring)
        if contents is None:
            continue
        checked.n_named += 1
        for piece in contents.pieces if wrong else ():
            for number, name in enumerate(piece.chunks, start=1):
                if name in wrong:
                    n = len(piece.chunks)
                    zh = f"备份 {snapshot.id} 的 {piece.path}，第 {number} 块（共 {n} 块）"
                    en = f"backup {snapshot.id}, {piece.path}, chunk {number} of {n}"
                    places.setdefault(name, []).append(Text(zh, en))
    return places


def _opened(snapshot: Snapshot, ring: Keyring) -> Contents | None:
    key = ring.look_up(SEALING, snapshot.key_id)
    if key is None:
        return None
    try:
        return snapshot.open(Seal(key))
    except (DamagedError, ValueError):  # a signed list with contents that do not open was never written by us
        return None


def _joined(fault: Text, place: Text) -> Text:
    return fault if not place.zh else Text(f"{fault.zh}：{place.zh}", f"{fault.en}: {place.en}")


def _log_damages(store: Store, ring: Keyring, checked: Checked) -> Iterator[Damage]:
    for key_id in sorted({snapshot.key_id for snapshot in checked.snapshots}):
        key = ring.look_up(SEALING, key_id)
        if key is None:
            continue
        try:
            log = read_log(store, Seal(key))
        except DamagedError:
            yield Damage(f"erasures.{key_id}", Text("抹除清单被改动", "the list of erasures was changed"))
        else:
            if log is None:
                yield Damage(f"erasures.{key_id}", Text("抹除清单不见了", "the list of erasures is missing"))
