"""Importing a map: choose a file, see what it would do, confirm. Each step can be left and come back to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.jobs import get_job, list_jobs, start_job
from linli.platform.models import Job
from linli.platform.ports import ports
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import uploads
from ..forms.maps import MapImportForm
from ..tasks import IMPORT_MAP
from .done import go, said_done

RUN = "registry.import.run"
ACTIONS = {
    "added": ("green", Text("新增", "Added")),
    "changed": ("blue", Text("变化", "Changed")),
    "ended": ("yellow", Text("结束", "Ended")),
    "kept": ("ring", Text("图上没有，仍在用，保留", "Not on the map, still in use, kept")),
    "unchanged": ("ring", Text("不变", "Unchanged")),
}
NOUNS = {
    "compound": Text("小区", "Compounds"),
    "building": Text("楼栋", "Buildings"),
    "facility": Text("设施", "Facilities"),
}


@page(permission=RUN, methods=("GET", "POST"))
def import_map(request: Request) -> HttpResponseBase:
    """Choose a file; sent, it is kept and looked through by a job. Earlier imports stand below."""
    community_id = current_community(request)
    request.actor.require(RUN, community_id)
    form = MapImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _preview(request, form, community_id)
    context = {
        "form": form,
        "community": ports.scope_tree.label(community_id),
        "rows": [_row(job) for job in _jobs_of(request.actor) if job.community_id == community_id][:10],
        "done": said_done(request),
    }
    return render(request, "registry/import_map.html", context, status=422 if form.errors else 200)


def _preview(request: Request, form: MapImportForm, community_id: UUID) -> HttpResponseBase:
    file = form.cleaned_data["file"]
    arguments = {
        "step": "preview",
        "upload": uploads.keep(file.chunks(), suffix=uploads.suffix_of(file.name)),
        "file": file.name[:200],
        "on": form.cleaned_data["on"].isoformat(),
        "attribution": form.cleaned_data["attribution"],
    }
    job = start_job(IMPORT_MAP, actor=request.actor, community_id=community_id, arguments=arguments)
    return HttpResponseRedirect(reverse("registry:import-step", args=[job.id]))


@page(permission=RUN, methods=("GET", "POST"))
def import_step(request: Request, job_id: UUID) -> HttpResponseBase:
    """One run, dry or real: how far it is, what it found, or why it was refused. Confirm and discard are sent here."""
    job = get_job(job_id, actor=request.actor)
    if not _is_import(job):
        raise NotFoundError
    request.actor.require(RUN, job.community_id)
    applied = _applied(request.actor, job)
    if request.method == "POST":
        return _decide(request, job, applied)
    is_over = job.state in (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)
    is_kept = uploads.exists(job.arguments["upload"])
    context: dict[str, Any] = {
        "job": job,
        "is_dry": job.arguments["step"] == "preview",
        "is_over": is_over,
        "applied": applied,
        "is_kept": is_kept,
        "may_confirm": job.state == Job.State.DONE and is_kept and applied is None and not job.result.get("is_empty"),
        "community": ports.scope_tree.label(job.community_id) if job.community_id else None,
        "progress": _progress(job),
        "poll_url": request.path,
        # One key for every sending of this confirmation, in whatever tab and whenever: it has one effect.
        "confirm_key": f"import-map-{job.id}",
        **_found(job),
    }
    part = request.headers.get("HX-Request") and not is_over
    response = render(request, "registry/_import_progress.html" if part else "registry/import_step.html", context)
    if request.headers.get("HX-Request") and is_over:
        response.headers["HX-Refresh"] = "true"
    return response


def _decide(request: Request, job: Job, applied: Job | None) -> HttpResponseBase:
    if request.POST.get("decision") == "discard":
        if applied is None:
            uploads.forget(job.arguments["upload"])
        return go("import-map", done="discarded")
    if applied is not None:
        return HttpResponseRedirect(reverse("registry:import-step", args=[applied.id]))
    if job.arguments["step"] != "preview" or job.state != Job.State.DONE:
        raise NotFoundError
    uploads.find(job.arguments["upload"])
    arguments = job.arguments | {"step": "apply", "digest": job.result["digest"], "preview": str(job.id)}
    started = start_job(IMPORT_MAP, actor=request.actor, community_id=job.community_id, arguments=arguments)
    return HttpResponseRedirect(reverse("registry:import-step", args=[started.id]))


def _jobs_of(actor: Actor) -> list[Job]:
    return [job for job in list_jobs(actor, limit=200) if _is_import(job)]


def _is_import(job: Job) -> bool:
    """A run that was started from these pages: others may start the same kind of job in their own way."""
    return job.kind == IMPORT_MAP and {"step", "upload", "file"} <= set(job.arguments)


def _applied(actor: Actor, job: Job) -> Job | None:
    """The real run that followed a dry one, unless it failed."""
    follows = (one for one in _jobs_of(actor) if one.arguments.get("preview") == str(job.id))
    return next((one for one in follows if one.state != Job.State.FAILED), None)


def _row(job: Job) -> dict[str, Any]:
    is_dry = job.arguments["step"] == "preview"
    state = {
        Job.State.WAITING: ("ring", Text("排队", "Waiting")),
        Job.State.RUNNING: ("blue", Text("进行中", "Running")),
        Job.State.FAILED: ("red", Text("没有导入", "Refused")),
        Job.State.DONE: (
            "lamp" if is_dry else "green",
            Text("等您确认", "Waits for you") if is_dry else Text("已导入", "Imported"),
        ),
    }.get(Job.State(job.state), ("ring", Text("已取消", "Cancelled")))
    if is_dry and job.state == Job.State.DONE and not uploads.exists(job.arguments["upload"]):
        state = ("ring", Text("预览过", "Previewed"))
    return {"job": job, "shape": state[0] if state[0] != "lamp" else "yellow", "text": state[1], "is_dry": is_dry}


def _progress(job: Job) -> dict[str, Any]:
    title = Text("正在预览，册子还没有改动", "Looking it through; nothing is changed yet")
    if job.arguments["step"] != "preview":
        title = Text("正在导入", "Importing")
    waiting = Text("排队中", "Waiting for its turn")
    return {
        "title": title,
        "detail": Text(job.stage_zh, job.stage_en) if job.stage_zh else waiting,
        "share": job.share,
        "is_done": False,
        "is_failed": False,
    }


def _found(job: Job) -> dict[str, Any]:
    """What a finished run found, as the template draws it."""
    if job.state != Job.State.DONE:
        return {}
    items = job.result["items"]
    changes = [
        {"label": Text(f"{item['name']}·{field['label']['zh']}", f"{item['name']} · {field['label']['en']}"),
         "before": field["before"], "after": field["after"]}
        for item in items for field in item["fields"]
    ]  # fmt: skip
    return {
        "counts": job.result["counts"],
        "by_noun": [(NOUNS[noun], counts) for noun, counts in job.result["by_noun"].items()],
        "changes": changes,
        "lists": [
            {"action": action, "shape": shape, "text": text, "items": [item for item in items if item["action"] == action],
             "n": job.result["counts"][action]}
            for action, (shape, text) in ACTIONS.items() if action not in ("unchanged", "changed")
        ],
        "n_left_out": job.result["n_items"] - len(items),
        "notes": job.result["notes"],
        "n_notes": job.result["n_notes"],
    }  # fmt: skip
