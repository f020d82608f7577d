"""What is kept how long, what would go tonight, and how the last nights went: numbers only."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render

from linli.kernel.clock import now
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.db import acting
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .running import MACHINE, tonight
from .tables import RetentionRun

N_RUNS = 14


@page(permission="retention.read")
def retention(request: Request) -> HttpResponseBase:
    """The counts are of the whole installation: what goes is nobody's to see, only how much."""
    policy = find_policy("retention", "default")
    with acting(MACHINE):
        rules: list[dict[str, Any]] = [
            {"term": term, "kept": kept_text(term.keep_days), "n": n, "due": n and Text(f"今晚 {n} 项", f"{n} tonight")}
            for term, n in tonight(now=now())
        ]
        runs = list(RetentionRun.objects.order_by("-begun_at")[:N_RUNS])
    about = {one["term"].rule.id: one["term"].about for one in rules}
    context = {
        "rules": rules, "n_due": sum(one["n"] for one in rules), "hour": policy.body["hour"], "version": policy.version,
        "runs": [_row(run, about) for run in runs],
    }  # fmt: skip
    return render(request, "platform/retention.html", context)


def _row(run: RetentionRun, about: dict[str, Text]) -> dict[str, Any]:
    parts = [(about.get(rule, Text(rule, rule)), n) for rule, n in sorted(run.counts.items(), key=lambda one: -one[1])]
    failed = [about.get(rule, Text(rule, rule)) for rule in run.failed]
    if run.ended_at is None:
        state = ("yellow", Text("没做完，会接着做", "Not finished; it goes on"))
    elif failed:
        state = ("red", Text("有没做成的", "Something failed"))
    else:
        state = ("green", Text("做完了", "Done"))
    return {"run": run, "parts": parts, "n": sum(run.counts.values()), "failed": failed, "state": state}


def kept_text(days: int) -> Text:
    """``365`` as a year, ``30`` as thirty days, 0 as at once."""
    if days == 0:
        return Text("到期就清", "At once")
    if days % 365 == 0:
        n = days // 365
        return Text(f"{n} 年", f"{n} year{'' if n == 1 else 's'}")
    return Text(f"{days} 天", f"{days} day{'' if days == 1 else 's'}")
