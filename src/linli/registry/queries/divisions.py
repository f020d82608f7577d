"""The national divisions an installation knows by name, from the policies of kind ``divisions``."""

from __future__ import annotations

from functools import cache

from linli.kernel.policyfile import known_policies
from linli.kernel.text import Text


@cache
def provinces() -> dict[str, Text]:
    """Provincial divisions by the two digits of their code; those of the sample are no provinces."""
    found = {}
    for policy in known_policies("divisions"):
        if policy.body.get("synthetic"):
            continue
        for division in policy.body["divisions"]:
            if division["level"] == "province":
                found[str(division["code"])] = Text.from_mapping(division["title"])
    return dict(sorted(found.items()))
