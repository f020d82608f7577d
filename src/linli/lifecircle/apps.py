"""The Django application of the life circle."""

from django.apps import AppConfig


class LifecircleConfig(AppConfig):
    name = "linli.lifecircle"
    label = "lifecircle"
    verbose_name = "Life circle"

    def ready(self) -> None:
        from . import tasks  # noqa: F401  # declares its kind of long work, for the web and for the worker
        from .pages.doors import open_doors

        open_doors()
