"""What the registry's tables share: identities, the sequence that numbers them, seats in a community."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from linli.kernel.ids import uuid7

NUMBERS = "registry_num"


class NextNumber(models.Func):
    """The next value of the sequence all identities are numbered by (below 2³¹, as no_overlap needs)."""

    function = "nextval"
    template = f"%(function)s('{NUMBERS}')"
    output_field: ClassVar[models.Field[Any, Any]] = models.IntegerField()


class Identity(models.Model):
    """Something that stays itself while what is said of it changes. Nothing here is a statement with a date."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    num = models.IntegerField(unique=True, db_default=NextNumber(), editable=False)
    synthetic = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


def community_key(**options: Any) -> Any:
    """The community a row belongs to: what row-level security looks at."""
    return models.ForeignKey("registry.Place", on_delete=models.PROTECT, related_name="+", **options)


def dated_key(to: Any, **options: Any) -> Any:
    """The identity a dated row is about. The database's own key on (id, number, community) is made by migration 0002."""
    return models.ForeignKey(to, on_delete=models.PROTECT, db_constraint=False, **options)


def dated_community_key(**options: Any) -> Any:
    """The community of a dated row: its identity's, held equal by that same key. Found through the identity, so not indexed by itself."""
    return community_key(db_constraint=False, db_index=False, **options)
