"""What must be said, and what may be done, before a command goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

from linli.kernel.errors import Fault, InputError, LinliError, define
from linli.kernel.text import Text

from .types import CaseType, Flow, Move

NO_TEXT = define(
    "cases.no_text",
    zh="请写下是什么事，{least} 到 {most} 个字；现在 {n} 个",
    en="Say what it is about in {least} to {most} characters; got {n}",
    status=422,
)
NO_WORDS = define(
    "cases.words_needed",
    zh="请写明情况，最多 {most} 个字；现在 {n} 个",
    en="Say how it stands, in at most {most} characters; got {n}",
    status=422,
)
NO_PROOF = define(
    "cases.photo_needed",
    zh="这种事办结要有一张照片，让报事人看得到",
    en="This kind of case is closed with a photo, so that the reporter can see it",
    status=422,
)
NOT_NOW = define(
    "cases.move_not_now",
    zh="这件事现在是“{state}”，不能这样办；可以：{moves}",
    en="The case is “{state}” now and cannot go this way; it can: {moves}",
    status=409,
)
NOT_YOURS = define(
    "cases.move_not_yours",
    zh="这一步要由别人来做，不是您",
    en="This step is for somebody else to make",
    status=403,
)
TOO_LATE = define(
    "cases.too_late_to_dispute",
    zh="办结已超过 {days} 天，请重新报一件，写上编号 {number}",
    en="It was closed more than {days} days ago; report it anew and give the number {number}",
    status=409,
)
NO_PAUSE = define(
    "cases.no_such_pause",
    zh="这种事不能因为“{reason}”暂停；可以：{known}",
    en="This kind of case cannot be paused for “{reason}”; it can for: {known}",
    status=422,
)
PAUSED_ENOUGH = define(
    "cases.paused_enough",
    zh="已经停过 {hours} 小时，按规定不能再停",
    en="It has stood still for {hours} hours, which is all the rules allow",
    status=409,
)
NOT_WORKING = define(
    "cases.not_being_worked_on",
    zh="这件事现在没有人在办，不能这样做",
    en="Nobody is working on this case now",
    status=409,
)
IS_PAUSED = define("cases.already_paused", zh="已经是暂停的", en="It is paused already", status=409)
NOT_PAUSED = define("cases.not_paused", zh="没有暂停，时限一直在走", en="It is not paused", status=409)
EXTENDED_ENOUGH = define(
    "cases.extended_enough",
    zh="最多延长 {most} 次，已经延过了",
    en="It may be given more time {most} times, and has been",
    status=409,
)
TOO_LONG = define(
    "cases.extension_too_long",
    zh="一次最多延长 {most} 小时，收到 {got}",
    en="One extension is at most {most} hours, got {got}",
    status=422,
)
OVER_ALREADY = define(
    "cases.limit_is_over",
    zh="时限已经过了，不能再延长；超时会照实记下",
    en="The limit is over and cannot be moved; the delay stays on record",
    status=409,
)
SAID_LATELY = define(
    "cases.urged_lately",
    zh="{hours} 小时内催过一次了，他们看得到",
    en="You asked within {hours} hours; they can see it",
    status=409,
)


def check_text(text: str, *, least: int, most: int) -> str:
    said = clean(text)
    if not least <= len(said) <= most:
        raise LinliError(NO_TEXT, least=least, most=most, n=len(said))
    return said


def check_words(text: str, need: str, *, most: int) -> str:
    """``need`` none, optional or required."""
    said = clean(text)
    if len(said) > most or (need == "required" and not said):
        raise LinliError(NO_WORDS, most=most, n=len(said))
    return said


def clean(text: str) -> str:
    """Line ends as one character, no other control characters, at most one empty line in a row."""
    plain = "".join(
        mark for mark in text.replace("\r\n", "\n").replace("\r", "\n") if mark == "\n" or mark.isprintable()
    )
    lines = [line.rstrip() for line in plain.strip().split("\n")]
    return "\n".join(line for n, line in enumerate(lines) if line or lines[n - 1])


def check_answers(kind: CaseType, given: Mapping[str, Any], *, is_asked: bool = True) -> dict[str, Any]:
    """Answers to the type's further questions; every fault is told, with the question it is about. Empty ones count as not given.

    ``is_asked`` False: nobody was shown the questions (a guess, a voice on the telephone), so that none is required.
    """
    if kind.form is None:
        return {}
    schema = _plain(kind.form) | ({} if is_asked else {"required": []})
    answers = {key: value for key, value in given.items() if key in schema["properties"] and value not in ("", None)}
    faults = []
    for error in Draft202012Validator(schema).iter_errors(answers):
        name = str(error.absolute_path[0]) if error.absolute_path else ""
        if error.validator == "required":
            missing = [key for key in schema["required"] if key not in answers]
            name = next(key for key in missing if f"'{key}'" in error.message)
        title = (
            Text.from_mapping(kind.form["properties"][name]["title"]) if name else Text("补充问题", "Further questions")
        )
        faults.append(Fault(_sentence(title, error), feature=name))
    if faults:
        raise InputError(faults)
    return answers


def _sentence(title: Text, error: Any) -> Text:
    if error.validator == "required":
        return Text(f"请回答：{title.zh}", f"Please answer: {title.en}")
    return Text(f"“{title.zh}”写得不对", f"{title.en}: not as it should be")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def check_move(flow: Flow, state: str, move_id: str, hats: frozenset[str]) -> Move:
    """The move, where it leads on from ``state`` and one of ``hats`` (handler, reporter …) may make it."""
    move = flow.moves.get(move_id)
    if move is None or state not in move.froms:
        possible = [one.title for one in flow.moves.values() if state in one.froms and "machine" not in one.who]
        told = Text("、".join(one.zh for one in possible) or "—", ", ".join(one.en for one in possible) or "—")
        raise LinliError(NOT_NOW, state=flow.states[state].title, moves=told)
    if not move.who & hats:
        raise LinliError(NOT_YOURS)
    return move


def moves_from(flow: Flow, state: str, hats: frozenset[str]) -> list[Move]:
    return [move for move in flow.moves.values() if state in move.froms and move.who & hats]


def check_reopening(kind: CaseType, number: str, closed_at: dt.datetime | None, now: dt.datetime) -> None:
    if closed_at is not None and now > closed_at + dt.timedelta(days=kind.reopen_days):
        raise LinliError(TOO_LATE, days=kind.reopen_days, number=number)


def check_extension(kind: CaseType, *, n_before: int, hours: int, due_at: dt.datetime, now: dt.datetime) -> None:
    if n_before >= kind.extensions_most:
        raise LinliError(EXTENDED_ENOUGH, most=kind.extensions_most)
    if not 1 <= hours <= kind.extension_most_hours:
        raise LinliError(TOO_LONG, most=kind.extension_most_hours, got=hours)
    if now >= due_at:
        raise LinliError(OVER_ALREADY)
