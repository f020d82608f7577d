"""The Django application of the ground."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "linli.platform"
    label = "platform"
    verbose_name = "Platform"

    def ready(self) -> None:
        from linli.platform.kit import assets

        assets.remember_build()
