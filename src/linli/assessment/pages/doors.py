"""The entries of assessment in the menus."""

from __future__ import annotations

from linli.kernel.text import Text
from linli.platform.web.community import choices, current_community
from linli.platform.web.nav import Door, add_door
from linli.platform.web.request import Request

from .. import queries

ASSESS = Text("评估与优化", "Assess and improve")


def open_doors() -> None:
    add_door(Door("console", "assessment:home", Text("评估", "Assessment"), "scale", ASSESS, queries.READ, 300))
    add_door(Door("console", "assessment:warnings", Text("预警与整改", "Warnings and plans"), "warn", ASSESS, queries.READ, 310, count=n_red))  # fmt: skip
    add_door(Door("console", "assessment:compare", Text("对比", "Compare"), "chart", ASSESS, queries.READ, 320))
    add_door(Door("open", "assessment:open", Text("评估结果", "Assessment"), "scale", order=40))


def n_red(request: Request) -> int:
    """Red warnings that stand in the chosen community."""
    if not choices(request):
        return 0
    community_id = current_community(request)
    if community_id not in request.actor.communities_with(queries.READ):
        return 0
    return queries.list_warnings(request.actor, community_id, only_open=True).filter(colour="red").count()
