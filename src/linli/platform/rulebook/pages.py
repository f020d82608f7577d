"""Reading the rulebook: every policy adopted, its versions, what each number rests on, and what a version changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from linli.kernel.clock import local_day, now
from linli.kernel.errors import NotFoundError
from linli.kernel.policyfile import ABSENT, diff_policies
from linli.kernel.text import Text
from linli.platform.models import PolicyVersion
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .adopt import as_policy
from .kinds import KINDS


@page(permission="policy.read")
def policies(request: Request) -> HttpResponse:
    return render(request, "platform/policies.html", {"groups": _groups()})


@page(audience="public")
def open_policies(request: Request) -> HttpResponse:
    return render(request, "platform/open_policies.html", {"groups": _groups()})


@page(permission="policy.read")
def policy(request: Request, kind: str, policy_id: str) -> HttpResponse:
    return render(request, "platform/policy.html", _one(kind, policy_id, request.GET.get("version", "")))


@page(audience="public")
def open_policy(request: Request, kind: str, policy_id: str) -> HttpResponse:
    return render(request, "platform/open_policy.html", _one(kind, policy_id, request.GET.get("version", "")))


def _groups() -> list[dict[str, Any]]:
    """The highest version of every policy, by kind."""
    today = local_day(now())
    newest: dict[tuple[str, str], PolicyVersion] = {}
    for row in PolicyVersion.objects.defer("document", "text").order_by("kind", "policy_id", "version"):
        newest[row.kind, row.policy_id] = row
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in newest.values():
        in_force = row.effective_from <= today and (row.effective_to is None or today < row.effective_to)
        groups.setdefault(row.kind, []).append(
            {
                "row": row,
                "title": Text(row.title_zh, row.title_en),
                "in_force": in_force,
                "sha": bytes(row.sha256).hex(),
            }
        )
    return [{"kind": kind, "text": KINDS.get(kind, Text(kind, kind)), "rows": rows} for kind, rows in groups.items()]


def _one(kind: str, policy_id: str, wanted: str) -> dict[str, Any]:
    rows = list(PolicyVersion.objects.filter(kind=kind, policy_id=policy_id).order_by("-version"))
    row = next((row for row in rows if not wanted or str(row.version) == wanted), None)
    if row is None:
        raise NotFoundError
    policy = as_policy(row)
    before = next((earlier for earlier in rows if earlier.version < row.version), None)
    return {
        "row": row,
        "rows": rows,
        "policy": policy,
        "kind_text": KINDS.get(kind, Text(kind, kind)),
        "sha": policy.sha256,
        "lines": list(_lines(policy.body)),
        "before": before,
        "changes": [_shown(change) for change in diff_policies(as_policy(before), policy)] if before else [],
    }


def _lines(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The document as an indented list: ``{depth, key, value}``; citations stand as notes beside what they speak for."""
    items = value.items() if isinstance(value, dict) else enumerate(value, start=1)
    for key, item in items:
        line: dict[str, Any] = {"depth": depth, "key": str(key)}
        if key in ("source", "designed_here"):
            yield line | {"value": _note(item), "is_note": True, "designed": key != "source"}
        elif isinstance(item, dict) and set(item) == {"zh", "en"}:
            yield line | {"text": Text(item["zh"], item["en"])}
        elif isinstance(item, tuple) and all(isinstance(part, str | int | float) for part in item):
            yield line | {"value": ", ".join(map(str, item))}
        elif isinstance(item, dict | tuple):
            name = next((str(item[n]) for n in ("id", "category", "code") if isinstance(item, dict) and n in item), "")
            yield line | {"key": name or str(key), "is_head": True}
            yield from _lines(item, depth + 1)
        else:
            yield line | {"value": "" if item is None else str(item)}


def _note(item: Any) -> str:
    return "; ".join(f"{key}: {words}" for key, words in item.items()) if isinstance(item, dict) else str(item)


def _shown(change: Any) -> dict[str, Any]:
    def said(value: Any) -> str:
        return "" if value is ABSENT else str(value)

    return {"path": change.path, "before": said(change.before), "after": said(change.after)}
