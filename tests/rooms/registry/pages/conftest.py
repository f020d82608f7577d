"""Browsers signed in as somebody of the town, and how a form is filled in as a person would: open the page, change fields, send."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

if TYPE_CHECKING:
    from ..town import Town


class _Fields(HTMLParser):
    """The fields of a page's first form that is posted, as a browser would send them untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self._select = ""
        self._form = "before"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and given.get("method") == "post" and self._form == "before":
            self._form = "inside"
        if self._form != "inside":
            return
        name, kind = given.get("name") or "", given.get("type", "text")
        if tag == "input" and name and (kind not in ("radio", "checkbox") or "checked" in given) and kind != "file":
            self.values[name] = given.get("value") or ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.values):
            self.values[self._select] = given.get("value") or ""
        elif tag == "textarea":
            self.values[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form == "inside":
            self._form = "after"
        if tag == "select":
            self._select = ""


@dataclass
class Browser:
    """A signed-in browser without scripts."""

    client: Any

    def get(self, url: str) -> str:
        answer = self.client.get(url)
        assert answer.status_code == 200, f"{url} answered {answer.status_code}: {answer.content.decode()[:2000]}"
        return answer.content.decode()

    def status(self, url: str) -> int:
        return self.client.get(url).status_code

    def form(self, url: str) -> dict[str, Any]:
        main = self.get(url).split('<main id="main"')[1]
        found = _Fields()
        found.feed(main)
        return found.values

    def send(self, url: str, **changed: Any) -> Any:
        """Open the page, change fields, send the form once."""
        return self.client.post(url, self.form(url) | changed)

    def done(self, url: str, **changed: Any) -> str:
        """The same, and on to the page it leads to."""
        answer = self.send(url, **changed)
        assert answer.status_code == 302, f"refused: {summary(answer.content.decode())}"
        return answer.headers["Location"]


def summary(page: str) -> str:
    found = re.search(r'id="error-summary".*?</div>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", found[0]) if found else page[-3000:]


Enter = Callable[..., Browser]


@pytest.fixture
def enter(town: Town) -> Enter:
    """``enter("community_staff", town.community)``: an account holding the role there, signed in."""
    from django.test import Client

    from linli.kernel.clock import now
    from linli.platform.db import acting
    from linli.platform.models import Account
    from linli.registry.models import Place, RoleGrant

    from ..town import LAYER

    def browser(role: str, place_id: UUID, *, name: str = "", person: UUID | None = None) -> Browser:
        seat = person or place_id
        account = Account(username=name or f"{role}-{seat.hex[-6:]}", shown_name=name or role, person_id=person)
        account.set_unusable_password()
        account.save()
        with acting(LAYER):
            place = Place.objects.get(pk=place_id)
            RoleGrant.objects.create(
                community_id=place.community_id, role=role, account=account, place=place, valid_from=now(),
                granted_by="system:tests", reason="tests",
            )  # fmt: skip
        client = Client()
        client.force_login(account)
        return Browser(client)

    return browser
