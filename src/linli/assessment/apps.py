"""The Django application of assessment."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "linli.assessment"
    label = "assessment"
    verbose_name = "Assessment"

    def ready(self) -> None:
        from linli.platform.worker import worker_loop

        from . import inbox, measures, subscribers  # noqa: F401  # the live numbers of the rooms below; what it hears of them
        from .pages.doors import open_doors
        from .watching import run_watch

        inbox.declare()
        worker_loop("assessment", run_watch)
        open_doors()
