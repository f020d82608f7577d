"""The journal as a Django application: fills platform's ``audit`` port, learns the installed rooms' events, gives the worker its
two loops."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "linli.journal"
    label = "journal"
    verbose_name = "Journal"

    def ready(self) -> None:
        from linli.platform.ports import ports
        from linli.platform.worker import worker_loop

        from . import appending, catalogue
        from .runner import run_subscribers
        from .sealer import run_sealer

        catalogue.discover()
        ports.fill(audit=appending)
        worker_loop("sealer", run_sealer)
        worker_loop("subscribers", run_subscribers)
