"""Whom somebody at a desk means, by name, sound, home or last digits. The words are posted: they stand in no address."""

from __future__ import annotations

from typing import Any

from linli.platform.search.kinds import found
from linli.platform.search.readings import ask
from linli.platform.web.community import current_community
from linli.platform.web.request import Request

FOUND = 12
MAX_CHARACTERS = 100


def find_whom(request: Request) -> tuple[str, list[dict[str, Any]]]:
    """What POST ``q`` says (``registry/_whom.html``), and the people of the present community it fits, each with ``person_id``."""
    text = " ".join(request.POST.get("q", "").split())[:MAX_CHARACTERS]
    groups = found(request.actor, ask(text), current_community(request), key="people", n_shown=FOUND) if text else []
    hits = [hit for group in groups for hit in group.marked()]
    return text, [{**hit, "person_id": hit["url"].rstrip("/").rsplit("/", 1)[-1]} for hit in hits]
