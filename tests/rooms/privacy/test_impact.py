"""Impact assessments: filled from the grading, judged and signed by people, numbered, and out of date once the grading says otherwise."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from linli.journal.models import Fact
from linli.kernel.clock import now
from linli.kernel.errors import LinliError, NotAllowedError
from linli.kernel.policyfile import find_policy
from linli.platform.db import acting
from linli.platform.privacy import impact
from linli.platform.privacy.models import Assessment
from tests.rooms.registry.pages.conftest import Enter
from tests.rooms.registry.town import LAYER, Town, worker

SAID = {"necessary": "只收办事要用的", "effects": "泄露会招来骗子", "measures": "钥匙由书记保管"}


def sign(town: Town, **changed: Any) -> Assessment:
    admin = worker("admin", town.community, town.community)
    given = {"answers": SAID, "risk": "middle", "decision": "go_on", "after_number": 0, "now": now()} | changed
    with acting(admin):
        return impact.sign("register", community_id=town.community, actor=admin, **given)


def test_every_graded_table_stands_in_one_purpose_and_sensitive_ones_must_be_assessed() -> None:
    purposes = impact.list_purposes()
    placed = [table["id"] for one in purposes for table in one.facts]
    assert sorted(placed) == sorted(table["id"] for table in find_policy("personal_data", "default").body["tables"])
    register = impact.find_purpose("register")
    assert register.must
    [record] = [table for table in register.facts if table["id"] == "registry_personrecord"]
    assert {one["id"] for one in record["columns"] if one["sealed"]} == {"phone", "identity_number", "care_note"}
    assert record["keep_days"] == 1825


def test_it_is_signed_once_numbered_and_never_changed(town: Town) -> None:
    first = sign(town)
    assert (first.number, first.answers["effects"], len(bytes(first.grading_sha256))) == (1, "泄露会招来骗子", 32)
    with pytest.raises(LinliError, match="signed_meanwhile"):
        sign(town)
    assert sign(town, after_number=1).number == 2
    with acting(LAYER):
        assert Fact.objects.get(subject_id=first.pk).payload == {
            "purpose": "register", "number": 1, "risk": "middle", "decision": "go_on",
        }  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            Assessment.objects.update(risk="low")
    for wrong in (
        {"answers": SAID | {"effects": " "}},
        {"risk": "none"},
        {"decision": "x"},
        {"answers": SAID | {"effects": "长" * 2001}},
    ):
        with pytest.raises(LinliError, match="impact_unanswered"):
            sign(town, after_number=2, **wrong)
    staff = town.staff()
    with acting(staff), pytest.raises(NotAllowedError):
        impact.sign("register", answers=SAID, risk="low", decision="go_on", after_number=2, community_id=town.community, actor=staff, now=now())  # fmt: skip


def test_it_is_to_be_made_again_when_the_grading_changes_or_a_year_has_passed(town: Town) -> None:
    signed, found = sign(town), impact.find_purpose("register")
    assert impact.why_again(found, None, now=now()) == "never"
    assert impact.why_again(found, signed, now=now()) == ""
    assert impact.why_again(found, signed, now=now() + dt.timedelta(days=400)) == "old"
    signed.grading_sha256 = b"x" * 32
    assert impact.why_again(found, signed, now=now()) == "changed"


def test_an_administrator_signs_in_the_browser_and_an_auditor_reads(town: Town, enter: Enter) -> None:
    admin, auditor = enter("admin", town.community), enter("auditor", town.community)
    assert "还没评估" in admin.get("/console/privacy/impact/")
    at = "/console/privacy/impact/register/"
    assert "居民登记" in auditor.get(at)
    assert "评估并签署" not in auditor.get(at)
    filled = {f"q-{key}": text for key, text in SAID.items()} | {"risk": "low", "decision": "with_measures"}
    assert admin.send(f"{at}sign/", **filled).status_code == 422, "the tick is missing"
    assert admin.done(f"{at}sign/", **filled, sure="on") == at
    page = auditor.get(at)
    for told in ("钥匙由书记保管", "第 1 份", "评估有效", "补上写明的措施后可以做", "加密 3"):
        assert told in page, told
    admin.done(f"{at}sign/", **filled | {"q-effects": "又想了一遍"}, sure="on")
    assert "又想了一遍" in auditor.get(at)
    assert "泄露会招来骗子" in auditor.get(f"{at}?number=1")
    assert auditor.status(f"{at}?number=9") == 404
    assert auditor.status("/console/privacy/impact/nothing/") == 404
    assert auditor.status(f"{at}sign/") == 403
    assert enter("community_staff", town.community).status(at) == 403
