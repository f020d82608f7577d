"""The Django application of cases."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "linli.cases"
    label = "cases"
    verbose_name = "Cases"

    def ready(self) -> None:
        from linli.platform.attachments import access_rule

        from . import inbox, queries, tasks
        from .pages.doors import open_doors

        access_rule(queries.HOLDER, queries.may_see)
        access_rule(queries.DRAFT_HOLDER, queries.may_see_draft)
        inbox.declare()
        tasks.declare()
        open_doors()
