"""One answer in two notations: JSON as the specification has it (lists of flat objects), XML with its element names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpResponse

JSON, XML = "application/json; charset=utf-8", "text/xml; charset=utf-8"
Row = Mapping[str, Any]


def answer(format: str, root: str, item: str, rows: Sequence[Row] | Row, *, status: int = 200) -> HttpResponse:
    """``rows`` as a JSON list, or as ``<root><item>…</item></root>``; a single mapping stands alone."""
    if format == "json":
        return HttpResponse(json.dumps(rows, ensure_ascii=False, default=str), content_type=JSON, status=status)
    element = Element(root)
    if isinstance(rows, Mapping):
        _fill(element, rows)
    else:
        for row in rows:
            _fill(SubElement(element, item), row)
    body = b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(element, encoding="utf-8")
    return HttpResponse(body, content_type=XML, status=status)


def refusal(format: str, status: int, description: str) -> HttpResponse:
    """The specification's ``errors``: a list of code and description."""
    return answer(format, "errors", "error", [{"code": status, "description": description}], status=status)


def _fill(element: Element, row: Row) -> None:
    for name, value in row.items():
        child = SubElement(element, name)
        if isinstance(value, Mapping):
            _fill(child, value)
        elif isinstance(value, list | tuple):
            singular = {"attributes": "attribute", "values": "value", "endpoints": "endpoint", "formats": "format"}.get(
                name, "item"
            )
            for one in value:
                sub = SubElement(child, singular)
                if isinstance(one, Mapping):
                    _fill(sub, one)
                else:
                    sub.text = _text(one)
        else:
            child.text = _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return "".join(mark for mark in text if mark.isprintable() or mark in "\n\t")
