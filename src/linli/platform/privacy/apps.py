"""The Django application of people's rights in their data."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "linli.platform.privacy"
    label = "privacy"
    verbose_name = "Personal data"

    def ready(self) -> None:
        from linli.platform.worker import worker_loop

        from .carrying import run_rights

        worker_loop("rights", run_rights)
