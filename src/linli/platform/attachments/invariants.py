"""What holds of attachments: every row has its bytes, unchanged; no file lies there that nothing speaks of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from linli.kernel.text import Text
from linli.platform.db import acting
from linli.platform.verify import Finding, invariant

from . import files
from .checking import limits
from .keeping import SWEEPER
from .tables import Attachment

GRACE_S = 7200
"""The sweeper comes once an hour."""


@invariant("attachments.whole", Text("附件的文件都在、没有改动", "Every attachment has its file, unchanged"))
def whole() -> Iterator[Finding]:
    with acting(SWEEPER):
        digests = list(Attachment.objects.values_list("sha256", flat=True).distinct())
    for digest in digests:
        path = files.path_of(digest)
        if not path.is_file():
            yield Finding(
                "attachments.missing", Text("附件的文件不见了", "The file of an attachment is gone"), {"sha256": digest}
            )
        elif _sha256(path) != digest:
            yield Finding(
                "attachments.altered",
                Text("附件的文件被改过", "The file of an attachment was changed"),
                {"sha256": digest},
            )


@invariant("attachments.no_orphan", Text("没有无主的附件文件", "No file lies there that nothing speaks of"))
def no_orphan() -> Iterator[Finding]:
    oldest_s = limits()["orphan_after_hours"] * 3600 + GRACE_S
    old = {name for name, age_s in files.kept() if age_s > oldest_s}
    with acting(SWEEPER):
        spoken = set(Attachment.objects.filter(sha256__in=old).values_list("sha256", flat=True))
    for name in sorted(old - spoken):
        yield Finding("attachments.orphan", Text("这个文件没有主", "Nothing speaks of this file"), {"file": name})


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
