"""The entries of announcements in the menus."""

from __future__ import annotations

from linli.kernel.text import Text
from linli.platform.web.nav import Door, add_door

TELL = Text("告知与服务", "Tell and serve")


def open_doors() -> None:
    add_door(Door("console", "notices:notices", Text("通知公告", "Announcements"), "bell", TELL, "notices.write", 200))
    add_door(Door("portal", "notices:mine", Text("通知", "Notices"), "bell", order=20, is_for_visitors=True))
