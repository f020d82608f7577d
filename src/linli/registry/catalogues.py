"""The lists the registry's codes are checked against, from policies: needs, duties, facility categories, provinces."""

from __future__ import annotations

from functools import cache

from linli.kernel.errors import LinliError, define
from linli.kernel.policyfile import find_policy, known_policies
from linli.kernel.text import Text

NOT_IN_CATALOGUE = define(
    "registry.not_in_catalogue",
    zh="代码“{code}”不在目录 {catalogue} 里；可用：{known}",
    en="The code {code!r} is not in the catalogue {catalogue}; known: {known}",
    status=422,
)


@cache
def catalogue(id: str) -> dict[str, Text]:
    """Codes and names of a catalogue policy, in its order. Read once a process."""
    return {entry["id"]: Text.from_mapping(entry["title"]) for entry in find_policy("catalogue", id).body["entries"]}


@cache
def facility_categories() -> dict[str, Text]:
    body = find_policy("facility_categories", "cn-community").body
    return {entry["id"]: Text.from_mapping(entry["title"]) for entry in body["categories"]}


@cache
def province_codes() -> frozenset[str]:
    """The first two digits of every division known here, those made up for a sample among them."""
    return frozenset(
        entry["code"]
        for policy in known_policies("divisions")
        for entry in policy.body["divisions"]
        if len(entry["code"]) == 2
    )


def check_code(code: str, known: dict[str, Text], name: str) -> str:
    if code not in known:
        raise LinliError(NOT_IN_CATALOGUE, code=code, catalogue=name, known=", ".join(known))
    return code
