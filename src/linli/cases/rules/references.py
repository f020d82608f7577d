"""What a case type names elsewhere: its flow, its desks, its duty, its questions. A name that leads nowhere is a fault with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from linli.kernel.errors import Fault
from linli.kernel.policyfile import Policy, faults_in, find_policy, known_policies
from linli.kernel.text import Text

HANDLES = "cases.handle"
Found = tuple[tuple[str | int, ...], Text]


def faults_of(policy: Policy) -> list[Fault]:
    """Every fault of one type: names nobody knows, a desk that may not handle cases or must not see this one, a required question
    that is not asked, a call back that is drawn but has no clock."""
    return faults_in(policy, _found(policy))


def _found(policy: Policy) -> Iterator[Found]:
    body = policy.body
    if body["flow"] not in _flows():
        yield ("flow",), Text(f"没有流程“{body['flow']}”", f"there is no flow {body['flow']!r}")
    if body["duty"] not in _duties():
        yield ("duty",), Text(f"职责目录里没有“{body['duty']}”", f"the catalogue of duties has no {body['duty']!r}")
    hidden = set(body.get("hidden_from", ()))
    for n, desk in enumerate(body["desks"]):
        if desk not in _roles():
            yield ("desks", n), Text(f"没有岗位“{desk}”", f"there is no role {desk!r}")
        elif HANDLES not in _roles()[desk]:
            yield (
                ("desks", n),
                Text(
                    f"岗位“{desk}”不能办事（缺 {HANDLES}）",
                    f"the role {desk!r} may not handle cases (it lacks {HANDLES})",
                ),
            )
        if desk in hidden:
            yield (
                ("desks", n),
                Text(f"“{desk}”不能看这种事，不能派给它", f"{desk!r} must not see this kind, so it cannot lie there"),
            )
    for n, role in enumerate(body.get("hidden_from", ())):
        if role not in _roles():
            yield ("hidden_from", n), Text(f"没有岗位“{role}”", f"there is no role {role!r}")
    form = body.get("form", {})
    for n, name in enumerate(form.get("required", ())):
        if name not in form["properties"]:
            yield ("form", "required", n), Text(f"必答的“{name}”没有问", f"the required {name!r} is not asked")
    if body["closing"].get("callback_share") and "callback" not in body["clocks"]:
        yield (
            ("closing",),
            Text("要抽样回访，但没有写回访的时限", "a share is called back, but the clock callback is missing"),
        )


@cache
def _flows() -> frozenset[str]:
    return frozenset(one.id for one in known_policies("case_flow"))


@cache
def _duties() -> frozenset[str]:
    return frozenset(entry["id"] for entry in find_policy("catalogue", "duties").body["entries"])


@cache
def _roles() -> dict[str, frozenset[str]]:
    return {one.id: frozenset(one.body["permissions"]) for one in known_policies("roles")}
