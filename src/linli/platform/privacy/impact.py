"""Impact assessments (个人信息保护法 55, 56): what is processed for a purpose, as the grading says it; what people judge of it; who signed, when.

The facts come from the policies and are pinned with the signature. When the grading says otherwise, or the term has passed, it is to be made again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from linli.kernel.errors import LinliError, NotFoundError, define
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.ports import ports
from linli.platform.retention.rules import terms

from .events import ImpactAssessed
from .models import Assessment
from .rotation import sealed_columns

READ, CHANGE = "privacy.impact.read", "privacy.impact.change"
MOST_CHARACTERS = 2000
MONTH = dt.timedelta(days=30)
UNANSWERED = define(
    "privacy.impact_unanswered",
    zh="每一问都要写（最多 {most} 个字）：{which}",
    en="Every question needs its answer, of at most {most} characters: {which}",
    status=422,
)
SIGNED_MEANWHILE = define(
    "privacy.impact_signed_meanwhile",
    zh="刚刚有人签了这一份，请先看看再签",
    en="Somebody signed this one just now; look at it before you sign",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Purpose:
    """What is processed for one purpose. ``facts`` are plain JSON, as they are pinned; ``triggers`` why it must be assessed."""

    id: str
    title: Text
    why: Text
    triggers: list[Text]
    facts: list[dict[str, Any]]
    sha256: bytes
    grading_version: int

    @property
    def must(self) -> bool:
        return bool(self.triggers)


def policy() -> Any:
    return find_policy("impact_assessment", "default")


def list_purposes() -> list[Purpose]:
    """In the policy's order; every graded table stands in one."""
    body, grading = policy().body, find_policy("personal_data", "default")
    days = {term.rule.id: term.keep_days for term in terms()}
    sealed = {(one.table, one.column) for one in sealed_columns()}
    placed: dict[str, list[dict[str, Any]]] = {one["id"]: [] for one in body["purposes"]}
    for table in grading.body["tables"]:
        placed[_purpose_of(table["id"], body)].append(_facts(dict(table), days, sealed))
    names = {one["id"]: Text.from_mapping(one["title"]) for one in body["triggers"]}
    return [_purpose(one, placed[one["id"]], names, grading.version) for one in body["purposes"]]


def _purpose_of(table: str, body: Any) -> str:
    """The one that names it, by the longest name; the last one where none does."""
    fits = [
        (len(name), one["id"])
        for one in body["purposes"]
        for name in one["tables"]
        if table == name or table.startswith(f"{name}_")
    ]
    return str(max(fits)[1] if fits else body["purposes"][-1]["id"])


def _facts(table: dict[str, Any], days: dict[str, int], sealed: set[tuple[str, str]]) -> dict[str, Any]:
    columns = [
        {
            "id": one["id"], "grade": one["grade"], "sensitive": one["sensitive"], "erased": one["erased"],
            "sealed": (table["id"], one["id"]) in sealed,
        }
        for one in table["columns"]
    ]  # fmt: skip
    words: dict[str, Any] = {
        name: dict(table[name]) for name in ("about", "purpose", "keep", "untold", "unerased") if name in table
    }
    return {
        "id": table["id"], "basis": table["basis"], "seen_by": list(table["seen_by"]), "columns": columns,
        "keep_days": days.get(table.get("term", "")), **words,
    }  # fmt: skip


def _purpose(one: Any, facts: list[dict[str, Any]], names: dict[str, Text], grading_version: int) -> Purpose:
    given = set(one["triggers"])
    if any(column["sensitive"] for table in facts for column in table["columns"]):
        given.add("sensitive")
    digest = hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).digest()
    title, why = Text.from_mapping(one["title"]), Text.from_mapping(one["why"])
    return Purpose(
        one["id"], title, why, [text for code, text in names.items() if code in given], facts, digest, grading_version
    )


def find_purpose(purpose: str) -> Purpose:
    found = next((one for one in list_purposes() if one.id == purpose), None)
    if found is None:
        raise NotFoundError
    return found


def list_assessments(actor: Actor, *, community_id: UUID, purpose: str | None = None) -> list[Assessment]:
    """Newest first of each purpose."""
    actor.require(READ, community_id)
    rows = Assessment.objects.filter(community_id=community_id)
    return list((rows.filter(purpose=purpose) if purpose else rows).order_by("purpose", "-number"))


def why_again(purpose: Purpose, newest: Assessment | None, *, now: dt.datetime) -> str:
    """``never``, ``changed`` (the grading says otherwise now), ``old`` (its term has passed), "" where it stands."""
    if newest is None:
        return "never"
    if bytes(newest.grading_sha256) != purpose.sha256:
        return "changed"
    return "old" if now - newest.signed_at > policy().body["again_after_months"] * MONTH else ""


def sign(
    purpose: str,
    *,
    answers: dict[str, str],
    risk: str,
    decision: str,
    after_number: int,
    community_id: UUID,
    actor: Actor,
    now: dt.datetime,
) -> Assessment:
    """Sign the next assessment of a purpose, on the facts as they stand. ``after_number``: of the one the signer saw, 0 for none."""
    actor.require(CHANGE, community_id)
    found, body = find_purpose(purpose), policy().body
    said = {one["id"]: " ".join(answers.get(one["id"], "").split("\x00")).strip() for one in body["questions"]}
    empty = [one["id"] for one in body["questions"] if not 0 < len(said[one["id"]]) <= MOST_CHARACTERS]
    if empty or risk not in {one["id"] for one in body["risks"]} or decision not in Assessment.Decision.values:
        raise LinliError(UNANSWERED, most=MOST_CHARACTERS, which=", ".join(empty) or "risk, decision")
    assert actor.account_id is not None, "a person signs"
    try:
        with transaction.atomic():
            row = Assessment.objects.create(
                community_id=community_id, purpose=purpose, number=after_number + 1, policy_version=policy().version,
                grading_version=found.grading_version, grading_sha256=found.sha256, facts=found.facts, answers=said, risk=risk,
                decision=decision, signed_by=actor.account_id, signed_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise LinliError(SIGNED_MEANWHILE) from None
    ports.audit.append(ImpactAssessed(community_id, row.pk, purpose, row.number, risk, decision), actor=actor)
    return row
