"""Working on a case: moves of its flow, words, the kind decided anew, clocks stopped and lengthened, what everybody sees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from linli.journal import append
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.kernel.text import Text
from linli.kernel.workdays import Span, due_at
from linli.platform.actors import Actor
from linli.platform.attachments.keeping import Sent
from linli.platform.installation import installation_kind

from .. import events, queries
from ..models import Case, Phase, Said
from ..rules import clocks, writing
from ..rules.types import PAUSES, CaseType, Move, cases_policy, type_of, work_calendar
from . import clockwork
from .dispatching import refuse_following, send_to_desk
from .intake import attach_photos, signed

NO_PUBLIC_WORDS = define(
    "cases.no_public_words",
    zh="公开要写一句给大家看的话（4 到 80 字），里面不要有人名、电话和门牌",
    en="To be public it needs a sentence for everybody (4 to 80 characters) without names, telephone numbers or homes",
    status=422,
)
NEVER_PUBLIC = define(
    "cases.never_public",
    zh="这种事只给当事人看，不公开",
    en="This kind of case is for those concerned and never public",
    status=409,
)
NO_STARS = define(
    "cases.bad_satisfaction", zh="满意度是 1 到 5，收到 {got}", en="Satisfaction is 1 to 5, got {got}", status=422
)
LEADS = define(
    "cases.leads_others",
    zh="还有别的件并在这件里，先把它们分开",
    en="Other cases are handled together with it; part them first",
    status=409,
)
WORKER_WORDS = {"proof": Said.Kind.PROOF, "": Said.Kind.REPLY}


def move(
    case_id: UUID, move_id: str, *, words: str = "", photos: Sequence[Sent] = (), satisfaction: int | None = None, actor: Actor,
    now: dt.datetime,
) -> Case:  # fmt: skip
    """One move of the case's flow. A worker's last move needs the proof its type asks for; the reporter's dispute opens it again with new clocks."""
    case = queries.find(actor, case_id, lock=True)
    kind = queries.kind_of(case)
    hats = queries.hats(actor, case)
    step = writing.check_move(kind.flow, case.state, move_id, hats)
    if not {"reporter"} & hats & step.who:
        refuse_following(case)
    return _carry_out(
        case, kind, step, hats=hats, words=words, photos=photos, satisfaction=satisfaction, actor=actor, now=now
    )


def carry_out_for_sample(
    case_id: UUID, move_id: str, *, words: str = "", satisfaction: int | None = None, as_reporter: bool = False, actor: Actor,
    now: dt.datetime,
) -> Case:  # fmt: skip
    """A move in a synthetic past, in the name of the account that would have made it. Refused where real people live; proof photos are not made up."""
    if installation_kind() != "demo":
        raise NotFoundError
    case = Case.objects.select_for_update(of=("self",)).select_related("place").get(pk=case_id)
    kind = queries.kind_of(case)
    hats = frozenset({"reporter"}) if as_reporter else frozenset({"handler", "dispatcher"})
    step = writing.check_move(kind.flow, case.state, move_id, hats)
    return _carry_out(
        case,
        kind,
        replace(step, proof=False),
        hats=hats,
        words=words,
        photos=(),
        satisfaction=satisfaction,
        actor=actor,
        now=now,
    )


def lapse(case: Case, *, now: dt.datetime) -> bool:
    """The reporter's time to speak is over: the machine closes it, where its flow lets it. ``case`` is locked."""
    kind = queries.kind_of(case)
    step = next((one for one in writing.moves_from(kind.flow, case.state, frozenset({"machine"}))), None)
    if step is None:
        return False
    _carry_out(
        case,
        kind,
        step,
        hats=frozenset({"machine"}),
        words="",
        photos=(),
        satisfaction=None,
        actor=queries.MACHINE,
        now=now,
    )
    return True


def _carry_out(
    case: Case, kind: CaseType, step: Move, *, hats: frozenset[str], words: str, photos: Sequence[Sent], satisfaction: int | None,
    actor: Actor, now: dt.datetime,
) -> Case:  # fmt: skip
    policy = cases_policy()
    said = writing.check_words(words, step.words, most=policy.note_max_chars)
    if step.proof and kind.proof == "photo" and not photos:
        raise LinliError(writing.NO_PROOF)
    if satisfaction is not None and not 1 <= satisfaction <= 5:
        raise LinliError(NO_STARS, got=satisfaction)
    from . import merging

    is_reporter = not hats & step.who & {"handler", "dispatcher", "machine", "neighbour"}
    before, after = case.phase, kind.flow.states[step.to].phase
    reopens = before in (Phase.ANSWERED, Phase.CLOSED) and after in (Phase.WAITING, Phase.WORKING)
    if reopens:
        writing.check_reopening(kind, case.number, case.closed_at, now)
    if case.paused_at is not None:
        clockwork.go_on(case, kind, now)
    if reopens and case.lead_id is not None:
        merging.leave(case, because="reporter", actor=actor, now=now)
    if reopens:
        case.round += 1
        clockwork.begin_round(case, kind, now)
    note_times(case, kind, step, is_reporter=is_reporter, before=before, after=after, said=said, now=now)
    case.state, case.phase = step.to, after
    if satisfaction is not None and is_reporter:
        case.satisfaction = satisfaction
    if case.handler_id is None and hats & {"handler", "neighbour"} and not is_reporter:
        case.handler_id = actor.account_id
    if step.to == kind.flow.start or step.id == "let_go":
        case.handler_id = None
    clockwork.settle(case, kind, now)
    case.save()
    row = _say(case, step, said, is_reporter=is_reporter, actor=actor, now=now)
    attach_photos(case, photos, actor=signed(case, actor, is_reporter=is_reporter), now=now)
    fact = events.CaseMoved(
        case.community_id, case.pk, step.id, step.to, before, after, case.outcome, case.round, case.satisfaction if is_reporter else None,
        row.pk if row else None, case.respond_due_at if reopens else None, case.handle_due_at if reopens else None,
    )  # fmt: skip
    append(fact, actor=actor, occurred_at=now, pseudonym=case.pseudonym if is_reporter else None)
    merging.go_along(case, step, before=before, said=said, is_reporter=is_reporter, actor=actor, now=now)
    return case


def note_times(
    case: Case, kind: CaseType, step: Move, *, is_reporter: bool, before: str, after: str, said: str, now: dt.datetime
) -> None:
    """What a move, by the reporter or by those at work, means for the clocks of its round."""
    if not is_reporter and after in (Phase.WORKING, Phase.ANSWERED) and case.responded_at is None:
        case.responded_at = now
    if not is_reporter and said and case.answered_at is None:
        case.answered_at = now
    if after == Phase.ANSWERED and before != Phase.ANSWERED:
        case.handled_at = now
        case.answered_at = case.answered_at or now
        case.confirm_due_at = clocks.confirm_due(kind, now, work_calendar())
    if after == Phase.CLOSED:
        case.closed_at, case.outcome = now, step.outcome or "solved"
        if "machine" in step.who and _is_sampled(case, kind):
            span = kind.clocks.get("callback", Span(days=5, counting="working"))
            case.callback_due_at = due_at(now, span, work_calendar())


def _is_sampled(case: Case, kind: CaseType) -> bool:
    """Whether one closed in silence is called back: by its id alone, so that nobody chooses which."""
    return case.pk.int % 1000 < kind.callback_share * 1000


def _say(case: Case, step: Move, said: str, *, is_reporter: bool, actor: Actor, now: dt.datetime) -> Said | None:
    if not said:
        return None
    sort = Said.Kind.ANSWER if is_reporter else WORKER_WORDS["proof" if step.proof else ""]
    return say(case, sort, said, is_reporter=is_reporter, actor=actor, now=now)


def say(case: Case, sort: str, said: str, *, is_reporter: bool, actor: Actor, now: dt.datetime) -> Said:
    hidden = is_reporter and case.is_sealed
    return Said.objects.create(
        case=case, community_id=case.community_id, kind=sort, by="reporter" if is_reporter else case.desk,
        account_id=None if hidden else actor.account_id, at=now, body=said,
    )  # fmt: skip


def reply(case_id: UUID, words: str, *, is_note: bool = False, actor: Actor, now: dt.datetime) -> Said:
    """Say something to the other side; ``is_note``: among those at work, unseen by the reporter. A worker's first words end the answer clock."""
    case = queries.find(actor, case_id, lock=True)
    said = writing.check_words(words, "required", most=cases_policy().note_max_chars)
    hats = queries.hats(actor, case)
    is_worker = not actor.everywhere and Case.objects.filter(queries.at_work(actor), pk=case.pk).exists()
    is_reporter = "reporter" in hats and not is_worker
    if (not is_reporter and not is_worker) or (is_note and is_reporter):
        raise NotFoundError
    sort = Said.Kind.NOTE if is_note else Said.Kind.ANSWER if is_reporter else Said.Kind.REPLY
    if sort == Said.Kind.REPLY and case.phase in (Phase.WAITING, Phase.WORKING):
        case.answered_at = case.answered_at or now
        case.responded_at = case.responded_at or now
    clockwork.settle(case, queries.kind_of(case), now)
    case.save()
    row = say(case, sort, said, is_reporter=is_reporter, actor=actor, now=now)
    fact = events.CaseReplied(case.community_id, case.pk, row.pk, sort)
    append(fact, actor=actor, occurred_at=now, pseudonym=case.pseudonym if is_reporter else None)
    return row


def urge(case_id: UUID, *, actor: Actor, now: dt.datetime) -> Case:
    """The reporter asks how it stands: seen by those at work, not more often than the policy says."""
    case = queries.find_mine(actor, case_id)
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.phase not in (Phase.WAITING, Phase.WORKING):
        raise LinliError(writing.NOT_WORKING)
    gap_h = cases_policy().urge_gap_hours
    from linli.journal.models import Fact

    lately = Fact.objects.filter(
        subject_id=case.pk, name=events.CaseUrged.name, occurred_at__gt=now - dt.timedelta(hours=gap_h)
    )
    if lately.exists():
        raise LinliError(writing.SAID_LATELY, hours=gap_h)
    case.n_urges += 1
    case.save(update_fields=["n_urges"])
    append(
        events.CaseUrged(case.community_id, case.pk, case.n_urges),
        actor=actor,
        occurred_at=now,
        pseudonym=case.pseudonym,
    )
    return case


def retype(case_id: UUID, type_id: str, *, actor: Actor, now: dt.datetime) -> Case:
    """A person decides what it is. Its clocks are those of the new kind from when it came in: time already gone stays gone."""
    case = queries.find_at_work(actor, case_id, lock=True)
    if not {"handler", "dispatcher"} & queries.hats(actor, case):
        raise NotFoundError
    if case.phase not in (Phase.WAITING, Phase.WORKING):
        raise LinliError(writing.NOT_WORKING)
    refuse_following(case)
    if case.followers.exists():
        raise LinliError(LEADS)
    kind, before = type_of(type_id), case.type_id
    dues = clocks.first_dues(kind, case.round_at, work_calendar())
    case.type_id, case.type_version, case.type_sha256 = kind.id, kind.version, kind.sha256
    case.flow_id, case.flow_version, case.sphere = kind.flow.id, kind.flow.version, kind.sphere
    case.respond_due_at, case.answer_due_at, case.handle_due_at = dues.respond, dues.answer, dues.handle
    case.state, case.phase = kind.flow.start, kind.flow.states[kind.flow.start].phase
    case.is_certain, case.answers = True, {}
    fact = events.CaseRetyped(
        case.community_id, case.pk, before, kind.id, kind.version, kind.sha256, kind.flow.id, kind.flow.version, dues.respond, dues.answer, dues.handle
    )  # fmt: skip
    append(fact, actor=actor, occurred_at=now)
    send_to_desk(case, kind, level=0, how="duty", actor=actor, now=now)
    return case


def pause(case_id: UUID, because: str, *, words: str = "", actor: Actor, now: dt.datetime) -> Case:
    """Stop the clocks of answering and handling, for one of the type's reasons and not longer than it allows in a round."""
    case, kind = _in_hand(case_id, actor)
    if case.paused_at is not None:
        raise LinliError(writing.IS_PAUSED)
    if because not in kind.pause_reasons:
        known = [PAUSES[one] for one in kind.pause_reasons]
        told = Text("、".join(one.zh for one in known) or "—", ", ".join(one.en for one in known) or "—")
        raise LinliError(writing.NO_PAUSE, reason=PAUSES.get(because, Text("？", "?")), known=told)
    if case.paused_s >= kind.pause_most_hours * 3600:
        raise LinliError(writing.PAUSED_ENOUGH, hours=kind.pause_most_hours)
    said = writing.check_words(words, "optional", most=cases_policy().note_max_chars)
    row = say(case, Said.Kind.REPLY, said, is_reporter=False, actor=actor, now=now) if said else None
    clockwork.stop(case, because, now)
    clockwork.settle(case, kind, now)
    case.save()
    append(
        events.CasePaused(case.community_id, case.pk, because, row.pk if row else None, case.round),
        actor=actor,
        occurred_at=now,
    )
    return case


def resume(case_id: UUID, *, actor: Actor, now: dt.datetime) -> Case:
    case, kind = _in_hand(case_id, actor)
    if case.paused_at is None:
        raise LinliError(writing.NOT_PAUSED)
    go_on(case, kind, by_cap=False, actor=actor, now=now)
    return case


def go_on(case: Case, kind: CaseType, *, by_cap: bool, actor: Actor, now: dt.datetime) -> None:
    stood_s = clockwork.go_on(case, kind, now)
    clockwork.settle(case, kind, now)
    case.save()
    append(
        events.CaseResumed(case.community_id, case.pk, stood_s, by_cap, case.handle_due_at),
        actor=actor,
        occurred_at=now,
    )


def extend(case_id: UUID, hours: int, *, because: str, actor: Actor, now: dt.datetime) -> Case:
    """More time for handling: by a dispatcher, with a reason the reporter reads, before the limit is over, as often as the type allows."""
    case = queries.find_at_work(actor, case_id, lock=True)
    actor.require(queries.DISPATCH, case.community_id)
    if case.phase not in (Phase.WAITING, Phase.WORKING) or case.handled_at is not None:
        raise LinliError(writing.NOT_WORKING)
    refuse_following(case)
    kind = queries.kind_of(case)
    writing.check_extension(kind, n_before=case.n_extensions, hours=hours, due_at=case.handle_due_at, now=now)
    said = writing.check_words(because, "required", most=cases_policy().note_max_chars)
    row = say(case, Said.Kind.REPLY, said, is_reporter=False, actor=actor, now=now)
    case.handle_due_at += dt.timedelta(hours=hours)
    case.n_extensions += 1
    clockwork.settle(case, kind, now)
    case.save()
    fact = events.CaseExtended(case.community_id, case.pk, hours, case.n_extensions, case.handle_due_at, row.pk)
    append(fact, actor=actor, occurred_at=now)
    return case


def publish(case_id: UUID, title: str, *, is_public: bool = True, actor: Actor, now: dt.datetime) -> Case:
    """Word it for everybody, or take it from public view. What the reporter wrote is never shown to the public."""
    case = queries.find_at_work(actor, case_id, lock=True)
    actor.require(queries.PUBLISH, case.community_id)
    said = " ".join(title.split())
    if is_public and not queries.kind_of(case).is_public:
        raise LinliError(NEVER_PUBLIC)
    if is_public and not 4 <= len(said) <= 80:
        raise LinliError(NO_PUBLIC_WORDS)
    case.public_title, case.is_public = (said or case.public_title) if is_public else case.public_title, is_public
    case.save(update_fields=["public_title", "is_public"])
    append(events.CasePublished(case.community_id, case.pk, is_public), actor=actor, occurred_at=now)
    return case


def call_back(case_id: UUID, *, is_solved: bool | None, satisfaction: int | None = None, words: str = "", actor: Actor, now: dt.datetime) -> Case:  # fmt: skip
    """Somebody who did not work on it telephoned the reporter. "Not solved" opens it again; nobody answering ends the call back."""
    case = queries.find_at_work(actor, case_id, lock=True)
    actor.require(queries.DISPATCH, case.community_id)
    if case.phase != Phase.CLOSED or case.callback_due_at is None or case.called_at is not None:
        raise LinliError(writing.NOT_WORKING)
    if case.handler_id == actor.account_id:
        raise LinliError(writing.NOT_YOURS)
    if satisfaction is not None and not 1 <= satisfaction <= 5:
        raise LinliError(NO_STARS, got=satisfaction)
    kind = queries.kind_of(case)
    case.called_at = now
    case.satisfaction = satisfaction if is_solved is not None else None
    append(
        events.CaseCalledBack(case.community_id, case.pk, is_solved, case.satisfaction), actor=actor, occurred_at=now
    )
    if is_solved is False:
        step = next(
            (one for one in writing.moves_from(kind.flow, case.state, frozenset({"reporter"})) if one.id == "dispute"),
            None,
        )
        if step is not None:
            said = words or "（电话回访）报事人说没有解决"
            return _carry_out(
                case,
                kind,
                step,
                hats=frozenset({"reporter"}),
                words=said,
                photos=(),
                satisfaction=None,
                actor=actor,
                now=now,
            )
    clockwork.settle(case, kind, now)
    case.save()
    return case


def erase_words(case: Case, *, actor: Actor, now: dt.datetime) -> int:
    """Empty what the reporter wrote and answered; facts go on naming the empty rows."""
    n = case.words.filter(by="reporter", erased_at=None).update(body="", account_id=None, erased_at=now)
    case.answers, case.where = {}, ""
    case.save(update_fields=["answers", "where"])
    if n:
        append(events.WordsErased(case.community_id, case.pk, n), actor=actor, occurred_at=now)
    return n


def _in_hand(case_id: UUID, actor: Actor) -> tuple[Case, CaseType]:
    case = queries.find_at_work(actor, case_id, lock=True)
    if not {"handler", "dispatcher"} & queries.hats(actor, case):
        raise NotFoundError
    if case.phase != Phase.WORKING:
        raise LinliError(writing.NOT_WORKING)
    refuse_following(case)
    return case, queries.kind_of(case)
