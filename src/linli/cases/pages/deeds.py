"""What can be done with a case on its page: each with its words, its form and the command it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from linli.kernel.clock import now
from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.web.request import Request

from .. import bridges, commands, queries
from ..commands.dispatching import handling_roles
from ..forms import (
    AssignForm,
    CallForm,
    CaseForm,
    ExtendForm,
    MoveForm,
    PauseForm,
    PublishForm,
    TypeForm,
    WordsForm,
    type_choices,
)
from ..models import Case, Said
from ..rules import writing
from ..rules.types import CaseType
from . import told

DEEDS: dict[str, tuple[Text, str, Text]] = {
    "reply": (Text("回复报事人", "Reply to the reporter"), "talk", Text("报事人会收到。", "The reporter is told.")),
    "note": (Text("内部备注", "Note for colleagues"), "edit", Text("只有一起办的人看得到。", "Seen only by those at work.")),
    "assign": (Text("指派", "Assign"), "share", Text("交给一个岗位。", "Give it to a desk.")),
    "give_back": (Text("不归我管，退回", "Not mine: give back"), "undo", Text("写清为什么，社区重新派。计时不停。", "Say why; the office sends it on. The clock goes on.")),
    "escalate": (Text("上报", "Raise it"), "up", Text("交给上一级。", "To the next level.")),
    "ask_party": (Text("请人一起办", "Ask others to join"), "users", Text("牵头的还是您这边。", "You stay in the lead.")),
    "join": (Text("我来一起办", "Join in"), "check", Text("记下您到了。", "It is noted that you came.")),
    "pause": (Text("暂停计时", "Stop the clock"), "pause", Text("要有理由，总共停多久有上限。", "For a reason, and only for so long.")),
    "resume": (Text("继续计时", "Go on"), "play", Text("时限从现在接着走。", "The clock goes on from now.")),
    "extend": (Text("延长时限", "Give more time"), "clock", Text("报事人会看到原因。", "The reporter sees why.")),
    "retype": (Text("改类型", "Correct the kind"), "swap", Text("改了会按新类型重新派、重新定时限；已经过去的时间不还。", "It is sent and timed anew by the new kind; time gone stays gone.")),
    "publish": (Text("公开", "Make it public"), "eye", Text("大家只看到这一句、楼栋和进度，看不到报事人写的话。", "Everybody sees this sentence, the building and the state; never what the reporter wrote.")),
    "hide": (Text("不再公开", "Take from public view"), "off", Text("公开页上就没有它了。", "It leaves the public page.")),
    "part": (Text("分开，单独办", "Part it"), "undo", Text("它又回到待接手的里面，时限还是原来的。报事人会看到原因。", "It waits to be taken again, by the limits it always had. The reporter sees why.")),
    "call_back": (Text("记回访", "Note the call back"), "phone", Text("由没有办这件事的人打。", "Called by somebody who did not work on it.")),
}  # fmt: skip
DONE = {key: Text(f"已记下：{title.zh}。", f"Done: {title.en}.") for key, (title, _, _) in DEEDS.items()}
DONE["entered"] = Text("登记好了，已派出去。", "Entered and sent on.")
MOVED = Text("已记下。", "It is noted.")


@dataclass(slots=True)
class Deed:
    what: str
    title: Text
    lead: Text | None
    form: CaseForm
    act: Callable[[], Any]
    is_answer: bool = False
    """Its words are an answer to the reporter."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A deed as a button; ``is_main`` the step forward."""

    what: str
    title: Text
    icon: str
    is_main: bool = False


def said_done(request: Request) -> Text | None:
    what = request.GET.get("done", "")
    return DONE.get(what, MOVED) if what else None


def possible(actor: Actor, case: Case, kind: CaseType) -> list[Offer]:
    """What this worker can do now, the moves of the flow first."""
    hats = queries.hats(actor, case) - {"reporter", "neighbour"}
    moves = writing.moves_from(kind.flow, case.state, hats) if case.lead_id is None else []
    offers = [
        Offer(one.id, one.title, "x" if one.outcome == "refused" else "check", is_main=n == 0)
        for n, one in enumerate(moves)
    ]
    return offers + [Offer(what, DEEDS[what][0], DEEDS[what][1]) for what in _deeds(actor, case, kind, hats)]


def _deeds(actor: Actor, case: Case, kind: CaseType, hats: frozenset[str]) -> list[str]:
    is_open, works = case.phase != "closed", bool(hats & {"handler", "dispatcher"})
    if case.lead_id is not None:
        parts = works and case.phase in ("waiting", "working")
        return [what for what, may in (("part", parts), ("reply", is_open), ("note", True)) if may]
    dispatches = actor.may(queries.DISPATCH, case.community_id)
    publishes = actor.may(queries.PUBLISH, case.community_id) and kind.is_public
    due_call = case.phase == "closed" and case.callback_due_at is not None and case.called_at is None
    rows = [
        ("join", case.parties.filter(desk__in=queries.my_desks(actor), came_at=None).exists()),
        ("reply", is_open),
        ("note", True),
        ("pause", works and case.phase == "working" and case.paused_at is None and bool(kind.pause_reasons)),
        ("resume", works and case.paused_at is not None),
        ("retype", works and case.phase in ("waiting", "working")),
        ("assign", dispatches and is_open),
        ("ask_party", works and is_open),
        ("escalate", works and is_open and case.level + 1 < len(kind.desks)),
        ("give_back", "handler" in hats and case.phase in ("waiting", "working") and case.desk != "community_staff"),
        ("extend", dispatches and case.phase in ("waiting", "working") and case.n_extensions < kind.extensions_most),
        ("publish", publishes and not case.is_public),
        ("hide", publishes and case.is_public),
        ("call_back", dispatches and due_call),
    ]
    return [what for what, is_possible in rows if is_possible]


def find(request: Request, case: Case, what: str) -> Deed:  # noqa: PLR0911  # one form for each deed
    actor, kind, post = request.actor, queries.kind_of(case), request.POST or None
    if what in kind.flow.moves:
        return _move(request, case, kind, what)
    if what not in DEEDS:
        raise NotFoundError
    title, _, lead = DEEDS[what]
    form: Any
    given: dict[str, Any] = {"actor": actor}
    match what:
        case "reply" | "note":
            form = WordsForm(post)
            return Deed(
                what,
                title,
                lead,
                form,
                lambda: commands.reply(case.pk, form.cleaned_data["words"], is_note=what == "note", now=now(), **given),
                is_answer=what == "reply",
            )
        case "part":
            form = WordsForm(post)
            return Deed(
                what,
                title,
                lead,
                form,
                lambda: commands.part(case.pk, words=form.cleaned_data["words"], now=now(), **given),
            )
        case "give_back" | "escalate":
            form = WordsForm(post)
            command = commands.give_back if what == "give_back" else commands.escalate
            return Deed(
                what,
                title,
                lead,
                form,
                lambda: command(case.pk, because=form.cleaned_data["words"], now=now(), **given),
            )
        case "pause":
            form = PauseForm(post, kind=kind)
            return Deed(
                what,
                title,
                lead,
                form,
                lambda: commands.pause(
                    case.pk, form.cleaned_data["because"], words=form.cleaned_data["words"], now=now(), **given
                ),
            )
        case "resume" | "join" | "hide":
            form = CaseForm(post)
            return Deed(what, title, lead, form, lambda: _plain(what, case, actor))
        case "extend":
            form = ExtendForm(post)
            return Deed(
                what,
                title,
                lead,
                form,
                lambda: commands.extend(
                    case.pk, form.cleaned_data["hours"], because=form.cleaned_data["words"], now=now(), **given
                ),
            )
        case "assign" | "ask_party":
            form = AssignForm(post, desks=_desks(case, kind) if what == "ask_party" else _seats(case, kind))
            if what == "ask_party":
                del form.fields["words"]
                return Deed(
                    what,
                    title,
                    lead,
                    form,
                    lambda: commands.ask_party(case.pk, desk=form.cleaned_data["desk"], now=now(), **given),
                )
            return Deed(
                what,
                title,
                lead,
                form,
                lambda: commands.assign(
                    case.pk, because=form.cleaned_data["words"], now=now(), **_seat(form.cleaned_data["desk"]), **given
                ),
            )
        case "retype":
            form = TypeForm(post, kinds=_kinds(case))
            return Deed(
                what,
                title,
                lead,
                form,
                lambda: commands.retype(case.pk, form.cleaned_data["type_id"], now=now(), **given),
            )
        case "publish":
            form = PublishForm(post, initial={"title": case.public_title or kind.title.zh})
            return Deed(
                what,
                title,
                lead,
                form,
                lambda: commands.publish(case.pk, form.cleaned_data["title"], now=now(), **given),
            )
    form = CallForm(post)
    return Deed(what, title, lead, form, lambda: _called(case, form, actor))


def _move(request: Request, case: Case, kind: CaseType, what: str) -> Deed:
    step = writing.check_move(
        kind.flow, case.state, what, queries.hats(request.actor, case) - {"reporter", "neighbour"}
    )
    form: Any = MoveForm(request.POST or None, request.FILES or None, move=step, kind=kind, is_reporter=False)

    def act() -> Any:
        said = form.cleaned_data
        return commands.move(
            case.pk,
            step.id,
            words=said.get("words", ""),
            photos=said.get("photos") or (),
            actor=request.actor,
            now=now(),
        )

    return Deed(what, step.title, None, form, act, is_answer=step.proof or step.words == "required")


def _plain(what: str, case: Case, actor: Actor) -> Any:
    if what == "resume":
        return commands.resume(case.pk, actor=actor, now=now())
    if what == "join":
        return commands.join(case.pk, actor=actor, now=now())
    return commands.publish(case.pk, "", is_public=False, actor=actor, now=now())


def _called(case: Case, form: Any, actor: Actor) -> Any:
    said = form.cleaned_data
    solved = {"solved": True, "not": False, "nobody": None}[said["result"]]
    stars = int(said["satisfaction"]) if said["satisfaction"] else None
    return commands.call_back(
        case.pk, is_solved=solved, satisfaction=stars, words=said["words"], actor=actor, now=now()
    )


def _seats(case: Case, kind: CaseType) -> list[tuple[str, Text, Text | None]]:
    """The desks, and under each that usually has this kind whoever sits there for the place, with what they have in hand."""
    seats: list[tuple[str, Text, Text | None]] = []
    sitting = {desk: queries.desk_accounts(case, desk) for desk in kind.desks}
    accounts = [one for desk in sitting.values() for one in desk]
    names, loads = queries.worker_names(accounts), queries.loads_of(accounts)
    for desk, title, hint in _desks(case, kind, with_own=True):
        if desk != case.desk:
            seats.append((desk, title, hint))
        for one in sitting.get(desk, ()):
            if one == case.handler_id or one not in names:
                continue
            in_hand = Text("手上 {n} 件", "{n} in hand").fill(n=loads.get(one, 0))
            seats.append((f"{desk}:{one}", Text(f"{title.zh} · {names[one]}", f"{title.en} · {names[one]}"), in_hand))
    return seats


def _seat(chosen: str) -> dict[str, Any]:
    desk, _, account = chosen.partition(":")
    return {"desk": desk, "handler_id": UUID(account) if account else None}


def _desks(case: Case, kind: CaseType, *, with_own: bool = False) -> list[tuple[str, Text, Text | None]]:
    first = [one for one in kind.desks if with_own or one != case.desk]
    rest = [one for one in handling_roles() if one not in kind.desks and (with_own or one != case.desk)]
    usual = Text("这种事平常归它", "Usual for this kind")
    return [(one, told.role_title(one), usual if one in first else None) for one in (*first, *rest)]


def _kinds(case: Case) -> list[tuple[str, Text, Text | None]]:
    report = case.words.filter(kind=Said.Kind.REPORT).first()
    guesses = bridges.guess(report.body, for_staff=True) if report else []
    likely = [
        (
            one.kind.id,
            one.kind.title,
            Text(f"像，{one.confidence:.0%}", f"likely, {one.confidence:.0%}")
            if one.is_calibrated
            else Text("像", "likely"),
        )
        for one in guesses
    ]
    known = {id for id, _, _ in likely}
    rest = [
        (kind.id, kind.title, kind.summary)
        for _, kinds in type_choices(for_staff=True)
        for kind in kinds
        if kind.id not in known
    ]
    return [one for one in (*likely, *rest) if one[0] != case.type_id]
