"""The Django application of assessment."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "linli.assessment"
    label = "assessment"
    verbose_name = "Assessment"

    def ready(self) -> None:
        from . import measures  # noqa: F401  # registers the live numbers of the rooms below
        from .pages.doors import open_doors

        open_doors()
