"""Files and edits become the same immutable row; a version once adopted does not change."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from linli.kernel.errors import LinliError, define
from linli.kernel.policyfile import Policy, known_policies, parse_policy
from linli.platform.actors import Actor
from linli.platform.models import PolicyVersion
from linli.platform.ports import ports

from .events import PolicyAdopted

CHANGED_IN_PLACE = define(
    "platform.policy_changed_in_place",
    zh="{kind}/{id} 第 {version} 版已经生效，内容不能改；请把 version 加一",
    en="{kind}/{id} version {version} is already adopted with other content; raise its version instead of changing it",
    status=409,
)
NONE_IN_FORCE = define(
    "platform.policy_none_in_force",
    zh="{day} 没有生效的 {kind}/{id}",
    en="No version of {kind}/{id} is in force on {day}",
    status=404,
)


ADOPTION_LOCK = 0x4C494E4C4950  # "LINLIP"


def adopt(policy: Policy, *, origin: str, actor: Actor, text: str = "") -> PolicyVersion:
    """The row of ``policy``, made if new. The same version with other content is refused."""
    row = PolicyVersion.objects.filter(kind=policy.kind, policy_id=policy.id, version=policy.version).first()
    if row is not None:
        if bytes(row.sha256).hex() != policy.sha256:
            raise LinliError(CHANGED_IN_PLACE, kind=policy.kind, id=policy.id, version=policy.version)
        return row
    row = PolicyVersion.objects.create(
        kind=policy.kind,
        policy_id=policy.id,
        version=policy.version,
        sha256=bytes.fromhex(policy.sha256),
        title_zh=policy.title.zh,
        title_en=policy.title.en,
        document=_plain(policy.document),
        text=text or policy.canonical().decode(),
        origin=origin,
        effective_from=policy.effective_from,
        effective_to=policy.effective_to,
        adopted_by=actor.code,
    )
    event = PolicyAdopted(
        community_id=None, subject_id=row.pk_id, kind=policy.kind, policy_id=policy.id, policy_version=policy.version,
        sha256=policy.sha256,
    )  # fmt: skip
    ports.audit.append(event, actor=actor)
    return row


def adopt_known(*, actor: Actor) -> int:
    """Adopt every policy of the package and of this home that has no row yet; how many. Two starts at once take turns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADOPTION_LOCK])
    rows = {
        (row.kind, row.policy_id, row.version): bytes(row.sha256).hex()
        for row in PolicyVersion.objects.only("kind", "policy_id", "version", "sha256")
    }
    n_new = 0
    for policy in known_policies():
        if rows.get((policy.kind, policy.id, policy.version)) == policy.sha256:
            continue
        adopt(policy, origin="file", actor=actor)
        n_new += 1
    return n_new


def in_force(kind: str, policy_id: str, *, on: dt.date) -> PolicyVersion:
    """The highest version of a policy in force on the day ``on``."""
    rows = PolicyVersion.objects.filter(kind=kind, policy_id=policy_id, effective_from__lte=on).order_by("-version")
    for row in rows:
        if row.effective_to is None or on < row.effective_to:
            return row
    raise LinliError(NONE_IN_FORCE, kind=kind, id=policy_id, day=on.isoformat())


def as_policy(row: PolicyVersion) -> Policy:
    """The adopted row as the policy it was read from."""
    return parse_policy(row.text.encode(), f"{row.kind}/{row.policy_id} v{row.version}")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
