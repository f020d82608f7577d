"""The text of a policy file as plain values, each with its line. Owns the small YAML that policies are written in.

Taken: mappings, lists, strings, ``true``/``false``, ``null``, decimal numbers as JSON writes them. Everything else that YAML
1.1 would guess (``yes``, ``on``, ``012``, ``1_000``, ``12:30``, ``2025-01-01``, ``.inf``) stays the string it is written as.
Refused with a line: anchors, aliases and merges (so nothing can be blown up), tags, a second document, duplicate keys,
numbers that JSON cannot carry exactly, control characters, nesting deeper than :data:`MAX_DEPTH`, texts over
:data:`MAX_BYTES`. Knows nothing of what a policy means.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from .errors import FaultList

MAX_BYTES = 1 << 20
MAX_DEPTH = 40

Path = tuple[str | int, ...]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_LARGEST_INTEGER = 2**53 - 1  # RFC 8785, appendix D: beyond it a double no longer tells neighbours apart


@dataclass(slots=True)
class Tree:
    """A parsed text. ``lines`` holds the line (from 1) of every key and every list item by its path; the root's path is ``()``."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int | None:
        """The line of ``path``, or of the nearest thing above it that has one."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path)


def parse(raw: bytes, faults: FaultList) -> Tree | None:
    """The tree of ``raw`` (UTF-8). Every fault goes to ``faults``; ``None`` where no tree could be made at all."""
    if len(raw) > MAX_BYTES:
        faults.add(
            f"文件有 {len(raw)} 字节，最多 {MAX_BYTES} 字节",
            f"the file has {len(raw)} bytes, at most {MAX_BYTES} are taken",
        )
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        faults.add("不是 UTF-8 文字，请另存为 UTF-8", "not UTF-8 text; save the file as UTF-8", line=line)
        return None
    builder = _Builder(faults)
    try:
        return builder.build(text)
    except yaml.YAMLError as error:
        _tell_syntax(error, text, faults)
    except _TooDeepError as error:
        faults.add(f"嵌套超过 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH} levels", line=error.line)
    return None


def _tell_syntax(error: yaml.YAMLError, text: str, faults: FaultList) -> None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    if mark is not None:
        line, column = mark.line + 1, str(mark.column + 1)
    else:
        position = getattr(error, "position", 0) or 0
        line, column = text.count("\n", 0, position) + 1, ""
    faults.add(f"YAML 写法有误：{problem}", f"not well-formed YAML: {problem}", line=line, column=column or None)


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end is not yet read. ``key`` is the mapping key waiting for its value."""

    path: Path
    value: Any
    key: str | None = None
    skips: bool = False


class _Builder:
    """Turns the parser's events into values without recursion, so that depth is bounded by a number and not by the stack."""

    def __init__(self, faults: FaultList) -> None:
        self.faults = faults
        self.tree = Tree()
        self.stack: list[_Open] = []
        self.n_documents = 0

    def build(self, text: str) -> Tree | None:
        for event in yaml.parse(text, Loader=_LOADER):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.DocumentStartEvent):
                self.n_documents += 1
                if self.n_documents == 2:
                    self.faults.add(
                        "一个文件只能有一份政策", "one file holds one policy; a second document begins here", line=line
                    )
                    break
            elif isinstance(event, yaml.AliasEvent):
                self._refuse_alias(line)
                self._take(None, line)
            elif isinstance(event, yaml.NodeEvent):
                self._check_node(event, line)
                self._open_or_take(event, line)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.stack.pop()
        if not self.n_documents:
            self.faults.add("文件是空的", "the file is empty", line=1)
            return None
        return self.tree

    def _open_or_take(self, event: yaml.NodeEvent, line: int) -> None:
        if isinstance(event, yaml.ScalarEvent):
            as_key = bool(self.stack) and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None
            if as_key:
                self._take_key(event.value, line)
            else:
                self._take(self._scalar(event, line), line)
            return
        if len(self.stack) >= MAX_DEPTH:
            raise _TooDeepError(line)
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._take(value, line)
        self.stack.append(_Open(path, value))

    def _take_key(self, key: str, line: int) -> None:
        top = self.stack[-1]
        top.key, top.skips = key, False
        if key in top.value:
            first = self.tree.lines[(*top.path, key)]
            self.faults.add(
                f"“{key}” 在第 {first} 行已经写过",
                f"key {key!r} is written twice, first on line {first}",
                line=line,
                feature=key,
            )
            top.skips = True
            return
        self._check_characters(key, line)
        self.tree.lines[(*top.path, key)] = line

    def _take(self, value: Any, line: int) -> Path:
        """Hang ``value`` where it belongs; returns its path."""
        if not self.stack:
            if self.n_documents <= 1:
                self.tree.value = value
                self.tree.lines[()] = line
            return ()
        top = self.stack[-1]
        if isinstance(top.value, list):
            path: Path = (*top.path, len(top.value))
            self.tree.lines.setdefault(path, line)
            top.value.append(value)
            return path
        if top.key is None:
            self.faults.add("键必须是文字", "a key must be plain text, not a list or mapping", line=line)
            top.key, top.skips = "", True
            return (*top.path, "")
        path = (*top.path, top.key)
        if not top.skips:
            top.value[top.key] = value
        top.key = None
        return path

    def _refuse_alias(self, line: int) -> None:
        self.faults.add(
            "不接受别名（*名字），请把内容写出来", "aliases (*name) are not taken; write the value out", line=line
        )

    def _check_node(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor is not None:
            self.faults.add("不接受锚点（&名字）", "anchors (&name) are not taken", line=line)
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            self.faults.add(f"不接受类型标记 {tag}", f"type tags are not taken, got {tag}", line=line)

    def _check_characters(self, text: str, line: int) -> None:
        found = _CONTROL.search(text)
        if found:
            code = f"U+{ord(found.group()):04X}"
            self.faults.add(f"含有控制字符 {code}", f"holds the control character {code}", line=line)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> Any:
        text: str = event.value
        if event.style is not None and event.style != "":
            self._check_characters(text, line)
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.match(text):
            return self._integer(text, line)
        if _DECIMAL.match(text):
            number = float(text)
            if math.isfinite(number):
                return number
            self._refuse_number(text, line)
            return 0
        self._check_characters(text, line)
        return text

    def _integer(self, text: str, line: int) -> int:
        if len(text) > 17 or abs(int(text)) > _LARGEST_INTEGER:
            self._refuse_number(text, line)
            return 0
        return int(text)

    def _refuse_number(self, text: str, line: int) -> None:
        shown = text if len(text) <= 30 else text[:27] + "..."
        self.faults.add(
            f"数 {shown} 太大（最大 2^53-1）；若是编号请加引号",
            f"the number {shown} is too large (at most 2^53 - 1); put codes in quotes",
            line=line,
        )
