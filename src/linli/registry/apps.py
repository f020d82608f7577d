"""The Django application of the registry."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "linli.registry"
    label = "registry"
    verbose_name = "Registry"

    def ready(self) -> None:
        from linli.platform.ports import ports

        from . import tasks  # noqa: F401  # declares its kinds of long work, for the web and for the worker
        from .pages.doors import open_doors
        from .scopetree import RegistryScopeTree

        ports.fill(scope_tree=RegistryScopeTree())
        open_doors()
