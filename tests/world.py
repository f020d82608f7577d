"""A small world for tests: the sample itself, smaller; and what a test needs to walk through it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.test import Client

from linli.kernel.clock import now
from linli.kernel.ids import uuid7
from linli.kernel.policyfile import known_policies
from linli.kernel.text import Text
from linli.platform.actors import Actor, System
from linli.platform.db import acting
from linli.platform.models import Account, Job

ROLES = tuple(policy.id for policy in known_policies("roles"))
PASSWORD = "plum-rain-0412"
N_PEOPLE = 3600  # the fewest that fill three communities
WALKER = System("test")
RECORDS = {
    "place": "PlaceRecord",
    "person": "PersonRecord",
    "organisation": "OrganisationRecord",
    "facility": "FacilityRecord",
    "space": "VacantSpaceRecord",
    "device": "DeviceRecord",
}


def build_world() -> None:
    """Fill the current (empty, migrated) database with the sample."""
    from linli.platform.installation import be_born
    from linli.platform.rulebook.adopt import adopt_known
    from linli.sample import ensure_sample

    be_born("demo")
    with acting(System("policies")) as actor:
        adopt_known(actor=actor)
    ensure_sample(password=PASSWORD, say=lambda _: None, n_people=N_PEOPLE, with_past=False)


def _a_service(person_id: UUID, community_id: UUID) -> UUID:
    """Something begun at the counter."""
    from linli.counter.models import Service

    given = {"matter": "general", "served_by": person_id, "community_id": community_id}
    return Service.objects.get_or_create(person_id=person_id, number="20260101-0001", defaults=given)[0].pk


def _a_bind_request(community_id: UUID) -> UUID:
    """Somebody without an invitation who asks to be bound."""
    from linli.registry.models import BindRequest

    given = {"relation": "owner", "phone_index": b"0" * 32, "address_digest": b"0" * 32, "community_id": community_id}
    return BindRequest.objects.get_or_create(reference=community_id.hex[-12:], defaults=given)[0].pk


def _a_transfer(community_id: UUID, person_id: UUID) -> dict[str, Any]:
    """A book with something promised to a person."""
    from linli.ledger import commands
    from linli.ledger.models import Transfer
    from linli.registry.models import Person

    book = commands.open_book(community_id, "time-bank", actor=WALKER, now=now())
    promise = Transfer.objects.filter(book=book, kind="pending").first()
    if promise is None:
        other = Person.objects.filter(community_id=community_id).exclude(pk=person_id).order_by("num").first()
        assert other is not None
        made = commands.promise_help(
            uuid7(), book.pk, helper_id=person_id, helped_id=other.pk, amount=60, actor=WALKER, now=now()
        )
        promise = Transfer.objects.get(pk=made.transfer_id)
    return {"book_id": book.pk, "transfer_id": promise.pk, "ledger_account_id": promise.accounts[1]}


def _a_search(account_id: UUID) -> UUID:
    """Something that account looked for."""
    from linli.platform.search.kept import keep

    return keep(Actor(kind="person", account_id=account_id), "王")


class World:
    """The loaded world, asked as a machine that sees everything."""

    def __init__(self) -> None:
        from linli.registry.models import PlaceRecord

        with acting(WALKER):
            records = PlaceRecord.objects.believed().filter(place__kind="community").order_by("code")
            self.communities = [record.place_id for record in records]
        self.own, self.other = self.communities[0], self.communities[1]

    def client(self, role: str) -> Client:
        """A browser signed in to the account of a role (``resident_2`` lives in the second community)."""
        client = Client()
        client.force_login(Account.objects.get(username=role))
        return client

    def actor(self, role: str) -> Actor:
        """The actor that account would be."""
        from linli.kernel.clock import now
        from linli.platform.ports import ports

        account = Account.objects.get(username=role)
        with acting(WALKER):
            public = ports.scope_tree.public_communities()
            standing = ports.scope_tree.standing(account.person_id, account_id=account.id, at=now())
        return Actor(
            kind="person", account_id=account.id, person_id=account.person_id, name=account.shown_name,
            grants=standing.grants, own_communities=standing.own_communities, public_communities=public,
        )  # fmt: skip

    def _bystander(self, community_id: UUID) -> Account:
        """An account of a resident that nobody walks as: the walk may end it."""
        from linli.registry.models import Person

        taken = Account.objects.exclude(person_id=None).exclude(username__startswith="bystander").values("person_id")
        person = Person.objects.filter(community_id=community_id).exclude(pk__in=taken).order_by("num").first()
        assert person is not None
        given = {"shown_name": "路人", "person_id": person.pk}
        account, _ = Account.objects.get_or_create(username=f"bystander-{community_id.hex[-8:]}", defaults=given)
        return account

    def objects(self, community_id: UUID) -> dict[str, Any]:
        """One object of every kind a route may name, of a community (for roles on a grid: of its first grid)."""
        from linli.journal.models import Fact
        from linli.notices.models import Announcement
        from linli.registry import models
        from linli.registry.queries import list_people

        with acting(WALKER):
            grid = models.Place.objects.filter(community_id=community_id, kind="grid").order_by("num").first()
            assert grid is not None
            building = models.Place.objects.filter(kind="building", path__contains=[grid.pk]).order_by("num").first()
            assert building is not None
            tenure = models.Tenure.objects.filter(community_id=community_id).first()
            job, _ = Job.objects.get_or_create(
                kind="registry.import_map", community_id=community_id, started_by="system:test", state="done"
            )
            list_job, _ = Job.objects.get_or_create(
                kind="registry.import_people", community_id=community_id, started_by="system:test", state="done",
                defaults={"arguments": {"step": "preview"}},
            )  # fmt: skip
            table, _ = models.TableImport.objects.get_or_create(
                community_id=community_id, noun="people", file="test.csv", defaults={
                    "upload": f"{uuid7()}.csv", "valid_from": dt.date(2026, 1, 1), "started_by": "system:test", "job_id": list_job.id,
                },
            )  # fmt: skip
            found: dict[str, Any] = {
                "community_id": community_id,
                "import_id": table.pk,
                "place_id": building.pk,
                "building_id": building.pk,
                "unit_id": models.Place.objects.filter(kind="unit", path__contains=[building.pk]).first().pk,
                "person_id": list_people(WALKER, within=building.pk).first().person_id,
                "household_id": models.Household.objects.filter(community_id=community_id).first().pk,
                "facility_id": models.Facility.objects.filter(community_id=community_id).first().pk,
                "organisation_id": models.Organisation.objects.filter(community_id=community_id).first().pk,
                "space_id": models.VacantSpace.objects.filter(community_id=community_id).first().pk,
                "device_id": models.Device.objects.filter(community_id=community_id).first().pk,
                "grant_id": models.RoleGrant.objects.filter(community_id=community_id).first().pk,
                "tenure_id": tenure.pk if tenure else None,
                "duty_id": models.Duty.objects.filter(community_id=community_id).first().pk,
                "job_id": job.id,
                "account_id": self._bystander(community_id).pk,
            }
            mandate = models.Mandate.objects.filter(community_id=community_id).first() or models.Mandate.objects.create(
                community_id=community_id, person_id=found["person_id"], account_id=found["account_id"], acts=["record"],
                consent="paper", policy_version=1, valid_from=now(), valid_to=now() + dt.timedelta(days=30), registered_by="system:test",
            )  # fmt: skip
            found["mandate_id"] = mandate.pk
            for noun in ("place", "person", "organisation", "facility", "space", "device"):
                records = (
                    getattr(models, RECORDS[noun]).objects.believed().filter(**{f"{noun}_id": found[f"{noun}_id"]})
                )
                found[f"{noun}_record_id"] = records.first().pk
            found["service_id"] = _a_service(found["person_id"], community_id)
            found["bind_request_id"] = _a_bind_request(community_id)
            found |= _a_transfer(community_id, found["person_id"])
            found["search_id"] = _a_search(found["account_id"])
            found["message_id"] = _parked_message(community_id)
            found["request_id"] = _a_data_request(community_id, found["person_id"], found["account_id"])
            found["notice_id"] = Announcement.objects.filter(community_id=community_id, is_public=False).first().pk
            found["attachment_id"] = _a_picture(community_id, found["notice_id"])
            found["entry_id"] = _an_entry(community_id, found["notice_id"])
            found["case_id"] = _a_case(community_id)
            found["draft_id"] = _a_draft(community_id, found["account_id"])
            found["filter_id"] = _a_filter(found["account_id"])
            found |= _an_assessment(community_id)
            found["scenario_id"] = _a_scenario(community_id)
            found |= {"collection": "buildings", "feature_id": building.pk}
            found["purpose"] = "register"
            found["comment_id"] = _a_question(community_id, found["notice_id"], found["account_id"])
            found |= {"remark_kind": "person", "holder_id": found["person_id"]}
            found["fact_id"] = Fact.objects.filter(community_id=community_id).first().pk
        return found

    def secrets_of(self, community_id: UUID) -> list[str]:
        """Names and ids of people of a community that no page of another may show."""
        from linli.registry.models import PersonRecord

        with acting(WALKER):
            others = set(PersonRecord.objects.exclude(community_id=community_id).values_list("name", flat=True))
            rows = PersonRecord.objects.filter(community_id=community_id).values_list("name", "person_id")
            names = [name for name, _ in rows if name not in others and len(name) >= 3]
            return [*names[:300], *(str(person) for _, person in rows[:300])]


def _a_filter(account_id: UUID) -> UUID:
    """A way of looking at cases that account keeps."""
    from linli.cases.models import SavedFilter

    given = {"query": "standing=overdue", "made_at": now()}
    return SavedFilter.objects.get_or_create(account_id=account_id, name="超时的", defaults=given)[0].pk


def _parked_message(community_id: UUID) -> UUID:
    from linli.platform.delivery import queue
    from linli.platform.delivery.tables import Outgoing

    Outgoing.objects.filter(community_id=community_id).delete()
    message = queue(
        channel="sms", address="13800000000", text=Text("试", "Test"), kind="test", community_id=community_id
    )
    Outgoing.objects.filter(id=message).update(state="parked")
    return message


def _a_data_request(community_id: UUID, person_id: UUID, account_id: UUID) -> UUID:
    from linli.kernel.clock import now
    from linli.platform.privacy.models import Request

    asked, _ = Request.objects.get_or_create(
        community_id=community_id,
        person_id=person_id,
        account_id=account_id,
        kind="correct",
        defaults={"due_at": now()},
    )
    return asked.id


def _a_scenario(community_id: UUID) -> UUID:
    """A scenario on the newest run of the community, measured anew where none stands."""
    from linli.kernel.clock import now
    from linli.lifecircle.models import CoverageRun, Scenario

    run = CoverageRun.objects.filter(community_id=community_id).order_by("-computed_at").first()
    assert run is not None
    given = {"run": run, "made_at": now()}
    return Scenario.objects.get_or_create(community_id=community_id, title="试", state="draft", defaults=given)[0].pk


def _a_picture(community_id: UUID, notice_id: UUID) -> UUID:
    """A picture of an announcement; its bytes are of no matter to who may ask for it."""
    from linli.kernel.clock import now
    from linli.platform.attachments.tables import Attachment

    row, _ = Attachment.objects.get_or_create(
        holder_kind="notices.announcement", holder_id=notice_id, community_id=community_id,
        defaults={
            "sha256": "0" * 64, "media_type": "image/png", "n_bytes": 1, "width_px": 1, "height_px": 1, "name": "a.png",
            "caption": "图", "added_by": "system:test", "added_at": now(),
        },
    )  # fmt: skip
    return row.pk


def _an_entry(community_id: UUID, notice_id: UUID) -> UUID:
    """An entry in somebody's inbox: nobody but they may open it."""
    from linli.kernel.clock import now
    from linli.platform.inbox.tables import InboxEntry

    row, _ = InboxEntry.objects.get_or_create(
        account_id=UUID(int=7), cause_id=notice_id, community_id=community_id,
        defaults={"kind": "notices.announcement_published", "subject_id": notice_id, "at": now()},
    )  # fmt: skip
    return row.pk


def _a_case(community_id: UUID) -> UUID:
    """A report that lies with the community's own desk."""
    from linli.cases import commands
    from linli.cases.models import Case

    known = Case.objects.filter(community_id=community_id, way="sensor").first()
    if known is not None:
        return known.pk
    report = commands.Report("楼道灯不亮，晚上看不见", "street_lamp", way="sensor")
    made = commands.open_case(community_id, report, actor=WALKER, now=now())
    Case.objects.filter(pk=made.pk).update(
        is_public=True, public_title="路灯不亮，已派人去修"
    )  # so that everybody's page has one to show
    return made.pk


def _a_draft(community_id: UUID, account_id: UUID) -> UUID:
    """A report somebody nobody walks as has begun."""
    from linli.cases.models import Draft

    given = {"text": "井盖松了", "made_at": now()}
    return Draft.objects.get_or_create(community_id=community_id, account_id=account_id, defaults=given)[0].pk


def _an_assessment(community_id: UUID) -> dict[str, UUID]:
    """A warning with its plan, and a sheet that was shown."""
    from linli.assessment.models import Import, Plan, Warning

    at = now()
    warning, _ = Warning.objects.get_or_create(
        community_id=community_id, scheme="threshold", subject="waste_reduction", cleared_at=None,
        defaults={
            "system_id": "micro-circulation", "title_zh": "垃圾减量", "title_en": "Waste", "colour": "red", "period": "2026Q1", "value": -3.0,
            "raised_at": at, "seen_at": at,
        },
    )  # fmt: skip
    plan, _ = Plan.objects.get_or_create(
        warning=warning,
        defaults={
            "community_id": community_id,
            "measure": "waste_reduction",
            "opened_at": at,
            "due_at": at,
            "value_before": -3.0,
        },
    )
    sheet, _ = Import.objects.get_or_create(
        community_id=community_id, system_id="micro-circulation", period="2026Q1", file="t.xlsx", sha256="0" * 64, state="shown",
        defaults={
            "started_at": at,
            "rows": [{
                "line": 2, "measure": "waste_reduction", "value": 4.0, "as_of": "2026-03-31", "quality": "counted", "evidence": "表",
                "numerator": None, "denominator": None, "low": None, "high": None,
            }],
        },
    )  # fmt: skip
    return {"warning_id": warning.pk, "plan_id": plan.pk, "sheet_id": sheet.pk}


def _a_question(community_id: UUID, notice_id: UUID, account_id: UUID) -> UUID:
    """A question under an announcement, by somebody nobody walks as."""
    from linli.platform.comments.tables import Comment
    from linli.platform.notes import write_note

    known = Comment.objects.filter(holder_id=notice_id, account_id=account_id).first()
    if known is not None:
        return known.pk
    note_id = write_note(
        "几点来水？", kind="comments.notices.announcement", holder_id=notice_id, community_id=community_id, actor=WALKER, now=now()
    )  # fmt: skip
    assert note_id is not None
    return Comment.objects.create(
        community_id=community_id, kind="notices.announcement", holder_id=notice_id, note_id=note_id, account_id=account_id, at=now()
    ).pk  # fmt: skip
