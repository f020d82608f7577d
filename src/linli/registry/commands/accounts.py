"""Accounts: ways in, opened and ended at the counter by those who run a place. What an account may do is given by grants, not here.

An account belongs to no place. Whoever holds ``account.change`` may end it, or set its password anew, if every place it is seated
at lies within those they run: an administrator of one community does not lock out another's.
"""

from __future__ import annotations

import re
import secrets
from uuid import UUID

from django.db import IntegrityError, transaction

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, define
from linli.platform.actors import Actor
from linli.platform.db import acting
from linli.platform.models import Account
from linli.platform.ports import ports
from linli.platform.signin import events, factor, identities
from linli.platform.signin.sessions import end_sessions

from ..queries.accounts import EVERYWHERE, find_account, places_run, seats_of

CHANGE = "account.change"
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}")
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread on paper
GROUPS, GROUP_CHARACTERS = 4, 4  # 31¹⁶, about 79 bits: more than the throttled door can ever be tried for

BAD_USERNAME = define(
    "registry.bad_username",
    zh="用户名要 3 到 64 个字符：小写字母、数字、点、横线，以字母或数字开头；收到“{got}”",
    en="A username has 3 to 64 characters: small letters, digits, dot, dash, beginning with a letter or digit; got {got!r}",
    status=422,
)
USERNAME_TAKEN = define(
    "registry.username_taken", zh="用户名“{got}”已经有人用了", en="The username {got!r} is taken", status=409
)
NO_SHOWN_NAME = define(
    "registry.account_shown_name",
    zh="显示的名字要 1 到 64 个字",
    en="The name shown needs 1 to 64 characters",
    status=422,
)
NOT_YOUR_OWN = define(
    "registry.account_own",
    zh="自己的账号不能由自己停用或重设，请另一位管理员办",
    en="You cannot end or reset your own account; another administrator does",
    status=403,
)
ENDED_ALREADY = define("registry.account_ended", zh="这个账号已经停用", en="This account has ended already", status=409)
BEYOND_REACH = define(
    "registry.account_beyond_reach",
    zh="这个账号在您管的地方以外还有角色，由那里的管理员办",
    en="This account holds roles beyond the places you run; an administrator there sees to it",
    status=403,
)


def open_account(username: str, shown_name: str, *, actor: Actor) -> tuple[Account, str]:
    """A new account and its first password, which is told once and kept only as a hash. It may do nothing before a role is granted."""
    actor.require(CHANGE)
    name, shown = username.strip().lower(), " ".join(shown_name.split())
    if not USERNAME.fullmatch(name):
        raise LinliError(BAD_USERNAME, got=username[:70])
    if not 1 <= len(shown) <= 64:
        raise LinliError(NO_SHOWN_NAME)
    account, password = Account(username=name, shown_name=shown), first_password()
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:
        raise LinliError(USERNAME_TAKEN, got=name) from None
    _tell(events.AccountOpened(None, account.id), actor)
    return account, password


def end_account(account_id: UUID, *, actor: Actor) -> Account:
    """The account opens nothing any more; wherever it is signed in, its next request is nobody's."""
    account = _reached(account_id, actor)
    if account.id == actor.account_id:
        raise LinliError(NOT_YOUR_OWN)
    account.ended_at, account.is_active = now(), False
    account.set_unusable_password()
    account.save(update_fields=["ended_at", "is_active", "password"])
    end_sessions(account.id, because="account_ended")
    _tell(events.AccountEnded(None, account.id), actor)
    return account


def renew_password(account_id: UUID, *, actor: Actor) -> tuple[Account, str]:
    """A new password for somebody who forgot theirs; sessions under the old one end at their next request."""
    account = _reached(account_id, actor)
    if account.id == actor.account_id:
        raise LinliError(NOT_YOUR_OWN)
    password = first_password()
    account.set_password(password)
    account.save(update_fields=["password"])
    end_sessions(account.id, because="password_renewed")
    _tell(events.PasswordRenewed(None, account.id), actor)
    return account, password


def tie_identity(account_id: UUID, code: str, *, actor: Actor) -> None:
    """The outside identity that waits under ``code`` opens this account from now on. Never one's own: a second pair of eyes."""
    account = _reached(account_id, actor)
    if account.id == actor.account_id:
        raise LinliError(NOT_YOUR_OWN)
    identities.tie(code, account.pk, actor=actor, now=now())


def untie_identities(account_id: UUID, *, actor: Actor) -> None:
    """No outside identity opens the account any more, and whoever is signed in to it is out."""
    account = _reached(account_id, actor)
    identities.untie(account.pk, actor=actor)
    end_sessions(account.id, because="identity_untied")


def reset_second_factor(account_id: UUID, because: str, *, actor: Actor) -> Account:
    """For somebody who lost phone and paper: the factor ends, and so does every session. Their role asks for a new one at once."""
    account = _reached(account_id, actor)
    if account.id == actor.account_id:
        raise LinliError(NOT_YOUR_OWN)
    factor.reset(account.id, because=because, actor=actor, now=now())
    end_sessions(account.id, because="factor_reset")
    return account


def first_password() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_CHARACTERS)) for _ in range(GROUPS))


def _reached(account_id: UUID, actor: Actor) -> Account:
    """The account, locked, if the actor runs every place it is seated at."""
    actor.require(CHANGE)
    find_account(actor, account_id)
    account = Account.objects.select_for_update().get(pk=account_id)
    places = set(places_run(actor, CHANGE))
    if not actor.everywhere and not all(places & set(path) for path in seats_of(account)):
        raise LinliError(BEYOND_REACH)
    if account.ended_at is not None:
        raise LinliError(ENDED_ALREADY)
    return account


def _tell(event: object, actor: Actor) -> None:
    with acting(EVERYWHERE):
        ports.audit.append(event, actor=actor)
