"""Policies: what a place has laid down (a standard, a role, a catalogue, a pace of walking) as immutable values read from files.

Owns reading, checking, hashing, finding and comparing. Which policy holds at a place, and the rows that pin one, are the
platform's. A policy is known by ``(kind, id, version)`` and proved by ``sha256`` over the RFC 8785 bytes of its whole document.
``docs/policies.md`` tells how the files are written.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path as FilePath
from typing import Any, NoReturn

import rfc8785

from . import policycite, policyrefs, policyschema, policytext
from .errors import Fault, FaultList, InputError, LinliError, define
from .policycite import Citation
from .policytext import Path, Tree
from .text import Text

HEADER_KEYS = ("kind", "id", "version", "title", "effective_from", "effective_to", "scope", "source", "designed_here")

UNKNOWN = define(
    "policy.unknown",
    zh="没有 {kind} 类的政策“{id}”；现有：{known}",
    en="There is no policy {id} of kind {kind}; there are: {known}",
    status=404,
)


class FrozenDict(dict[str, Any]):
    """A mapping that cannot be changed; ``json`` and templates take it as the dict it is."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("a policy cannot be changed; a new version supersedes it")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[FrozenDict], tuple[dict[str, Any]]]:
        return (FrozenDict, (dict(self),))


@dataclass(frozen=True, slots=True)
class Reference:
    """A document a policy rests on."""

    ref: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of one policy.

    In force on the days ``[effective_from, effective_to)``. ``scope`` is the code of the place it is made for, None for any.
    ``body`` is everything under the header, deeply immutable (lists are tuples). ``file`` is where it was read, for people.
    """

    kind: str
    id: str
    version: int
    sha256: str
    title: Text
    effective_from: dt.date
    effective_to: dt.date | None
    scope: str | None
    source: tuple[Reference, ...]
    designed_here: str | None
    body: Mapping[str, Any]
    document: Mapping[str, Any] = field(repr=False)
    file: str = field(default="", compare=False)

    def canonical(self) -> bytes:
        """The bytes ``sha256`` is taken over: RFC 8785 of the document."""
        return rfc8785.dumps(self.document)

    def citation(self, *path: str | int) -> Citation | None:
        """Where the number at ``path`` of the body comes from: ``policy.citation("items", 0, "limit_m")``."""
        whole = Citation("designed_here", self.designed_here) if self.designed_here else None
        return policycite.find_citation(self.body, path) or whole

    def is_in_force(self, day: dt.date) -> bool:
        return self.effective_from <= day and (self.effective_to is None or day < self.effective_to)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions. ``before`` or ``after`` is :data:`ABSENT` where the path is new or gone."""

    path: str
    before: Any
    after: Any


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()


def read_policy(path: FilePath | str) -> Policy:
    """The policy in the file at ``path``. Raises :class:`InputError` with every fault of the file and its line."""
    file = FilePath(path)
    try:
        with file.open("rb") as stream:
            raw = stream.read(policytext.MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        text = Text(f"无法读取文件：{reason}", f"the file cannot be read: {reason}")
        raise InputError([Fault(text, file=str(path))]) from error
    return parse_policy(raw, str(path))


def parse_policy(raw: bytes, file: str = "") -> Policy:
    """The policy written in ``raw`` (UTF-8 YAML, at most 1 MiB). ``file`` names it in faults.

    Raises :class:`InputError` holding all faults: syntax, duplicate and unknown keys, wrong types, missing languages, values out
    of range, numbers without a source, an unknown kind. Cost: linear in the text.
    """
    faults = FaultList(file)
    tree = policytext.parse(raw, faults)
    if tree is not None:
        _check_document(tree, faults)
    faults.faults.sort(key=lambda fault: fault.line or 0)
    faults.raise_if_any()
    assert tree is not None
    return _policy(tree.value, file)


def faults_in(policy: Policy, found: Iterable[tuple[Path, Text]]) -> list[Fault]:
    """Faults a room found in the body of ``policy``, with the lines of the file it was read from (None where that is gone or changed)."""
    tree = None
    try:
        raw = FilePath(policy.file).read_bytes() if policy.file else b""
        tree = policytext.parse(raw, FaultList()) if raw else None
    except OSError:
        tree = None
    if tree is not None and hashlib.sha256(rfc8785.dumps(tree.value)).hexdigest() != policy.sha256:
        tree = None
    return [
        Fault(text, file=policy.file, line=tree.line(path) if tree else None, feature=policyschema.dotted(path) or None)
        for path, text in found
    ]


def shipped_policies(kind: str | None = None) -> tuple[Policy, ...]:
    """The policies in the package (of one kind), by kind, id and version. Faulty files are an :class:`InputError` with every
    fault of all. Read once a process."""
    return _read_package(kind)


def known_policies(kind: str | None = None) -> tuple[Policy, ...]:
    """The shipped policies and those under ``$LINLI_HOME/policies/<kind>/`` (of one kind), by kind, id and version.

    The same ``(kind, id, version)`` with another content is refused: a version, once published, does not change.
    """
    shipped = shipped_policies(kind)
    home = os.environ.get("LINLI_HOME")
    if not home:
        return shipped
    merged = {(policy.kind, policy.id, policy.version): policy for policy in shipped}
    faults = []
    for policy in _read_tree(FilePath(home) / "policies", kind):
        first = merged.setdefault((policy.kind, policy.id, policy.version), policy)
        if first.sha256 != policy.sha256:
            faults.append(_clash(policy, first))
    if faults:
        raise InputError(faults)
    return tuple(merged[key] for key in sorted(merged))


def find_policy(kind: str, id: str, *, version: int | None = None) -> Policy:
    """The policy ``id`` of ``kind``: the asked version, else the highest. :class:`LinliError` ``policy.unknown`` if absent.

    Reads the folder of that kind only, so that a faulty file of another kind does no harm here.
    """
    of_kind = known_policies(kind) if kind in policyschema.kinds() else ()
    found = [policy for policy in of_kind if policy.id == id and version in (None, policy.version)]
    if not found:
        known = ", ".join(sorted({policy.id for policy in of_kind})) or "-"
        raise LinliError(UNKNOWN, kind=kind, id=id if version is None else f"{id} v{version}", known=known)
    return max(found, key=lambda policy: policy.version)


def diff_policies(before: Policy, after: Policy) -> list[Change]:
    """What changed from ``before`` to ``after``, path by path in the order of the documents. Lists of named things (``id``,
    ``category`` or ``code``) are compared by name, others by position."""
    changes: list[Change] = []
    _compare("", before.document, after.document, changes)
    return changes


def _check_document(tree: Tree, faults: FaultList) -> None:
    document = tree.value
    if not isinstance(document, dict):
        faults.add("政策应是一组“键: 值”", "a policy is a mapping of keys and values", line=1)
        return
    header = {key: value for key, value in document.items() if key in HEADER_KEYS}
    policyschema.check(policyschema.HEADER, header, tree, faults)
    kind, start, end = header.get("kind"), header.get("effective_from"), header.get("effective_to")
    if isinstance(start, str) and isinstance(end, str) and end <= start:
        faults.add(
            f"失效日 {end} 应晚于生效日 {start}",
            f"effective_to must be later than effective_from {start}, got {end}",
            line=tree.line(("effective_to",)),
            feature="effective_to",
        )
    if not isinstance(kind, str):
        return
    if kind not in policyschema.kinds():
        known = ", ".join(policyschema.kinds())
        faults.add(
            f"不认识的政策种类 {kind}；可用：{known}", f"unknown kind {kind}; known: {known}", line=tree.line(("kind",))
        )
        return
    body = {key: value for key, value in document.items() if key not in HEADER_KEYS}
    policyschema.check(kind, body, tree, faults)
    policyrefs.check(policyschema.references(kind), body, tree, faults)
    _check_citations(body, kind, bool(header.get("designed_here")), tree, faults)


def _check_citations(body: dict[str, Any], kind: str, covered: bool, tree: Tree, faults: FaultList) -> None:
    missing: Iterable[Path] = () if covered else policycite.uncited_numbers(body, policyschema.uncited_keys(kind))
    for path in missing:
        faults.add(
            "这个数没有出处：请写 source（来源）或 designed_here（自定理由）",
            "this number cites nothing: give its source, or designed_here with the reason",
            line=tree.line(path),
            feature=policyschema.dotted(path),
        )
    for path in policycite.stray_marks(body):
        faults.add(
            "出处所指的键不在这里",
            "this citation names a key that is not here",
            line=tree.line(path),
            feature=policyschema.dotted(path),
        )


def _policy(document: dict[str, Any], file: str) -> Policy:
    frozen = _freeze(document)
    end = frozen.get("effective_to")
    return Policy(
        kind=frozen["kind"],
        id=frozen["id"],
        version=int(frozen["version"]),
        sha256=hashlib.sha256(rfc8785.dumps(document)).hexdigest(),
        title=Text.from_mapping(frozen["title"]),
        effective_from=dt.date.fromisoformat(frozen["effective_from"]),
        effective_to=dt.date.fromisoformat(end) if end else None,
        scope=frozen.get("scope"),
        source=tuple(Reference(**entry) for entry in frozen.get("source", ())),
        designed_here=frozen.get("designed_here"),
        body=FrozenDict({key: value for key, value in frozen.items() if key not in HEADER_KEYS}),
        document=frozen,
        file=file,
    )


def _freeze(value: Any) -> Any:
    if isinstance(value, dict):
        return FrozenDict({key: _freeze(item) for key, item in value.items()})
    if isinstance(value, list):
        return tuple(_freeze(item) for item in value)
    return value


@cache
def _read_package(kind: str | None) -> tuple[Policy, ...]:
    """The package's folder does not change while a process runs."""
    found = _read_tree(FilePath(str(resources.files("linli.policies"))), kind)
    return tuple(sorted(found, key=lambda policy: (policy.kind, policy.id, policy.version)))


def _read_tree(folder: FilePath, kind: str | None) -> list[Policy]:
    """Every policy under ``folder/<kind>/``; a file of one kind in the folder of another is refused, as are two of one version."""
    found: dict[tuple[str, str, int], Policy] = {}
    faults: list[Fault] = []
    for file in sorted(folder.glob(f"{kind or '*'}/*.yaml")):
        try:
            policy = read_policy(file)
        except InputError as error:
            faults.extend(error.faults)
            continue
        if file.parent.name != policy.kind:
            faults.append(_misplaced(policy))
        first = found.setdefault((policy.kind, policy.id, policy.version), policy)
        if first is not policy:
            faults.append(_clash(policy, first))
    if faults:
        raise InputError(faults)
    return list(found.values())


def _clash(policy: Policy, first: Policy) -> Fault:
    name = f"{policy.kind}/{policy.id} v{policy.version}"
    text = Text(
        f"{name} 已在 {first.file} 中；改动请升版本号",
        f"{name} is already in {first.file}; a change needs a new version number",
    )
    return Fault(text, file=policy.file)


def _misplaced(policy: Policy) -> Fault:
    text = Text(
        f"{policy.kind} 类的政策应放在 {policy.kind}/ 下",
        f"a policy of kind {policy.kind} belongs in the folder {policy.kind}/",
    )
    return Fault(text, file=policy.file)


def _compare(path: str, before: Any, after: Any, changes: list[Change]) -> None:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            _compare(f"{path}.{key}" if path else key, before.get(key, ABSENT), after.get(key, ABSENT), changes)
    elif isinstance(before, tuple) and isinstance(after, tuple):
        old, new = _by_name(before), _by_name(after)
        if set(old) | set(new) and not _same_naming(old, new):
            old, new = dict(enumerate(before)), dict(enumerate(after))
        for name in [*old, *(name for name in new if name not in old)]:
            _compare(f"{path}[{name}]", old.get(name, ABSENT), new.get(name, ABSENT), changes)
    elif type(before) is not type(after) or before != after:
        changes.append(Change(path, before, after))


def _same_naming(old: dict[Any, Any], new: dict[Any, Any]) -> bool:
    return not old or not new or isinstance(next(iter(old)), str) == isinstance(next(iter(new)), str)


def _by_name(items: tuple[Any, ...]) -> dict[Any, Any]:
    """Items by their ``id``, ``category`` or ``code`` (strings by themselves) where that tells all apart, else by position."""
    for key in ("id", "category", "code"):
        if items and all(isinstance(item, Mapping) and isinstance(item.get(key), str) for item in items):
            named = {item[key]: item for item in items}
            if len(named) == len(items):
                return named
    if items and all(isinstance(item, str) for item in items) and len(set(items)) == len(items):
        return {item: item for item in items}
    return dict(enumerate(items))
