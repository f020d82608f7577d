"""Text that people typed, as paragraphs, lists and headings. Everything in it is escaped: there is no markup to abuse.

An empty line ends a paragraph; a line beginning with ``- `` is an entry of a list, with ``## `` a heading.
"""

from __future__ import annotations

from itertools import groupby

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

HEADING, ENTRY = "## ", "- "


def prose(text: str, *, heading: str = "h2") -> SafeString:
    """The text as HTML. ``heading`` is the level its headings have on the page."""
    parts = []
    for kind, lines in groupby(text.split("\n"), key=_kind):
        if kind is None:
            continue
        shown = [conditional_escape(line.removeprefix(kind).strip()) for line in lines]
        if kind == HEADING:
            parts += [f"<{heading}>{line}</{heading}>" for line in shown]
        elif kind == ENTRY:
            parts.append("<ul>" + "".join(f"<li>{line}</li>" for line in shown) + "</ul>")
        else:
            parts.append(f"<p>{'<br>'.join(shown)}</p>")
    return mark_safe("".join(parts))  # noqa: S308  # every line is escaped above


def _kind(line: str) -> str | None:
    """How a line is set; None for an empty one."""
    if not line.strip():
        return None
    return next((mark for mark in (HEADING, ENTRY) if line.startswith(mark)), "")
