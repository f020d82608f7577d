"""The Django application of announcements."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "linli.notices"
    label = "notices"
    verbose_name = "Announcements"

    def ready(self) -> None:
        from linli.platform.attachments import access_rule

        from . import inbox, queries, questions, subscribers  # noqa: F401  # subscribers hear who moves in and out
        from .pages.doors import open_doors

        access_rule(queries.HOLDER, queries.may_see)
        questions.declare()
        inbox.declare()
        open_doors()
