"""The journal as a Django application: fills platform's ``audit`` port, learns the installed rooms' events, gives the worker its
two loops."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "linli.journal"
    label = "journal"
    verbose_name = "Journal"

    def ready(self) -> None:
        from linli.kernel.text import Text
        from linli.platform.ports import ports
        from linli.platform.web.nav import Door, add_door
        from linli.platform.worker import worker_loop

        from . import appending, catalogue, queries, tasks  # noqa: F401  # tasks declare themselves
        from .runner import run_subscribers
        from .sealer import run_sealer

        catalogue.discover()
        ports.fill(audit=appending)
        worker_loop("sealer", run_sealer)
        worker_loop("subscribers", run_subscribers)
        rules = Text("规则与记录", "Rules and records")
        journal, stuck = Text("日志", "Journal"), Text("搁置的记录", "Parked facts")
        add_door(Door("console", "journal:facts", journal, "journal", rules, queries.READ, 910))
        add_door(Door("console", "journal:parked", stuck, "pause", rules, queries.RETRY, 920))
        add_door(Door("open", "journal:open", journal, "journal", order=900))
