"""Every room tells what it holds of a person and lets go of it; an erasure leaves no word of theirs anywhere, also after a restore."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest

from linli.counter import commands as counter
from linli.kernel.clock import now
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.backup.hooks import all_erasures, discover
from linli.platform.db import acting
from linli.platform.delivery.outbox import Channel, queue
from linli.platform.inbox.entries import change_wish
from linli.platform.inbox.tables import InboxEntry
from linli.platform.keys import keyring
from linli.platform.models import Account, Outgoing
from linli.platform.models import Note as Words
from linli.platform.notes import note_kind, write_note
from linli.platform.privacy import carrying, requests, rotation
from linli.platform.privacy.notes import write_note as write_about
from linli.platform.privacy.reading import record_read
from linli.platform.search.kept import keep
from linli.platform.signin.tables import ExternalIdentity, OpenSession, SecondFactor
from linli.registry import commands as do
from linli.registry.models import Invitation, Mandate
from tests.rooms.journal.conftest import Journal
from tests.rooms.privacy.test_canaries import everything_stored
from tests.rooms.registry.town import LAYER, Town, home, person

PHONE, MARK = "13912340007", "玥鸑"
"""In everything said by or about the person stands the mark; nobody else's words have it."""


def words_of(actor: Actor, holder_id: UUID) -> bool:
    return True


note_kind("tests.words", Text("试验的话", "Trial words"), may_read=words_of)


def plant(town: Town) -> tuple[UUID, Account]:
    """Somebody who has left a trace in every room."""
    who = person(town, f"{MARK}兰", phone=PHONE, care_note=f"{MARK}怕吵", name_en="Yue")
    home(town, "1-101", (who, "head"))
    account = Account.objects.create(username=f"{MARK}-1", shown_name=f"{MARK}兰", person_id=who)
    them = Actor(kind="person", account_id=account.pk, person_id=who, own_communities=frozenset([town.community]))
    with acting(them):
        keep(them, f"{MARK}查")
        change_wish(them, muted=[], address="yue@example.cn", lang="zh")
    with acting(LAYER):
        OpenSession.objects.create(account=account, browser=f"{MARK} 浏览器")
        SecondFactor.objects.create(account=account, ended_at=now(), ended_because=f"{MARK}换手机")
        ExternalIdentity.objects.create(issuer="https://id.example.cn", subject=f"{MARK}-sub", account=account, tied_at=now())  # fmt: skip
        InboxEntry.objects.create(
            community_id=town.community, account_id=account.pk, kind="notices.announcement_published",
            subject_id=who, cause_id=who, at=now(),
        )  # fmt: skip
        queue(channel=Channel.SMS, address=PHONE, text=Text("码 1234", "1234"), kind="sign_in_code", community_id=None)
        write_note(
            f"{MARK}我说的", kind="tests.words", holder_id=who, community_id=town.community, persons=[who], actor=LAYER,
            now=now(),
        )  # fmt: skip
        write_about(f"{MARK}说明", community_id=town.community, person_id=who)
        Invitation.objects.create(
            community_id=town.community, person_id=who, code_index=b"1" * 32, evidence=f"{MARK}身份证", made_by="system:t",
            expires_at=now() + dt.timedelta(days=30),
        )  # fmt: skip
        Mandate.objects.create(
            community_id=town.community, person_id=who, account=Account.objects.create(username="son", shown_name="子"),
            acts=["record"], consent="paper", evidence=f"{MARK}委托书", policy_version=1, valid_from=now(),
            valid_to=now() + dt.timedelta(days=30), registered_by="system:t",
        )  # fmt: skip
    with acting(town.staff()) as staff:
        counter.begin_service(who, matter="general", note=f"{MARK}说要修灯", actor=staff)
        record_read(staff, [who], community_id=town.community, what="unmask", fields=["phone"], reason="other", note=f"{MARK}看")  # fmt: skip
    return who, account


def test_a_trace_in_every_room_is_told_and_then_is_nowhere(
    lasting: tuple[Town, Journal], monkeypatch: pytest.MonkeyPatch
) -> None:
    town, journal = lasting
    who, account = plant(town)
    with acting(LAYER):
        told = carrying.gather(who)
    keys = {section["key"] for section in told["sections"] if section["rows"]}
    assert keys >= {
        "register", "homes", "household", "mandates", "invitations", "facts", "counter", "notes.tests.words", "mailbox", "inbox",
        "accounts", "reads", "words", "sessions", "factors", "identities", "searches",
    }  # fmt: skip
    for said in (
        PHONE,
        "怕吵",
        "查",
        "浏览器",
        "换手机",
        "-sub",
        "我说的",
        "说明",
        "身份证",
        "委托书",
        "说要修灯",
        "看",
        "yue@",
    ):
        assert said in str(told), said
    asking = Actor(kind="person", account_id=account.pk, person_id=who, own_communities=frozenset([town.community]))
    with acting(asking):
        requests.ask("erase", actor=asking, community_id=town.community)
    with acting(town.staff()) as staff:
        do.end_person(who, actor=staff, on=now().date() - dt.timedelta(days=1))
    journal.seal()
    later = now() + dt.timedelta(hours=3)
    monkeypatch.setattr(carrying, "now", lambda: later)
    assert carrying.carry_out_due() == 1
    for table, text in everything_stored(journal).items():
        for trace in (MARK, MARK.encode().hex(), PHONE, PHONE.encode().hex()):
            assert trace not in text, f"{table} still holds {trace}"
    with acting(LAYER):
        assert not Outgoing.objects.exists()
        assert not Mandate.objects.filter(valid_to__gt=now()).exists()
        assert MARK not in str(carrying.gather(who))


def test_an_erased_word_and_a_closed_account_stay_so_after_a_restore(lasting: tuple[Town, Journal]) -> None:
    """What a restore brings back is taken away again by the list that outlives it."""
    town, journal = lasting
    who, account = plant(town)
    asking = Actor(kind="person", account_id=account.pk, person_id=who, own_communities=frozenset([town.community]))
    with acting(LAYER):
        note = Words.objects.get()
        before = bytes(note.text or b"")
    with acting(asking):
        requests.close_account(actor=asking, community_id=town.community)
    with acting(LAYER):
        Words.objects.update(text=None, erased_at=now())
    discover()
    with journal.superuser() as superuser:
        log = {one.source: list(one.recall(superuser)) for one in all_erasures()}
        superuser.execute("UPDATE platform_note SET text = %s, erased_at = NULL", [before])
        superuser.execute("UPDATE platform_account SET ended_at = NULL, is_active = true WHERE id = %s", [account.pk])
        superuser.commit()
    with acting(LAYER):
        again = {one.source: one.repeat(log[one.source], LAYER) for one in all_erasures()}
        assert (again["platform.notes"], again["privacy.accounts"]) == (1, 1)
        assert Words.objects.get().text is None
        assert Account.objects.get(pk=account.pk).ended_at
        assert {one.source: one.repeat(log[one.source], LAYER) for one in all_erasures()}["platform.notes"] == 0


def test_what_was_emptied_holds_up_no_new_key(lasting: tuple[Town, Journal]) -> None:
    """Sent messages, closed services and reset factors leave empty columns; sealing again passes them by."""
    town, _ = lasting
    plant(town)
    with acting(LAYER):
        Outgoing.objects.update(address=b"", content=b"", state="sent", ended_at=now())
    for purpose in sorted({one.purpose for one in rotation.sealed_columns()}):
        rotation.rotate(purpose)
        rotation.reseal(purpose)
        current = keyring().current(purpose).id
        assert {key for _, counted in rotation.sealed_under(purpose) for key in counted} <= {current}, purpose
