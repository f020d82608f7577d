"""How it stands with backups, for who runs the installation."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from linli.kernel.clock import now
from linli.kernel.text import Text
from linli.platform.models import BackupRun
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .policy import keeping
from .runs import list_runs, standing, state_of

PERMISSION = "backup.read"
STATES = {
    BackupRun.State.GOOD: ("green", Text("完好", "Good")),
    BackupRun.State.FAILED: ("red", Text("没做成", "Failed")),
    BackupRun.State.RUNNING: ("blue", Text("正在做", "Under way")),
}
BY = {"night": Text("夜里自动", "By night"), "hand": Text("手动", "By hand")}


@page(permission=PERMISSION)
def backups(request: Request) -> HttpResponse:
    at = now()
    rows = [_row(run, state_of(run, at)) for run in list_runs()]
    context = {
        "standing": standing(at),
        "rows": rows,
        "keeping": keeping(),
        "hours": int(keeping().overdue.total_seconds() // 3600),
    }
    return render(request, "platform/backups.html", context)


def _row(run: BackupRun, state: str) -> dict[str, Any]:
    kind, text = STATES[BackupRun.State(state)]
    took_s = (run.ended_at - run.begun_at).total_seconds() if run.ended_at else None
    mib = run.n_bytes / 1024**2, run.n_new_bytes / 1024**2
    return {
        "run": run,
        "kind": kind,
        "text": text,
        "by": BY.get(run.by, Text(run.by, run.by)),
        "took_s": took_s,
        "mib": mib[0],
        "new_mib": mib[1],
    }
