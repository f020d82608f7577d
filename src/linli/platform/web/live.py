"""Live pages: one event stream per browser, one LISTEN per process.

The journal's sealer sends one NOTIFY per batch of sealed facts; this process hears it once and tells every open stream the names of
what happened in communities its reader may see. Streams carry no content: pages fetch again what they show, through their own rules.
Who reads is found anew every few seconds: a session that ended closes its stream, a right that ended is heard no more.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import psycopg
from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from linli.platform.actors import Actor
from linli.platform.web.request import Request

from .page import Rule

CHANNEL = "linli_sealed"
STREAM_S = 600.0
BEAT_S = 20.0
AGAIN_S = 15.0
MAX_STREAMS = 2000
log = logging.getLogger("linli.live")


class Hub:
    """The open streams of this process and the one connection that listens for them."""

    def __init__(self) -> None:
        self._queues: dict[asyncio.Queue[str], Actor] = {}
        self._listener: asyncio.Task[None] | None = None

    def is_full(self) -> bool:
        return len(self._queues) >= MAX_STREAMS

    async def stream(self, actor: Actor, again: Callable[[], Actor]) -> AsyncIterator[str]:
        """``again`` finds the actor anew, every ``AGAIN_S``: rights that ended are heard no more, a session that ended ends the stream."""
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=100)
        self._queues[queue] = actor
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())
        clock = asyncio.get_running_loop().time
        ends_at, looked_at = clock() + STREAM_S, clock()
        try:
            yield "retry: 3000\n\n"
            while (left_s := ends_at - clock()) > 0:
                try:
                    heard = await asyncio.wait_for(queue.get(), timeout=min(BEAT_S, left_s))
                except TimeoutError:
                    heard = ": beat\n\n"
                if clock() - looked_at >= AGAIN_S:
                    looked_at = clock()
                    self._queues[queue] = actor = await sync_to_async(again)()
                    if actor.kind == "anonymous":
                        return
                yield heard
        finally:
            self._queues.pop(queue, None)

    async def _listen(self) -> None:
        while self._queues:
            try:
                await self._listen_once()
            except (psycopg.Error, OSError) as error:
                log.warning("live: listening again after %s", type(error).__name__)
                await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        settings = connections["default"].get_connection_params()
        arguments = {key: settings[key] for key in ("dbname", "user", "password", "host", "port") if settings.get(key)}
        async with await psycopg.AsyncConnection.connect(**arguments, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            while self._queues:
                async for notice in connection.notifies(timeout=BEAT_S):
                    self._tell(notice.payload)

    def _tell(self, payload: str) -> None:
        batch = json.loads(payload)
        for queue, actor in self._queues.items():
            seen = [entry for entry in batch.get("facts", []) if _may_hear(actor, entry.get("community"))]
            if seen:
                with contextlib.suppress(asyncio.QueueFull):  # a slow reader misses hints, never data
                    queue.put_nowait(f"event: facts\ndata: {json.dumps(seen)}\n\n")


def _may_hear(actor: Actor, community: str | None) -> bool:
    if community is None:
        return actor.kind == "person"
    return UUID(community) in actor.scope


hub = Hub()


async def live(request: Request) -> HttpResponseBase:
    """GET: ``text/event-stream`` of ``facts`` events: a JSON list of ``{"name", "community", "position"}``."""
    from .middleware import actor_of

    actor: Any = await sync_to_async(lambda: (request.actor.kind, request.actor)[1])()
    if actor.kind == "anonymous" or hub.is_full():
        return HttpResponse(status=204)  # tells EventSource not to come back
    response = StreamingHttpResponse(
        hub.stream(actor, lambda: actor_of(request)), content_type="text/event-stream; charset=utf-8"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


live.linli_rule = Rule("public", None, ("GET", "HEAD"))  # type: ignore[attr-defined]  # an async stream cannot hold a transaction
