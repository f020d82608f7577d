"""Which account an outside identity opens. Never made by itself: an administrator ties it, by a code its owner shows them."""

from __future__ import annotations

import datetime as dt
import secrets
from uuid import UUID

from linli.kernel.errors import LinliError, define
from linli.platform.actors import Actor
from linli.platform.ports import ports

from .events import IdentityTied, IdentityUntied
from .limits import tie_code_life
from .oidc import configured
from .tables import CODE_LENGTH, ExternalIdentity

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that is misread on paper
NO_SUCH_CODE = define(
    "platform.identity_code",
    zh="没有这个代码，或者已经过期。请本人再用统一身份登录一次，页面上有新的代码",
    en="There is no such code, or it has run out. Have its owner sign in once more with their outside identity; the page shows a new one",
    status=422,
)


def account_id_of(issuer: str, subject: str) -> UUID | None:
    """The account the identity is tied to; None while it is not."""
    row = ExternalIdentity.objects.filter(issuer=issuer, subject=subject).first()
    return row.account_id if row else None


def code_for(issuer: str, subject: str, *, now: dt.datetime) -> str:
    """A fresh code under which an administrator ties the identity."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    ExternalIdentity.objects.update_or_create(
        issuer=issuer, subject=subject, defaults={"code": code, "code_made_at": now}
    )
    return code


def tie(code: str, account_id: UUID, *, actor: Actor, now: dt.datetime) -> ExternalIdentity:
    """Tie the identity waiting under ``code``. The caller answers for the actor's right to the account."""
    row = (
        ExternalIdentity.objects.select_for_update()
        .filter(code=code.strip().upper().replace(" ", ""), account=None, code_made_at__gt=now - tie_code_life())
        .exclude(code="")
        .first()
    )
    if row is None:
        raise LinliError(NO_SUCH_CODE)
    row.account_id, row.code, row.tied_at, row.tied_by = account_id, "", now, actor.code
    row.save()
    ports.audit.append(IdentityTied(community_id=None, subject_id=account_id, identity_id=row.id), actor=actor)
    return row


def untie(account_id: UUID, *, actor: Actor) -> int:
    """No outside identity opens the account any more; how many did."""
    rows = list(ExternalIdentity.objects.select_for_update().filter(account_id=account_id))
    for row in rows:
        row.delete()
        ports.audit.append(IdentityUntied(community_id=None, subject_id=account_id, identity_id=row.id), actor=actor)
    return len(rows)


def count_identities(account_id: UUID) -> int:
    return ExternalIdentity.objects.filter(account_id=account_id).count()


def has_outside() -> bool:
    """True where the installation names a provider."""
    return configured() is not None
