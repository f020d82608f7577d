"""Case types and flows as the rules use them, read from their policies. A running case keeps the version it began with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from linli.kernel.clock import local_day, now
from linli.kernel.errors import InputError, LinliError, define
from linli.kernel.policyfile import Policy, find_policy, known_policies
from linli.kernel.text import Text
from linli.kernel.workdays import Span, WorkCalendar

from .references import faults_of

UNKNOWN_TYPE = define(
    "cases.unknown_type",
    zh="没有“{type}”这种事项",
    en="There is no kind of case {type!r}",
    status=422,
)
CLOCKS = ("respond", "answer", "handle", "callback")


@dataclass(frozen=True, slots=True)
class State:
    id: str
    title: Text
    phase: str
    next: Text


@dataclass(frozen=True, slots=True)
class Move:
    id: str
    title: Text
    said: Text
    froms: frozenset[str]
    to: str
    who: frozenset[str]
    words: str
    proof: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    version: int
    start: str
    states: Mapping[str, State]
    moves: Mapping[str, Move]


@dataclass(frozen=True, slots=True)
class CaseType:
    id: str
    version: int
    sha256: str
    title: Text
    summary: Text
    group: str
    named_in: str
    sphere: str
    flow: Flow
    words: tuple[str, ...]
    form: Mapping[str, Any] | None
    duty: str
    desks: tuple[str, ...]
    hidden_from: frozenset[str]
    is_for_staff: bool
    dispatch: str
    call: str
    call_say: Text | None
    clocks: Mapping[str, Span]
    pause_reasons: tuple[str, ...]
    pause_most_hours: int
    extensions_most: int
    extension_most_hours: int
    is_day_agreed: bool
    proof: str
    confirm_days: int
    reopen_days: int
    callback_share: float
    is_public: bool
    near_m: int
    disclosure: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class CasesPolicy:
    text_min_chars: int
    text_max_chars: int
    note_max_chars: int
    photos_most: int
    warn_share: float
    trust_guess_from: float
    guess_error_share: float
    similar_days: int
    similar_most: int
    urge_gap_hours: int
    reports_an_hour: int
    satisfied_from: int
    hot_windows_days: tuple[int, ...]
    hot_before_days: int
    hot_false_share: float
    hot_least: int
    reply_named_from: float
    reply_days: int
    reply_worth_from_missing: int
    reply_measures: tuple[str, ...]
    reply_contacts: tuple[str, ...]
    reply_common: tuple[str, ...]
    pin_near_m: float
    pin_around_m: float
    pin_outside_m: float


GROUPS = {
    "repair": Text("报修", "Repairs"),
    "hazard": Text("隐患", "Hazards"),
    "surroundings": Text("环境秩序", "Surroundings"),
    "complaint": Text("投诉", "Complaints"),
    "dispute": Text("矛盾纠纷", "Disputes"),
    "question": Text("咨询建议", "Questions"),
    "wish": Text("微心愿", "Wishes"),
    "service": Text("办事", "Services"),
    "care": Text("关照", "Care"),
    "whistle": Text("吹哨报到", "Whistle"),
}
SPHERES = {
    "government": Text("大事：政府办", "Large: the government's"),
    "community": Text("小事：社区办", "Small: the community's"),
    "private": Text("私事：自己办，社区帮", "Private: one's own, with help"),
}
PAUSES = {
    "waiting_for_reporter": Text("等报事人", "Waiting for the reporter"),
    "waiting_for_parts": Text("等配件、等材料", "Waiting for parts"),
    "weather": Text("天气不允许", "Weather"),
    "needs_owners_consent": Text("要业主表决", "Owners must consent"),
    "other_authority": Text("等别的部门", "Waiting for another authority"),
}
CLOCK_WORDS = {
    "respond": Text("首次响应", "First response"),
    "answer": Text("答复", "Answer"),
    "handle": Text("办结", "Handling"),
    "confirm": Text("等报事人确认", "Reporter's word"),
    "callback": Text("回访", "Call back"),
    "pause": Text("暂停到期", "End of the pause"),
}


def read_flow(policy: Policy) -> Flow:
    body = policy.body
    states = {
        one["id"]: State(one["id"], Text.from_mapping(one["title"]), one["phase"], Text.from_mapping(one["next"]))
        for one in body["states"]
    }
    return Flow(policy.id, policy.version, body["start"], states, {one["id"]: _move(one) for one in body["moves"]})


def _move(one: Mapping[str, Any]) -> Move:
    title = Text.from_mapping(one["title"])
    return Move(
        one["id"], title, Text.from_mapping(one["said"]) if "said" in one else title, frozenset(one["from"]), one["to"],
        frozenset(one["who"]), one.get("words", "none"), bool(one.get("proof")), one.get("outcome", ""),
    )  # fmt: skip


def read_type(policy: Policy, flow: Flow) -> CaseType:
    body = policy.body
    pauses, extensions, closing = body.get("pauses", {}), body.get("extensions", {}), body["closing"]
    emergency = body.get("emergency", {})
    clocks = {name: _span(body["clocks"][name]) for name in CLOCKS if name in body["clocks"]}
    return CaseType(
        id=policy.id, version=policy.version, sha256=policy.sha256, title=policy.title, summary=Text.from_mapping(body["summary"]),
        group=body["group"], named_in=body.get("named_in", ""), sphere=body["sphere"], flow=flow, words=tuple(body["words"]),
        form=body.get("form"), duty=body["duty"], desks=tuple(body["desks"]), hidden_from=frozenset(body.get("hidden_from", ())),
        is_for_staff=body.get("opened_by") == "staff", dispatch=body["dispatch"], call=emergency.get("call", ""),
        call_say=Text.from_mapping(emergency["say"]) if emergency else None, clocks=clocks,
        pause_reasons=tuple(pauses.get("reasons", ())), pause_most_hours=pauses.get("most_hours", 0),
        extensions_most=extensions.get("most", 0), extension_most_hours=extensions.get("most_hours", 0),
        is_day_agreed=body["clocks"].get("day_agreed", False), proof=closing["proof"], confirm_days=closing["confirm_days"], reopen_days=closing["reopen_days"],
        callback_share=closing.get("callback_share", 0.0), is_public=body["openness"] == "public", near_m=body.get("near_m", 60),
        disclosure={key: Text.from_mapping(body["disclosure"][key]) for key in ("content", "standard", "time_limit")}
        if "disclosure" in body else {},
    )  # fmt: skip


def _span(raw: Mapping[str, Any]) -> Span:
    return Span(minutes=raw.get("minutes", 0), days=raw.get("days", 0), counting=raw["counting"])


@cache
def flow_of(id: str, version: int | None = None) -> Flow:
    return read_flow(find_policy("case_flow", id, version=version))


@cache
def type_of(id: str, version: int | None = None, flow_version: int | None = None) -> CaseType:
    """A type: the asked version (what a running case began with), else the highest."""
    if not any(policy.id == id for policy in known_policies("case_type")):
        raise LinliError(UNKNOWN_TYPE, type=id[:64])
    policy = find_policy("case_type", id, version=version)
    return read_type(policy, flow_of(policy.body["flow"], flow_version))


def case_types() -> dict[str, CaseType]:
    """The types in force today, by id; every fault of what they name elsewhere is told with its file."""
    return _types_on(local_day(now()).toordinal())


@lru_cache(maxsize=4)
def _types_on(day: int) -> dict[str, CaseType]:
    newest: dict[str, Policy] = {}
    for policy in known_policies("case_type"):
        if policy.effective_from.toordinal() <= day and (
            policy.effective_to is None or day < policy.effective_to.toordinal()
        ):
            newest[policy.id] = policy
    faults = [fault for policy in newest.values() for fault in faults_of(policy)]
    if faults:
        raise InputError(faults)
    return {id: type_of(id, policy.version) for id, policy in newest.items()}


@cache
def cases_policy() -> CasesPolicy:
    body = find_policy("cases", "default").body
    return CasesPolicy(**{name: body[name] for name in CasesPolicy.__dataclass_fields__})


@cache
def work_calendar() -> WorkCalendar:
    return WorkCalendar.from_mapping(find_policy("work_calendar", "cn").body)
