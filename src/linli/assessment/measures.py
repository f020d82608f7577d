"""Live numbers of the rooms below, each asked through that room's queries. Nothing here names a person."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.urls import reverse

from linli.cases import queries as cases
from linli.cases import rating as case_rating
from linli.cases.rules.types import case_types, cases_policy
from linli.kernel.clock import local_day, now, start_of_day
from linli.kernel.errors import LinliError, NotFoundError
from linli.kernel.text import Text
from linli.lifecircle import queries as lifecircle
from linli.notices import queries as notices
from linli.registry import queries as registry

from .live import BAD_ARGUMENT, MACHINE, Reading, Span, live

MOST_MINUTES = 1440
"""A first response that may take longer than a day is no first response."""


def _coverage(community_id: UUID, day: dt.date) -> lifecircle.Coverage | None:
    """The newest measuring made by the end of ``day``, by the standard told first."""
    latest: dict[str, lifecircle.CoverageRun] = {}
    for run in lifecircle.visible_to(MACHINE).filter(
        community_id=community_id, computed_at__lt=start_of_day(day + dt.timedelta(days=1))
    ):
        latest.setdefault(run.standard_id, run)
    runs = sorted(latest.values(), key=lambda run: (run.public["circle"]["target_share"] is None, run.standard_id))
    return lifecircle.coverage_of(runs[0], MACHINE) if runs else None


def _share(
    value: float, whole: float | None, day: dt.date, quality: str, url: str, *, low: float | None = None, high: float | None = None
) -> Reading:  # fmt: skip
    return Reading(
        100 * value, day, quality, None if whole is None else round(value * whole, 2), whole or None,
        None if low is None else 100 * min(low, value), None if high is None else 100 * max(high, value), url,
    )  # fmt: skip


@live("lifecircle.circle_share", Text("生活圈覆盖率（步行实测）", "Circle coverage, measured on foot"))
def circle_share(community_id: UUID, span: Span, _argument: str) -> Reading | None:
    found = _coverage(community_id, span.day)
    if found is None or found.index_share is None:
        return None
    url = f"{reverse('lifecircle:map')}?standard={found.run.standard_id}"
    return _share(found.index_share, found.n_persons, local_day(found.computed_at), "measured", url)


@live("lifecircle.category_share", Text("某一类设施的步行可达率", "Share within reach of one kind of facility"))
def category_share(community_id: UUID, span: Span, category: str) -> Reading | None:
    """0 where the standard asks for the kind and the register has none; nothing where no standard measured asks for it."""
    for run in lifecircle.list_latest(MACHINE, community_id):
        if category not in run.categories or local_day(run.computed_at) > span.day:
            continue
        found = lifecircle.coverage_of(run, MACHINE)
        row = found.row(category)
        if row.share is None:
            continue
        url = f"{reverse('lifecircle:map')}?standard={run.standard_id}&category={category}"
        day = local_day(run.computed_at)
        return _share(row.share, found.n_persons, day, "measured", url, low=row.share_low, high=row.share_high)
    return None


@live("lifecircle.elder_nursery_share", Text("养老、托育可达率的平均", "Mean reach of elder stations and nurseries"))
def elder_nursery_share(community_id: UUID, span: Span, _argument: str) -> Reading | None:
    found = [category_share(community_id, span, one) for one in ("elder_station", "nursery")]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return None
    return Reading(sum(one.value for one in known) / len(known), min(one.as_of for one in known), "measured", rows_url=known[0].rows_url)  # fmt: skip


@live("lifecircle.kinds_present", Text("设施类别齐全率", "Share of the kinds that are present"))
def kinds_present(community_id: UUID, span: Span, _argument: str) -> Reading | None:
    found = _coverage(community_id, span.day)
    if found is None or not found.rows:
        return None
    n = sum(row.is_found for row in found.rows)
    return _share(
        n / len(found.rows), len(found.rows), local_day(found.computed_at), "counted", reverse("registry:facilities")
    )


@live("lifecircle.joined_share", Text("接上步行网的楼栋", "Buildings joined to the walk network"))
def joined_share(community_id: UUID, span: Span, _argument: str) -> Reading | None:
    """Of the buildings people live in, those joined to the walk network at the latest measuring."""
    found = _coverage(community_id, span.day)
    if found is None:
        return None
    walks = lifecircle.list_buildings(found.run, MACHINE, category=found.run.categories[0], group=found.group)
    lived_in = [one for one in walks if one.n_persons]
    if not lived_in:
        return None
    share = sum(one.is_joined for one in lived_in) / len(lived_in)
    return _share(share, len(lived_in), local_day(found.computed_at), "measured", reverse("lifecircle:map"))


@live("registry.spaces_in_use", Text("已启用的闲置空间", "Vacant spaces put to use"))
def spaces_in_use(community_id: UUID, span: Span, _argument: str) -> Reading | None:
    rows = registry.list_spaces(MACHINE, community_id=community_id, on=span.day)
    n = rows.count()
    if not n:
        return None
    return _share(rows.filter(state="in_use").count() / n, n, span.day, "counted", reverse("registry:spaces"))


@live("registry.social_organisations", Text("登记的社会组织", "Social organisations registered"))
def social_organisations(community_id: UUID, span: Span, _argument: str) -> Reading | None:
    rows = registry.list_organisations(MACHINE, community_id=community_id, kind="social_organisation", on=span.day)
    return Reading(rows.filter(community_id=community_id).count(), span.day, "counted", rows_url=reverse("registry:organisations"))  # fmt: skip


@live("registry.persons_a_unit", Text("每个网格的居民", "Residents a grid"))
def persons_a_unit(community_id: UUID, span: Span, _argument: str) -> Reading | None:
    try:
        totals = registry.count_totals(MACHINE, community_id, on=span.day)
    except NotFoundError:
        return None
    n = totals.n_places.get("grid", 0)
    if not n:
        return None
    return Reading(totals.n_persons / n, span.day, "counted", totals.n_persons, n, rows_url=reverse("registry:people"))


@live("notices.read_share", Text("通知看到率", "Announcements read"))
def read_share(community_id: UUID, span: Span, _argument: str) -> Reading | None:
    """Over the announcements published in the period: households that read, of those addressed."""
    rows = notices.list_for_staff(MACHINE, community_id).filter(
        published_at__gte=start_of_day(span.first), published_at__lt=start_of_day(span.until)
    )
    annotated: Any = rows
    counted = [(row.n_read, row.n_households) for row in annotated]
    addressed = sum(n for _, n in counted)
    if not addressed:
        return None
    share = sum(n for n, _ in counted) / addressed
    return _share(share, addressed, span.day, "counted", reverse("notices:notices"))


def _received(community_id: UUID, span: Span) -> tuple[Any, dt.datetime]:
    """Cases received in the period, and the instant up to which they are judged: its end, or now."""
    until = min(start_of_day(span.until), now())
    return cases.list_received(MACHINE, community_id, since=start_of_day(span.first), until=until), until


@live("cases.handled_in_time", Text("诉求按时办结率", "Matters handled within their limit"))
def handled_in_time(community_id: UUID, span: Span, group: str) -> Reading | None:
    """Of cases that were handled or whose limit is over, those handled in time; ``group`` of case types, all without."""
    rows, until = _received(community_id, span)
    if group:
        rows = rows.filter(type_id__in=[one.id for one in case_types().values() if one.group == group])
    judged = [row for row in rows if row.handled_at is not None or row.handle_due_at <= until]
    if not judged:
        return None
    n = sum(row.handled_at is not None and row.handled_at <= row.handle_due_at for row in judged)
    return _share(n / len(judged), len(judged), span.day, "counted", reverse("cases:cases"))


@live("cases.first_response", Text("紧急事件几分钟内首响的比例", "Urgent matters answered within so many minutes"))
def first_response(community_id: UUID, span: Span, minutes: str) -> Reading | None:
    """Of urgent cases that were answered or have waited longer than ``minutes``, those answered within."""
    if not (minutes.isdigit() and 1 <= int(minutes) <= MOST_MINUTES):
        raise LinliError(BAD_ARGUMENT, name="cases.first_response", wanted=f"1–{MOST_MINUTES}", got=minutes)
    within = dt.timedelta(minutes=int(minutes))
    rows, until = _received(community_id, span)
    urgent = [row for row in rows.filter(is_urgent=True) if row.responded_at or until - row.received_at > within]
    if not urgent:
        return None
    n = sum(row.responded_at is not None and row.responded_at - row.received_at <= within for row in urgent)
    return _share(n / len(urgent), len(urgent), span.day, "counted", reverse("cases:cases"))


@live("cases.rate", Text("诉求的响应率、解决率、满意率", "Response, solving and satisfaction of matters"))
def rate(community_id: UUID, span: Span, which: str) -> Reading | None:
    """One of the three rates (``response``, ``solving``, ``satisfaction``) of the cases received in the period, judged from their facts alone."""
    until = min(start_of_day(span.until), now())
    found = case_rating.rates(community_id, since=start_of_day(span.first), now=until)
    rates = {
        "response": (found.response, found.n_responses),
        "solving": (found.solving, found.n_ended),
        "satisfaction": (found.satisfaction, found.n_spoken),
    }
    if which not in rates:
        raise LinliError(BAD_ARGUMENT, name="cases.rate", wanted=" / ".join(rates), got=which)
    share, whole = rates[which]
    if share is None:
        return None
    quality = "sampled" if which == "satisfaction" else "counted"
    return _share(share, whole, span.day, quality, reverse("cases:overview"))


@live("cases.growth", Text("一周比前一周多了多少", "Rise from one week to the next"))
def growth(community_id: UUID, span: Span, group: str) -> Reading | None:
    """Cases of a group of types received in the last days of the policy against as many before; nothing where both are few."""
    policy = cases_policy()
    width, until = (
        dt.timedelta(days=min(policy.hot_windows_days)),
        min(start_of_day(span.day + dt.timedelta(days=1)), now()),
    )
    kinds = [one.id for one in case_types().values() if one.group == group]
    rows = cases.list_received(MACHINE, community_id, since=until - 2 * width, until=until).filter(type_id__in=kinds)
    times = list(rows.values_list("received_at", flat=True))
    n = sum(at >= until - width for at in times)
    before = len(times) - n
    if max(n, before) < policy.hot_least:
        return None
    return Reading(100 * (n - before) / max(before, 1), span.day, "counted", rows_url=reverse("cases:overview"))


@live("cases.dispatched_right", Text("一次派对的比例", "Sent to the right desk at once"))
def dispatched_right(community_id: UUID, span: Span, _argument: str) -> Reading | None:
    """Of the cases received in the period, those no desk gave back as not theirs."""
    rows, _until = _received(community_id, span)
    given_back = list(rows.values_list("n_returns", flat=True))
    if not given_back:
        return None
    n = sum(one == 0 for one in given_back)
    return _share(n / len(given_back), len(given_back), span.day, "counted", reverse("cases:cases"))


@live("cases.satisfaction_points", Text("报事人评价的平均分", "Mean rating by those who reported"))
def satisfaction_points(community_id: UUID, span: Span, _argument: str) -> Reading | None:
    """Ratings of 1 to 5 as 0 to 100 points, their mean. Only reporters are asked, so it is a sample of those who had something to report."""
    rows, _until = _received(community_id, span)
    given = list(rows.exclude(satisfaction=None).values_list("satisfaction", flat=True))
    if not given:
        return None
    mean = sum(25.0 * (one - 1) for one in given) / len(given)
    return Reading(mean, span.day, "sampled", mean * len(given), len(given), rows_url=reverse("cases:cases"))
