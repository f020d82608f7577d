"""The Django application of the registry."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "linli.registry"
    label = "registry"
    verbose_name = "Registry"

    def ready(self) -> None:
        from linli.platform.attachments import access_rule
        from linli.platform.ports import ports

        from . import remarks, tabletasks, tasks  # noqa: F401  # declares its kinds of long work, for the web and for the worker
        from .commands.bindings import HOLDER
        from .pages.doors import open_doors
        from .pages.find import add_kinds
        from .pages.setting_up import open_steps
        from .queries.bindings import may_see_evidence
        from .scopetree import RegistryScopeTree
        from .searching import add_sources

        access_rule(HOLDER, may_see_evidence)
        ports.fill(scope_tree=RegistryScopeTree())
        remarks.declare()
        open_doors()
        add_sources()
        add_kinds()
        open_steps()
