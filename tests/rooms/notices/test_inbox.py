"""What reaches whom, once, and no more often than they want."""

from __future__ import annotations

import datetime as dt

import pytest

from linli.journal.models import Fact
from linli.notices import commands
from linli.notices.subscribers import fill_inboxes
from linli.platform.db import acting
from linli.platform.delivery.tables import Outgoing
from linli.platform.inbox import holdings
from linli.platform.inbox.digest import is_due, is_quiet, send_digests
from linli.platform.inbox.tables import InboxEntry, InboxWish
from linli.platform.models import Account
from tests.world import WALKER

from .desk import NOON, Desk

EVENING = NOON.replace(hour=11)  # 19:00 in Shanghai


def heard(subject: object, name: str) -> list[Fact]:
    """The subscriber hears the facts of a kind, twice each as after a crash."""
    with acting(WALKER):
        facts = list(Fact.objects.filter(subject_id=subject, name=name))
        for fact in [*facts, *facts]:
            fill_inboxes(fact)
    return facts


def entries_of(username: str) -> list[InboxEntry]:
    with acting(WALKER):
        return list(InboxEntry.objects.filter(account_id=Account.objects.get(username=username).pk))


def test_what_goes_out_stands_once_in_the_inbox_of_those_it_reaches(desk: Desk) -> None:
    out = desk.publish()
    heard(out.pk, "notices.announcement_published")
    assert len(entries_of("resident")) == 1
    assert entries_of("resident_2") == []
    page = desk.world.client("resident").get("/inbox/").content.decode()
    assert page.count("周五消防演练") == 1


def test_reading_it_anywhere_reads_the_entry_and_opening_the_entry_leads_there(desk: Desk) -> None:
    out, resident = desk.publish(), desk.world.client("resident")
    heard(out.pk, "notices.announcement_published")
    [entry] = entries_of("resident")
    answer = resident.get(f"/inbox/{entry.pk}/")
    assert answer["Location"] == f"/notices/{out.pk}/"
    assert entries_of("resident")[0].read_at is not None
    assert desk.world.client("resident_2").get(f"/inbox/{entry.pk}/").status_code == 404


def test_a_notice_and_its_reminder_are_one_line_and_one_count(desk: Desk) -> None:
    out = desk.publish()
    with acting(desk.staff):
        commands.remind_readers(out.pk, actor=desk.staff, now=NOON + dt.timedelta(hours=1))
    for name in ("notices.announcement_published", "notices.readers_reminded"):
        heard(out.pk, name)
    page = desk.world.client("resident").get("/inbox/").content.decode()
    assert page.count("周五消防演练") == 1
    assert "提醒" in page
    assert len(entries_of("resident")) == 2


def test_a_withdrawn_one_loses_its_words_in_every_inbox(desk: Desk) -> None:
    out = desk.publish()
    heard(out.pk, "notices.announcement_published")
    with acting(desk.staff):
        commands.withdraw(out.pk, because="改期", actor=desk.staff, now=NOON)
    assert "周五消防演练" not in desk.world.client("resident").get("/inbox/").content.decode()


def test_reminders_go_to_those_only_who_have_not_read(desk: Desk) -> None:
    out = desk.publish()
    desk.world.client("resident").get(f"/notices/{out.pk}/")
    with acting(desk.staff):
        commands.remind_readers(out.pk, actor=desk.staff, now=NOON)
    heard(out.pk, "notices.readers_reminded")
    assert entries_of("resident") == []


def test_a_muted_kind_is_not_entered_and_a_bad_mailbox_is_told(desk: Desk) -> None:
    resident = desk.world.client("resident")
    assert resident.post("/inbox/settings/", {"address": "nobody"}).status_code == 422
    assert resident.post("/inbox/settings/", {"address": ""}).status_code == 302
    out = desk.publish()
    heard(out.pk, "notices.announcement_published")
    assert entries_of("resident") == [], "nothing was ticked"


def test_one_digest_a_day_with_what_is_new_to_a_sealed_mailbox(desk: Desk) -> None:
    resident = desk.world.client("resident")
    wanted = ["notices.announcement_published", "notices.announcement_corrected"]
    resident.post("/inbox/settings/", {"address": "Lin@Example.cn", "wanted": wanted})
    first = desk.publish()
    heard(first.pk, "notices.announcement_published")
    with acting(WALKER):
        assert b"example" not in bytes(InboxWish.objects.get().address)
    sent = [
        send_digests(now=at)
        for at in (NOON, EVENING, EVENING + dt.timedelta(minutes=5), EVENING + dt.timedelta(days=1))
    ]
    assert sent == [0, 1, 0, 0], "at noon it is not time; the second is the same day; the next day nothing is new"
    with acting(WALKER):
        [letter] = Outgoing.objects.filter(kind="digest")
        assert letter.channel == "email"
        person = desk.world.actor("resident").person_id
        assert "lin@example.cn" in str(holdings.tell(person))
        holdings.erase(person, "asked", WALKER)
        assert not InboxWish.objects.exists()


def test_no_digest_leaves_for_an_account_that_has_ended(desk: Desk) -> None:
    desk.world.client("resident").post(
        "/inbox/settings/", {"address": "a@b.cn", "wanted": ["notices.announcement_published"]}
    )
    heard(desk.publish().pk, "notices.announcement_published")
    Account.objects.filter(username="resident").update(is_active=False)
    assert send_digests(now=EVENING) == 0


@pytest.mark.parametrize(
    ("hour", "quiet"), [(20, False), (21, True), (23, True), (0, True), (7, True), (8, False), (12, False)]
)
def test_quiet_hours_go_over_midnight(hour: int, quiet: bool) -> None:
    assert is_quiet(hour, 21, 8) is quiet


def test_a_digest_is_due_once_a_day_after_its_hour() -> None:
    today = dt.date(2026, 11, 24)
    assert not is_due(NOON, None)
    assert is_due(EVENING, None)
    assert not is_due(EVENING, today)
    assert is_due(EVENING, today - dt.timedelta(days=1))
    assert not is_due(NOON.replace(hour=14), None), "22:00 is quiet"
