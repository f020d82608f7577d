"""Text that people typed, as paragraphs, lists and headings. Everything in it is escaped: there is no markup to abuse.

An empty line ends a paragraph; a line beginning with ``- `` is an entry of a list, with ``## `` a heading.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


class Kind(Enum):
    PARAGRAPH = ""
    LIST = "- "
    HEADING = "## "


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that belong together, without their marks. A heading has one."""

    kind: Kind
    lines: list[str]


def parts_of(text: str) -> list[Part]:
    found: list[Part] = []
    for kind, lines in groupby(text.split("\n"), key=_kind):
        if kind is None:
            continue
        bare = [line.removeprefix(kind.value).strip() for line in lines]
        found += [Part(kind, [line]) for line in bare] if kind is Kind.HEADING else [Part(kind, bare)]
    return found


def prose(text: str, *, heading: str = "h2") -> SafeString:
    """The text as HTML. ``heading`` is the level its headings have on the page."""
    return mark_safe("".join(_html(part, heading) for part in parts_of(text)))  # noqa: S308  # every line is escaped


def _html(part: Part, heading: str) -> str:
    lines = [conditional_escape(line) for line in part.lines]
    if part.kind is Kind.HEADING:
        return f"<{heading}>{lines[0]}</{heading}>"
    if part.kind is Kind.LIST:
        return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"
    return f"<p>{'<br>'.join(lines)}</p>"


def _kind(line: str) -> Kind | None:
    """How a line is set; None for an empty one."""
    if not line.strip():
        return None
    return next((kind for kind in (Kind.HEADING, Kind.LIST) if line.startswith(kind.value)), Kind.PARAGRAPH)
