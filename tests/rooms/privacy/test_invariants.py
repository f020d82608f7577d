"""`linli verify privacy` finds each breach, and names where without saying what."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from linli.kernel.clock import now
from linli.platform.db import acting
from linli.platform.models import Installation, RetentionRun
from linli.platform.privacy.consents import decide_consent
from linli.platform.privacy.models import Request
from linli.platform.verify import run_invariants
from tests.rooms.journal.conftest import Journal
from tests.rooms.registry.test_sealed import citizen
from tests.rooms.registry.town import LAYER, Town, person


def breaches(what: str) -> dict[str, list[str]]:
    return {one.name: [finding.text.en for finding in one.findings] for one in run_invariants(what) if not one.holds}


def test_a_sound_town_holds_and_each_breach_is_found(lasting: tuple[Town, Journal]) -> None:
    town, journal = lasting
    number = citizen()
    wu = person(town, "吴兰", phone="13812345678", identity_kind="resident", identity_number=number, care_note="怕吵")
    with acting(LAYER) as layer:
        decide_consent(wu, "care_note", is_given=True, how="self", community_id=town.community, actor=layer)
    assert breaches("privacy") == {}
    assert breaches("registry.erased") == {}
    spoil = [
        ("UPDATE registry_personrecord SET name_en = %s", [f"no. {number},"]),
        ("UPDATE registry_personrecord SET phone = set_byte(phone, 20, (get_byte(phone, 20) + 1) & 255)", []),
        ("ALTER TABLE privacy_consent DISABLE TRIGGER ALL", []),
        ("UPDATE privacy_consent SET text_sha256 = %s", [b"x" * 32]),
        ("UPDATE platform_installation SET born_at = now() - interval '9 days'", []),
    ]
    with journal.superuser() as superuser:
        for statement, values in spoil:
            superuser.execute(statement, values)
        superuser.commit()
    with acting(LAYER):
        asked = Request.objects.create(
            community_id=town.community, person_id=wu, account_id=uuid4(), kind="erase", due_at=now(), state="done",
            decided_at=now() + dt.timedelta(seconds=1),
        )  # fmt: skip
    found = breaches("privacy") | breaches("registry.erased")
    assert set(found) == {
        "privacy.no_plain_number", "privacy.sealed_opens", "privacy.consents", "privacy.terms", "registry.erased",
    }  # fmt: skip
    assert "registry_personrecord.name_en" in found["privacy.no_plain_number"][0]
    assert number not in str(found)
    assert "registry_personrecord.phone" in found["privacy.sealed_opens"][0]
    with acting(LAYER):
        assert Installation.objects.exists()
        assert asked.pk
        RetentionRun.objects.create(policy_version=1, begun_at=now(), ended_at=now(), failed=["reads"])
    assert breaches("privacy.terms") == {"privacy.terms": ["Could not be carried out: reads"]}
