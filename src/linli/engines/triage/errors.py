"""What this engine refuses, and why."""

from __future__ import annotations

from linli.kernel.errors import LinliError, define

TOO_FEW = define(
    "triage.too_few",
    zh="至少要有两个类别、每类至少 {least} 条留言，实际为 {got}",
    en="at least two labels with at least {least} messages each are needed, got {got}",
    status=422,
)
LENGTHS = define(
    "triage.lengths",
    zh="{names} 的长度应相同，实际为 {got}",
    en="{names} must have the same length, got {got}",
    status=422,
)
RANGE = define(
    "triage.range",
    zh="{name} 应为 {expected}，实际为 {got}",
    en="{name} must be {expected}, got {got}",
    status=422,
)
MODEL = define(
    "triage.model",
    zh="模型文件不能用：{why_zh}",
    en="the model file cannot be used: {why_en}",
    status=422,
)


class TriageError(LinliError):
    """A question to this engine was refused, or a model file is spoilt."""
