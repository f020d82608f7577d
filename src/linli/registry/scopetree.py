"""What the platform asks the registry through its ``scope_tree`` port: standing, public communities, labels."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from linli.kernel.clock import local_day, now
from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.ports import Mandate, Standing

from .models import OrganisationRecord, PlaceRecord
from .queries import grants, mandates


class RegistryScopeTree:
    """Called inside ``acting(System(...))``."""

    def standing(self, person_id: UUID | None, *, account_id: UUID, at: dt.datetime) -> Standing:
        return grants.standing(person_id, account_id=account_id, at=at)

    def mandate(self, mandate_id: UUID, *, account_id: UUID, at: dt.datetime) -> Mandate | None:
        return mandates.mandate_of(mandate_id, account_id=account_id, at=at)

    def public_communities(self) -> frozenset[UUID]:
        return grants.public_communities(local_day(now()))

    def label(self, place_id: UUID) -> Text:
        rows = PlaceRecord.objects.believed().filter(place_id=place_id).order_by("-valid_from")
        record = rows.first()
        if record is None:
            raise NotFoundError
        return Text(record.name_zh, record.name_en or record.name_zh)

    def help_phone(self, community_id: UUID) -> str:
        """The residents' committee's number, empty if none is registered."""
        rows = OrganisationRecord.objects.as_of(local_day(now())).filter(
            community_id=community_id, kind=OrganisationRecord.Kind.RESIDENTS_COMMITTEE
        )
        return rows.exclude(phone="").order_by("organisation_id").values_list("phone", flat=True).first() or ""
