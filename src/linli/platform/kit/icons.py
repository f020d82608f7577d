"""Linli's own icons, read once from ``icons.svg``: 24 grid, stroke 1.75, round ends; warning shapes are ``s-red`` … ``s-dash``."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
SPRITE = Path(__file__).with_name("icons.svg")


@cache
def symbols() -> dict[str, tuple[str, str]]:
    """Icon name to (viewBox, markup of its inside)."""
    ET.register_namespace("", SVG[1:-1])
    found: dict[str, tuple[str, str]] = {}
    for symbol in ET.parse(SPRITE).getroot().iter(f"{SVG}symbol"):  # noqa: S314  # our own file
        inside = "".join(ET.tostring(child, encoding="unicode") for child in symbol)
        found[symbol.attrib["id"]] = (symbol.attrib["viewBox"], inside.replace(f' xmlns="{SVG[1:-1]}"', ""))
    return found


def svg(name: str, *, css: str = "i", label: str = "") -> str:
    """The icon as inline SVG: hidden from readers beside a word, or an image with a ``label``. Unknown names raise ``KeyError``."""
    view_box, inside = symbols()[name]
    reading = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return f'<svg class="{escape(css)}" viewBox="{view_box}" {reading}>{inside}</svg>'


def shape(kind: str) -> str:
    """The small shape of a badge: red, yellow, blue, green, ring or dash."""
    return svg(f"s-{kind}", css=f"shape {kind}")
