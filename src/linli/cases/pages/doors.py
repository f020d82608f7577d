"""The entries of cases in the menus."""

from __future__ import annotations

from linli.kernel.text import Text
from linli.platform.web.nav import Door, add_door
from linli.platform.web.request import Request

from .. import queries

ACT = Text("接诉即办", "Cases")


def open_doors() -> None:
    add_door(
        Door("console", "cases:queue", Text("我的待办", "My queue"), "inbox", ACT, queries.HANDLE, 30, count=_waiting)
    )
    add_door(Door("console", "cases:cases", Text("全部事项", "All cases"), "list", ACT, queries.HANDLE, 31))
    add_door(Door("console", "cases:codes", Text("贴墙二维码", "Codes for walls"), "qr", ACT, queries.DISPATCH, 32))
    add_door(
        Door("console", "cases:overview", Text("快不快、好不好", "How fast, how well"), "chart", ACT, queries.RATES, 35)
    )
    add_door(Door("console", "cases:hot", Text("热在哪儿", "What is hot"), "fire", ACT, queries.RATES, 36))
    add_door(
        Door("console", "cases:answers", Text("值得再读的回复", "Answers to reread"), "talk", ACT, queries.DISPATCH, 37)
    )
    add_door(
        Door("portal", "cases:matters", Text("我的事", "My matters"), "list", order=15, count=_asked, is_personal=True)
    )


def _waiting(request: Request) -> int:
    return queries.count_waiting(request.actor)


def _asked(request: Request) -> int:
    return queries.count_asked(request.actor)
