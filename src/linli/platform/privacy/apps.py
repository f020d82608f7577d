"""The Django application of people's rights in their data."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "linli.platform.privacy"
    label = "privacy"
    verbose_name = "Personal data"
