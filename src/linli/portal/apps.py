"""The Django application of the residents' face, and its doors."""

from django.apps import AppConfig

from linli.kernel.text import Text


class PortalConfig(AppConfig):
    name = "linli.portal"
    label = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        from linli.platform.web.nav import Door, add_door

        add_door(Door("portal", "portal:home", Text("首页", "Home"), "home", order=10))
        add_door(Door("portal", "portal:me", Text("我", "Me"), "user", order=90))
