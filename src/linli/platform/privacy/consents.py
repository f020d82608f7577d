"""Separate consents: given, withdrawn, asked for by whoever wants to use the data. The newest decision counts, from its instant on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from linli.kernel.clock import local_day, now
from linli.kernel.errors import LinliError, define
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.ports import ports

from .events import ConsentDecided
from .models import Consent

GUARDIAN_BELOW_YEARS = 14
"""个人信息保护法 31: of somebody younger, the parents or another guardian decide."""
UNKNOWN = define(
    "privacy.no_such_consent",
    zh="没有名为“{kind}”的同意事项；现有：{known}",
    en="There is no kind of consent {kind!r}; there are: {known}",
    status=422,
)
GUARDIAN_DECIDES = define(
    "privacy.guardian_decides",
    zh="未满 14 岁由监护人决定",
    en="Under 14, a guardian decides",
    status=403,
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of use in the words shown, with the version and digest that pin them."""

    kind: str
    article: str
    title: Text
    why: Text
    what: Text
    who: Text
    until: Text
    policy_version: int
    text_sha256: bytes


def notices() -> list[Notice]:
    """Every kind of use that needs a separate consent, by today's policy."""
    policy = find_policy("consent", "default")
    return [notice_of(dict(entry), policy.version) for entry in policy.body["kinds"]]


def notice(kind: str) -> Notice:
    found = {one.kind: one for one in notices()}
    if kind not in found:
        raise LinliError(UNKNOWN, kind=kind, known=", ".join(found))
    return found[kind]


def notice_of(entry: dict[str, Any], version: int) -> Notice:
    """A kind of the policy as it is shown, pinned by version and digest."""
    plain = {name: dict(value) if hasattr(value, "items") else value for name, value in entry.items()}
    digest = hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).digest()
    words = {name: Text.from_mapping(entry[name]) for name in ("title", "why", "what", "who", "until")}
    return Notice(kind=entry["id"], article=entry["article"], policy_version=version, text_sha256=digest, **words)


def has_consent(person_id: UUID, kind: str) -> bool:
    """Whether data of this person may be used for ``kind`` now. Asked at every use: a withdrawal holds from its instant.

    Consent to other words than today's counts until the person is asked again; a withdrawal never lapses.
    """
    notice(kind)
    newest = Consent.objects.filter(person_id=person_id, kind=kind).order_by("-at", "-id").first()
    return newest is not None and newest.is_given


def consents_of(person_id: UUID) -> dict[str, Consent]:
    """The newest decision about each kind."""
    found: dict[str, Consent] = {}
    for row in Consent.objects.filter(person_id=person_id).order_by("at", "id"):
        found[row.kind] = row
    return found


def decide_consent(
    person_id: UUID, kind: str, *, is_given: bool, how: str, community_id: UUID, actor: Actor
) -> Consent | None:
    """Write down a decision; None where it says what already holds. The caller knows that ``actor`` may decide for this person:
    themselves (``self``), a guardian of a child (``guardian``), a worker who has it in writing (``counter``).
    """
    shown = notice(kind)
    newest = consents_of(person_id).get(kind)
    if newest is not None and newest.is_given == is_given and bytes(newest.text_sha256) == shown.text_sha256:
        return None
    row = Consent.objects.create(
        community_id=community_id, person_id=person_id, kind=kind, policy_version=shown.policy_version,
        text_sha256=shown.text_sha256, is_given=is_given, how=how, by_account_id=actor.account_id, at=now(),
    )  # fmt: skip
    ports.audit.append(ConsentDecided(community_id, person_id, kind, is_given, how, shown.policy_version), actor=actor)
    return row


def needs_guardian(born_on: Any) -> bool:
    """Whether somebody born on that day is under 14 today."""
    if born_on is None:
        return False
    today = local_day(now())
    age = today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
    return bool(age < GUARDIAN_BELOW_YEARS)
