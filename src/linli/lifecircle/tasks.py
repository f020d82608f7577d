"""The life circle's long work: measuring a community by a standard."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from linli.kernel.clock import now
from linli.kernel.text import Text
from linli.platform.jobs import JobContext, job_kind

from .commands import PERMISSION, measure_coverage

MEASURE = "lifecircle.measure"
STAGES = {
    "read": (0.0, 0.1, Text("正在读册子和地图", "Reading register and map")),
    "walks": (0.1, 0.6, Text("正在量每幢楼的步行分钟", "Measuring the walk from every building")),
    "gaps": (0.6, 0.8, Text("正在找盲区", "Finding blind spots")),
    "write": (0.8, 1.0, Text("正在写下结果", "Writing the result")),
}


@job_kind(MEASURE, Text("测量生活圈", "Measure the life circle"), permission=PERMISSION)
def measure_job(context: JobContext, *, standard: str) -> dict[str, Any]:
    """Measure the job's community by ``standard`` as it stands today."""

    def tell(stage: str, share: float) -> None:
        start, end, text = STAGES[stage]
        context.progress(start + (end - start) * share, text)

    assert context.community_id is not None
    run = measure_coverage(context.community_id, standard, actor=context.actor, now=now(), progress=tell)
    return {"run_id": str(run.pk), "standard": standard, "url": f"{reverse('lifecircle:map')}?standard={standard}"}
