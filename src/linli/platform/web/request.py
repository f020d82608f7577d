"""A request as views meet it: Django's, with who asks and in which language and look (set by the middleware)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

from linli.platform.actors import Actor

if TYPE_CHECKING:

    class Request(HttpRequest):
        """What views annotate."""

        actor: Actor
        theme: str
        lang: str

else:
    Request = HttpRequest

__all__ = ["Request"]
