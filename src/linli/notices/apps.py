"""The Django application of announcements."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "linli.notices"
    label = "notices"
    verbose_name = "Announcements"

    def ready(self) -> None:
        from . import subscribers  # noqa: F401  # hears who moves in and out
        from .pages.doors import open_doors

        open_doors()
