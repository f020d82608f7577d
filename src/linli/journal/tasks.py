"""Long work of the journal: verifying it from a page."""

from __future__ import annotations

import itertools
from typing import Any

from linli.kernel.text import Text
from linli.platform.jobs import JobContext, job_kind

from .rules import INSTALLATION
from .verification import verify_journal

VERIFY = "journal.verify"
MAX_TOLD = 50


@job_kind(VERIFY, Text("核验记录", "Verify the journal"), permission="journal.read")
def verify(context: JobContext) -> dict[str, Any]:
    """Verify the chains of the job's community and of the installation; what was found, at most the first fifty in words."""
    context.progress(0.0, Text("逐条重算", "Recomputing every fact"))
    chains = {INSTALLATION} | ({context.community_id} if context.community_id else set())
    found = verify_journal(chains=chains)
    told = [finding.text.as_mapping() for finding in itertools.islice(found, MAX_TOLD)]
    return {"n_findings": len(told) + sum(1 for _ in found), "findings": told}
