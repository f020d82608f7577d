"""The registry's entries in the console's menu."""

from __future__ import annotations

from linli.kernel.text import Text
from linli.platform.web.nav import Door, add_door, set_search

from ..queries.bindings import INVITE, count_waiting

GROUP = Text("册子", "Register")
DOORS = (
    ("places", Text("房屋和地方", "Places"), "bld", "registry.place.read"),
    ("people", Text("居民", "Residents"), "users", "registry.person.read"),
    ("organisations", Text("单位和组织", "Organisations"), "flag", "registry.organisation.read"),
    ("facilities", Text("设施", "Facilities"), "pin", "registry.facility.read"),
    ("spaces", Text("闲置空间", "Vacant spaces"), "house", "registry.space.read"),
    ("devices", Text("设备", "Devices"), "device", "registry.device.read"),
)


KEEPING = Text("规则与记录", "Rules and records")
KEPT = (
    ("import-map", Text("导入地图", "Import a map"), "ul", "registry.import.run", GROUP, 290),
    ("import-people", Text("导入名单", "Import residents"), "ul", "registry.person.import", GROUP, 291),
    ("import-facilities", Text("导入设施", "Import facilities"), "ul", "registry.facility.import", GROUP, 292),
    (
        "import-organisations",
        Text("导入单位", "Import organisations"),
        "ul",
        "registry.organisation.import",
        GROUP,
        293,
    ),
    ("grants", Text("角色授权", "Role grants"), "key", "registry.grant.read", KEEPING, 910),
    ("accounts", Text("账号", "Accounts"), "user", "account.read", KEEPING, 915),
)


def open_doors() -> None:
    for order, (name, text, icon, permission) in enumerate(DOORS, start=200):
        add_door(Door("console", f"registry:{name}", text, icon, GROUP, permission, order))
    for name, text, icon, permission, group, order in KEPT:
        add_door(Door("console", f"registry:{name}", text, icon, group, permission, order))
    add_door(Door(
        "console", "registry:bind-queue", Text("申请绑定", "Requests to be bound"), "person", GROUP, INVITE, 206,
        count=lambda request: count_waiting(request.actor),
    ))  # fmt: skip
    set_search("search:find", "search:suggest", "console.use")
