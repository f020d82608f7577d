"""The words rows of the register are found by go with the rows."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from linli.platform import rls

NAMED = {
    "registry_personrecord": ("name", "name_en", "phone"),
    "registry_placerecord": ("name_zh", "name_en", "address", "code"),
    "registry_facilityrecord": ("name_zh", "name_en"),
    "registry_organisationrecord": ("name_zh", "name_en"),
    "registry_devicerecord": ("serial",),
}


class Migration(migrations.Migration):
    dependencies: ClassVar = [("registry", "0003_sealed_identity"), ("platform", "0003_search")]
    operations: ClassVar = [rls.unfindable(table, columns) for table, columns in NAMED.items()]
