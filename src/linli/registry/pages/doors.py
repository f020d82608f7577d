"""The registry's entries in the console's menu."""

from __future__ import annotations

from linli.kernel.text import Text
from linli.platform.web.nav import Door, add_door

GROUP = Text("册子", "Register")
DOORS = (
    ("places", Text("房屋和地方", "Places"), "bld", "registry.place.read"),
    ("people", Text("居民", "Residents"), "users", "registry.person.read"),
    ("organisations", Text("单位和组织", "Organisations"), "flag", "registry.organisation.read"),
    ("facilities", Text("设施", "Facilities"), "pin", "registry.facility.read"),
    ("spaces", Text("闲置空间", "Vacant spaces"), "house", "registry.space.read"),
    ("devices", Text("设备", "Devices"), "device", "registry.device.read"),
)


def open_doors() -> None:
    for order, (name, text, icon, permission) in enumerate(DOORS, start=200):
        add_door(Door("console", f"registry:{name}", text, icon, GROUP, permission, order))
