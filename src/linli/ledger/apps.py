"""The Django application of the ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "linli.ledger"
    label = "ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        from linli.kernel.text import Text
        from linli.platform.web.nav import Door, add_door
        from linli.platform.worker import worker_loop

        from .tasks import run_timeouts

        worker_loop("ledger", run_timeouts)
        add_door(
            Door(
                "console",
                "ledger:books",
                Text("积分与时间", "Points and hours"),
                "coin",
                Text("积分与时间", "Points and hours"),
                "ledger.read",
                500,
            )
        )
        add_door(Door("open", "ledger:open", Text("积分与时间", "Points and hours"), "coin", order=400))
