"""The life circle's entries in the menus."""

from __future__ import annotations

from linli.kernel.text import Text
from linli.platform.web.nav import Door, add_door

FIND = Text("发现", "Find")


def open_doors() -> None:
    add_door(Door("console", "lifecircle:map", Text("生活圈", "Life circle"), "walk", FIND, "lifecircle.read", 100))
    add_door(
        Door("console", "lifecircle:scenarios", Text("补短板方案", "Scenarios"), "plan", FIND, "lifecircle.read", 101)
    )
    add_door(Door("portal", "lifecircle:around", Text("身边", "Around"), "walk", order=30, is_for_visitors=True))
    add_door(Door("open", "lifecircle:open", Text("生活圈", "Life circle"), "walk", order=30))
