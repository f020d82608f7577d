"""What procrastinate carries: the one task that runs a job."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from .jobs import run_job


@app.task(name="linli.perform", queue="jobs")
def perform(*, job_id: str) -> None:
    """Run the job; safe to be called twice."""
    run_job(UUID(job_id))
