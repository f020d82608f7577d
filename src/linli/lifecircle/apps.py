"""The Django application of the life circle."""

from django.apps import AppConfig


class LifecircleConfig(AppConfig):
    name = "linli.lifecircle"
    label = "lifecircle"
    verbose_name = "Life circle"

    def ready(self) -> None:
        from linli.platform.ports import ports

        from . import tasks  # noqa: F401  # declares its kind of long work, for the web and for the worker
        from .pages.doors import open_doors
        from .pages.ground import Ground

        open_doors()
        ports.fill(ground=Ground())
