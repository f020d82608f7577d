"""The journal as a Django application: fills platform's ``audit`` port and learns which events the installed rooms know."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "linli.journal"
    label = "journal"
    verbose_name = "Journal"

    def ready(self) -> None:
        from linli.platform.ports import ports

        from . import appending, catalogue

        catalogue.discover()
        ports.fill(audit=appending)
