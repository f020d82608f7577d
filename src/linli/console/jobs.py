"""Long work as people see it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from linli.platform.jobs import get_job, kind_text, list_jobs
from linli.platform.web.page import page
from linli.platform.web.request import Request


@page(permission="console.use")
def jobs(request: Request) -> HttpResponse:
    rows = [{"job": job, "text": kind_text(job.kind)} for job in list_jobs(request.actor)]
    return render(request, "console/jobs.html", {"rows": rows})


@page(permission="console.use")
def job(request: Request, job_id: UUID) -> HttpResponse:
    """The page of one job; asked by htmx, only the part that changes."""
    found = get_job(job_id, actor=request.actor)
    context = {"job": found, "text": kind_text(found.kind), "is_over": found.ended_at is not None}
    template = "console/_job.html" if request.headers.get("HX-Request") else "console/job.html"
    return render(request, template, context)
