"""What is hot, where, how fast: topics and words of which more came lately than chance allows, down to the cases they are made of."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render

from linli.kernel.clock import now
from linli.kernel.text import Text
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import hot, queries
from ..rules.types import cases_policy
from .overview import rows_of

MOST = 20


@page(permission=queries.RATES)
def heat(request: Request) -> HttpResponseBase:
    """``?topic=`` or ``?word=`` one of those named: its weeks and, for who may see cases, its cases. Words are shown to them alone."""
    actor, community_id, at = request.actor, current_community(request), now()
    actor.require(queries.RATES, community_id)
    may_see_rows = actor.may(queries.READ, community_id)
    topics = hot.find_topics(community_id, now=at)[:MOST]
    words = hot.find_words(actor, community_id, now=at)[:MOST] if may_see_rows else []
    topic = next((one for one in topics if one.key == request.GET.get("topic")), None)
    word = next((one for one in words if one.word == request.GET.get("word")), None)
    chosen = topic or word
    context = {
        "topics": topics,
        "bars": _bars(topics),
        "words": words,
        "topic": topic,
        "word": word,
        "weeks": _weeks(topic) if topic else [],
        "may_see_rows": may_see_rows,
        "rows": rows_of(chosen.case_ids, actor) if chosen and may_see_rows else None,
        "policy": cases_policy(),
        "reach": hot.reach_of(community_id, now=at),
        "as_of": at,
    }
    return render(request, "cases/heat.html", context)


def _bars(topics: list[hot.Topic]) -> list[dict[str, Any]]:
    """How fast: cases a day now, beside the usual."""
    most = max((one.hot.n / one.hot.window_days for one in topics), default=1.0)
    return [
        {
            "text": one.title,
            "url": f"?topic={one.key}#chosen",
            "share": one.hot.n / one.hot.window_days / most,
            "said": Text(
                f"{one.hot.window_days} 天 {one.hot.n} 件，平常 {one.hot.usual:.1f} 件",
                f"{one.hot.n} in {one.hot.window_days} days, usually {one.hot.usual:.1f}",
            ),
            "look": "short",
        }
        for one in topics
    ]


def _weeks(topic: hot.Topic) -> list[dict[str, Any]]:
    most = max(*topic.weeks, 1)
    last = len(topic.weeks) - 1
    return [
        {
            "text": Text("最近 7 天", "The last 7 days")
            if n == last
            else Text(f"{last - n} 周前", f"{last - n} weeks before"),
            "share": count / most,
            "said": Text(str(count), str(count)),
            "look": "short" if (last - n) * 7 < topic.hot.window_days else "v",
        }
        for n, count in enumerate(topic.weeks)
    ]
