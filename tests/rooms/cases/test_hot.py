"""What is hot: found in a community's cases, named by kind and place, led down to the rows, words for who may read them."""

from __future__ import annotations

import datetime as dt

from linli.cases import hot
from linli.cases.models import Case
from linli.platform.db import acting
from tests.world import WALKER

from .street import Street, hours


def long_ago(street: Street, at: dt.datetime, days: int = 400) -> None:
    """What the sample holds came in so long ago, whatever the sample is."""
    with acting(WALKER):
        Case.objects.filter(community_id=street.world.own).update(received_at=at - dt.timedelta(days=days))


def burst(street: Street, n: int, text: str = "黑狗又在追人") -> tuple[dt.datetime, list[Case]]:
    """So many reports of a dog, each on a day of its own within a week, none in the weeks before."""
    at = dt.datetime.now(dt.UTC)
    long_ago(street, at)
    return at, [street.report(text, "stray_dog", at=at - hours(2 + 24 * day)) for day in range(n)]


def test_a_burst_at_a_building_is_named_there_once_and_leads_to_its_cases(street: Street) -> None:
    at, made = burst(street, 7)
    topics = hot.find_topics(street.world.own, now=at)
    topic = next(one for one in topics if one.key == f"stray_dog:{street.home()}")
    assert len({one.case_ids for one in topics}) == len(topics), "of the same cases the narrowest place is told"
    assert {case.pk for case in made} <= set(topic.case_ids)
    assert topic.hot.n == len(topic.case_ids)
    assert topic.weeks[-1] + topic.weeks[-2] >= 7
    client = street.world.client("community_staff")
    page = client.get("/console/cases/hot/", {"topic": topic.key}).content.decode()
    assert made[0].number in page
    assert "看成表格" in page
    assert "至少几倍" in page
    assert "突然多起来的" in client.get("/console/cases/rates/").content.decode()


def test_words_are_found_and_shown_to_who_may_read_cases_alone(street: Street) -> None:
    said = "六号梯轰隆轰隆响得吓人"
    at, _ = burst(street, 6, said)
    staff = street.actor("community_staff")
    with acting(staff):
        [word] = [one for one in hot.find_words(staff, street.world.own, now=at) if one.word in said]
    assert word.hot.n == 6
    page = street.world.client("community_staff").get("/console/cases/hot/", {"word": word.word}).content.decode()
    assert f"“{word.word}”" in page
    totals = street.world.client("street_officer").get("/console/cases/hot/")
    assert totals.status_code == 200
    assert f"“{word.word}”" not in totals.content.decode()


def test_who_sees_totals_sees_no_case_of_a_topic(street: Street) -> None:
    at, made = burst(street, 7)
    key = f"stray_dog:{street.home()}"
    assert key in [one.key for one in hot.find_topics(street.world.own, now=at)]
    page = street.world.client("street_officer").get("/console/cases/hot/", {"topic": key}).content.decode()
    assert "只给您看总数" in page
    assert not any(case.number in page for case in made)


def test_one_who_reports_often_on_a_day_is_one_voice_and_sealed_words_are_not_read(street: Street) -> None:
    at = dt.datetime.now(dt.UTC)
    long_ago(street, at)
    for n in range(5):
        street.report("水表转得飞快", "stray_dog", at=at - dt.timedelta(minutes=n + 1))
    for day in range(5):
        street.report("叮咚叮咚吵死人", "stray_dog", is_sealed=True, at=at - hours(2 + 24 * day))
    with acting(street.actor("community_staff")):
        words = [one.word for one in hot.find_words(street.actor("community_staff"), street.world.own, now=at)]
    assert not any("水表" in word or "叮咚" in word for word in words)


def test_a_community_that_began_last_week_has_no_usual_number_yet(street: Street) -> None:
    at, _ = burst(street, 7)
    begun = at - dt.timedelta(days=400)
    assert hot.reach_of(street.world.own, now=begun + dt.timedelta(days=6)) is None
    assert hot.find_topics(street.world.own, now=begun + dt.timedelta(days=6)) == []
    reach = hot.reach_of(street.world.own, now=begun + dt.timedelta(days=20))
    assert reach == hot.Reach((7,), 13), "the longer window has too little before it"
    assert hot.find_topics(street.world.own, now=begun + dt.timedelta(days=20)) == []
    assert hot.reach_of(street.world.own, now=at) == hot.Reach((7, 14), 56)
