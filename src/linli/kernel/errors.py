"""One error tree. A message says what is wrong, the value received and what would be right, in both languages.

Every code is defined once, beside the code that raises it, by :func:`define`; ``docs/errors.md`` lists them all.
Logs get the code and the data; people get the sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .text import Text


@dataclass(frozen=True, slots=True)
class Definition:
    code: str
    text: Text
    status: int


_DEFINITIONS: dict[str, Definition] = {}


def define(code: str, *, zh: str, en: str, status: int = 400) -> str:
    """Register an error code with its sentence (``{name}`` marks are filled from the error's data) and HTTP status.

    Returns the code, so that a module can write ``NOT_FOUND = define("linli.not_found", ...)``.
    Defining one code twice with different words is a ``ValueError``.
    """
    new = Definition(code, Text(zh, en), status)
    if _DEFINITIONS.setdefault(code, new) != new:
        raise ValueError(f"error code {code!r} is defined twice with different words")
    return code


def definitions() -> tuple[Definition, ...]:
    """All defined codes, sorted; for the error page of the docs and its test."""
    return tuple(_DEFINITIONS[code] for code in sorted(_DEFINITIONS))


class LinliError(Exception):
    """Something was refused. ``code`` names the reason, ``data`` holds the values received and expected."""

    def __init__(self, code: str, /, **data: Any) -> None:
        if code not in _DEFINITIONS:
            raise KeyError(f"error code {code!r} has no definition")
        self.code = code
        self.data = data
        super().__init__(code)

    @property
    def text(self) -> Text:
        return _DEFINITIONS[self.code].text.fill(**self.data)

    @property
    def status(self) -> int:
        return _DEFINITIONS[self.code].status

    def __str__(self) -> str:
        return f"{self.code}: {self.text.en}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where it is and what would be right.

    ``file`` as the person named it; ``line`` counts from 1; ``feature`` names the map feature, record or path in the document.
    """

    message: Text
    file: str = ""
    line: int | None = None
    column: str | None = None
    feature: str | None = None

    def where(self) -> str:
        """``file:line:column feature``, leaving out what is not known."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part not in (None, ""))
        return f"{place} {self.feature}".strip() if self.feature else place


define(
    "linli.input_faults",
    zh="输入里有 {n_faults} 处问题，什么都没有改动",
    en="{n_faults} faults in the input; nothing was changed",
    status=422,
)
NOT_FOUND = define("linli.not_found", zh="没有找到，或者您无权查看", en="Not found, or not yours to see", status=404)
NOT_ALLOWED = define(
    "linli.not_allowed",
    zh="您的角色不能做这件事：{permission}",
    en="Your role does not allow this: {permission}",
    status=403,
)


class InputError(LinliError):
    """An input refused as a whole, with every fault found in it. Nothing of it was taken."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("linli.input_faults", n_faults=len(self.faults))

    def __str__(self) -> str:
        lines = [f"{fault.where()}: {fault.message.en}" for fault in self.faults[:20]]
        return "\n".join([super().__str__(), *lines])


class NotFoundError(LinliError):
    """Absent and not yours answer alike."""

    def __init__(self) -> None:
        super().__init__(NOT_FOUND)


class NotAllowedError(LinliError):
    def __init__(self, permission: str) -> None:
        super().__init__(NOT_ALLOWED, permission=permission)


@dataclass(slots=True)
class FaultList:
    """Collects faults while an input is read, so that all are told together."""

    file: str = ""
    limit: int = 1000
    faults: list[Fault] = field(default_factory=list)
    n_dropped: int = 0

    def add(
        self, zh: str, en: str, *, line: int | None = None, column: str | None = None, feature: str | None = None
    ) -> None:
        if len(self.faults) >= self.limit:
            self.n_dropped += 1
            return
        self.faults.append(Fault(Text(zh, en), file=self.file, line=line, column=column, feature=feature))

    def raise_if_any(self) -> None:
        if self.faults:
            raise InputError(self.faults)
