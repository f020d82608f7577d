"""The Django application of the counter."""

from django.apps import AppConfig


class CounterConfig(AppConfig):
    name = "linli.counter"
    label = "counter"
    verbose_name = "Counter"

    def ready(self) -> None:
        from linli.kernel.text import Text
        from linli.platform.web.nav import Door, add_door

        add_door(Door("console", "counter:today", Text("柜台代办", "Counter"), "talk", None, "counter.serve", 60))
