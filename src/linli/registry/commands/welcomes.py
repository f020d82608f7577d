"""Ticking off the welcome: each item by oneself, or the whole put away."""

from __future__ import annotations

import datetime as dt

from linli.kernel.errors import LinliError, NotFoundError, define
from linli.platform.actors import Actor

from ..models import WelcomeStep
from ..models.welcomes import PUT_AWAY
from ..queries.welcomes import welcome_items

NO_SUCH_ITEM = define("registry.welcome_item", zh="见面礼里没有这一项", en="The welcome has no such item", status=422)


def tick_off(item: str, *, actor: Actor, now: dt.datetime) -> None:
    """Once or more often is the same."""
    if actor.account_id is None:
        raise NotFoundError
    if item != PUT_AWAY and item not in {one.id for one in welcome_items()}:
        raise LinliError(NO_SUCH_ITEM)
    WelcomeStep.objects.get_or_create(account_id=actor.account_id, item=item, defaults={"at": now})


def forget_welcome(actor: Actor) -> None:
    """From the beginning again."""
    if actor.account_id is not None:
        WelcomeStep.objects.filter(account_id=actor.account_id).delete()
