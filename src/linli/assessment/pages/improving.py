"""Warnings and what is done about them: plans written, carried out, measured again; and the cheapest way to clear the reds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from linli.cases import queries as cases
from linli.kernel.clock import now
from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.kit.forms import Card
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands, queries
from ..bridges import Short, cheapest_bundles
from ..commands.closing import CLOSE
from ..commands.handing import may_hand_over
from ..commands.planning import PLAN, value_since
from ..forms import CheckForm, DoneForm, WriteForm
from ..models import Plan, PlanMeasure, Warning
from ..rules.colours import SCHEMES, scheme
from ..rules.plans import SHAPES, STEPS
from ..rules.strategies import find_deed, fitting
from ..rules.system import Indicator, find_system
from .asked import amount, colour_badge, go, said_done

READ = queries.READ
PERCENT = Text("%", "%")
POINTS = Text("分", "points")


@page(permission=READ)
def warnings(request: Request) -> HttpResponseBase:
    """The three schemes apart, open ones by colour; plans below."""
    community_id = current_community(request)
    rows = queries.list_warnings(request.actor, community_id)
    past = "past" in request.GET
    shown = [one for one in rows if (one.cleared_at is not None) == past]
    context = {
        "groups": [
            {"scheme": scheme(id), "rows": sorted((_told(one) for one in shown if one.scheme == id), key=lambda row: row["rank"])}
            for id in SCHEMES
        ],
        "past": past,
        "n_open": sum(one.cleared_at is None for one in rows),
        "n_past": sum(one.cleared_at is not None for one in rows),
        "plans": [_plan_row(one) for one in queries.list_plans(request.actor, community_id)],
        "now": now(),
        "n_red": sum(one.cleared_at is None and one.colour == "red" and one.scheme == "threshold" for one in rows),
        "done": said_done(request),
    }  # fmt: skip
    return render(request, "assessment/warnings.html", context)


@page(permission=READ)
def warning(request: Request, warning_id: UUID) -> HttpResponseBase:
    found = queries.find_warning(request.actor, warning_id)
    one = _indicator(found)
    unit = _unit(found, one)
    context = {
        "warning": found,
        "row": _told(found),
        "scheme": scheme(found.scheme),
        "one": one,
        "turns": [
            (turn, colour_badge(found.scheme, turn.colour), amount(turn.value, unit)) for turn in found.turns.order_by("-at")
        ],
        "plan": getattr(found, "plan", None),
        "indicator_url": reverse("assessment:indicator") + f"?system={found.system_id}&period={found.period}&measure={found.subject}",
        "rows_url": reverse("lifecircle:map") + f"?category={found.subject}" if found.scheme == "demand" else "",
    }  # fmt: skip
    return render(request, "assessment/warning.html", context)


@page(permission=READ)
def plan(request: Request, plan_id: UUID) -> HttpResponseBase:
    """One plan and where it stands in its round."""
    found = queries.find_plan(request.actor, plan_id)
    one = _indicator(found.warning)
    unit = _unit(found.warning, one)
    seen = value_since(found)
    at = {"due": 1, "doing": 2, "checking": 3, "closed": 4}[found.state]
    rows = list(found.measures.order_by("round", "due_on", "id"))
    tasks = cases.standing_of([row.case_id for row in rows])
    context = {
        "plan": found,
        "row": _told(found.warning),
        "badge": (SHAPES[found.state], STEPS[found.state]),
        "is_late": found.state == "due" and found.due_at < now(),
        "was_late": found.written_at is not None and found.written_at > found.due_at,
        "steps": [Text("计划", "Plan"), Text("执行", "Do"), Text("检查", "Check"), Text("闭环", "Act")],
        "at": at,
        "rows": [(row, amount(row.likely, unit), _who(row), tasks.get(row.case_id)) for row in rows],
        "before": amount(found.value_before, unit),
        "after": amount(found.value_after, unit),
        "seen": amount(seen.value, unit) if seen else None,
        "seen_at": seen.recorded_at if seen else None,
        "may_plan": request.actor.may(PLAN, found.community_id),
        "may_hand_over": may_hand_over(request.actor, found.community_id),
        "may_check": request.actor.may(CLOSE, found.community_id),
        "needs_measures": found.state == "doing" and not any(row.done_at is None for row in rows),
        "cost_fen": sum(row.cost_fen or 0 for row in rows),
        "indicator_url": reverse("assessment:indicator") + f"?system={found.warning.system_id}&measure={found.measure}",
        "done": said_done(request),
    }
    return render(request, "assessment/plan.html", context)


@page(permission=PLAN, methods=("GET", "POST"))
def write(request: Request, plan_id: UUID) -> HttpResponseBase:
    """Choose measures of the library that fit, each with cost, days and what is known of its effect; or say one's own."""
    found = queries.find_plan(request.actor, plan_id)
    request.actor.require(PLAN, found.community_id)
    one = _indicator(found.warning)
    form = WriteForm(request.POST or None, choices=_choices(request, found, one), initial={"aim": found.aim})
    if form.is_valid() and form.carried_out(
        lambda: commands.write_plan(
            plan_id, aim=form.cleaned_data["aim"], deeds=form.cleaned_data.get("deeds", ()), own=form.own(), actor=request.actor, now=now()
        )
    ):  # fmt: skip
        return go("plan", plan_id, done="written")
    context = {"plan": found, "row": _told(found.warning), "form": form, "submit": Text("写好了，开始做", "Written; start"), "back_url": reverse("assessment:plan", args=[plan_id])}  # fmt: skip
    return render(request, "assessment/plan_write.html", context, status=422 if form.errors else 200)


@page(permission=PLAN, methods=("GET", "POST"))
def done(request: Request, plan_id: UUID) -> HttpResponseBase:
    """``?row=``: one measure is done; how one knows."""
    found = queries.find_plan(request.actor, plan_id)
    request.actor.require(PLAN, found.community_id)
    form = DoneForm(request.POST or None, initial={"row": request.GET.get("row", "")})
    asked_row = str(form.data.get("row") or request.GET.get("row", ""))
    row = found.measures.filter(pk=int(asked_row)).first() if asked_row.isdigit() and len(asked_row) < 19 else None
    if row is None:
        return go("plan", plan_id, done="")
    after: list[Plan] = []
    if form.is_valid() and form.carried_out(
        lambda: after.append(commands.do_measure(plan_id, row.pk, evidence=form.cleaned_data["evidence"], actor=request.actor, now=now()))
    ):  # fmt: skip
        return go("plan", plan_id, done="checking" if after[0].state == "checking" else "done")
    context = {"plan": found, "row": row, "form": form, "submit": Text("做完了", "Done"), "back_url": reverse("assessment:plan", args=[plan_id])}  # fmt: skip
    return render(request, "assessment/plan_done.html", context, status=422 if form.errors else 200)


@page(permission=PLAN, methods=("POST",))
def hand(request: Request, plan_id: UUID) -> HttpResponseBase:
    """``row``: one measure becomes a case at a desk."""
    found = queries.find_plan(request.actor, plan_id)
    row = request.POST.get("row", "")
    if not row.isdigit() or len(row) > 18:
        raise NotFoundError
    commands.hand_over(found.pk, int(row), actor=request.actor, now=now())
    return go("plan", plan_id, done="handed")


@page(permission=CLOSE, methods=("GET", "POST"))
def check(request: Request, plan_id: UUID) -> HttpResponseBase:
    """Before and after side by side; close the plan or go round again."""
    found = queries.find_plan(request.actor, plan_id)
    request.actor.require(CLOSE, found.community_id)
    form = CheckForm(request.POST or None)
    if form.is_valid() and form.carried_out(
        lambda: commands.check_plan(
            plan_id, again=form.cleaned_data["outcome"] == "again", learned=form.cleaned_data["learned"], actor=request.actor, now=now()
        )
    ):  # fmt: skip
        return go("plan", plan_id, done="again" if form.cleaned_data["outcome"] == "again" else "checked")
    unit = _unit(found.warning, _indicator(found.warning))
    seen = value_since(found)
    context = {
        "plan": found,
        "row": _told(found.warning),
        "form": form,
        "before": amount(found.value_before, unit),
        "seen": amount(seen.value, unit) if seen else None,
        "change": amount(seen.value - found.value_before, unit) if seen else None,
        "submit": Text("确定", "Confirm"),
        "back_url": reverse("assessment:plan", args=[plan_id]),
    }
    return render(request, "assessment/plan_check.html", context, status=422 if form.errors else 200)


@page(permission=READ)
def cheapest(request: Request) -> HttpResponseBase:
    """The cheapest set of measures that clears the red thresholds, with the next best beside it."""
    community_id = current_community(request)
    rule = scheme("threshold")
    rows = queries.list_warnings(request.actor, community_id, only_open=True).filter(scheme="threshold", colour="red")
    shorts, titles = [], {}
    for one in rows:
        found = _indicator(one)
        if found is None or "red" not in found.limits:
            continue
        sign = 1 if found.direction == "higher" else -1
        at = found.limits["red"] + sign * abs(found.limits["red"]) * rule.margin_share
        shorts.append(Short(one.subject, max(1e-6, sign * (at - one.value)), sign))
        titles[one.subject] = (found.title, found.unit, one.value, at)
    advice = cheapest_bundles(shorts) if shorts else None
    context = {
        "shorts": [
            {"title": title, "value": amount(value, unit), "at": amount(at, unit)} for title, unit, value, at in titles.values()
        ],
        "bundles": [
            {
                "deeds": bundle.deeds,
                "cost_fen": bundle.cost_fen,
                "reached": [(titles[key][0], amount(titles[key][2] + lift, titles[key][1])) for key, lift in bundle.reached.items()],
            }
            for bundle in (advice.bundles if advice else ())
        ],
        "beyond": [titles[key][0] for key in (advice.beyond if advice else ())],
    }  # fmt: skip
    return render(request, "assessment/cheapest.html", context)


def _indicator(found: Warning) -> Indicator | None:
    if found.scheme != "threshold":
        return None
    return find_system(found.system_id).of_measure(found.subject)


def _unit(found: Warning, one: Indicator | None) -> Text:
    return one.unit if one else (PERCENT if found.scheme == "demand" else POINTS)


def _told(found: Warning) -> dict[str, Any]:
    rule = scheme(found.scheme)
    colour = "" if found.cleared_at else found.colour
    shape, word = colour_badge(found.scheme, colour)
    said = amount(found.value, _unit(found, _indicator(found)))
    assert said is not None
    if found.scheme == "demand":
        said = Text(f"{said.zh}的居民走不到", f"{said.en} of residents are out of reach")
    return {
        "warning": found,
        "title": found.title,
        "shape": shape,
        "word": word,
        "means": rule.colour(found.colour).means,
        "said": said,
        "rank": rule.rank(found.colour),
        "plan": getattr(found, "plan", None),
        "url": reverse("assessment:warning", args=[found.pk]),
    }


def _who(row: PlanMeasure) -> Text:
    """By whom, in both languages where the library says it so."""
    deed = find_deed(row.deed) if row.deed else None
    return deed.who if deed and deed.who.zh == row.who else Text(row.who, row.who)


def _plan_row(found: Any) -> dict[str, Any]:
    return {
        "plan": found,
        "title": found.warning.title,
        "badge": (SHAPES[found.state], STEPS[found.state]),
        "is_late": found.state == "due" and found.due_at < now(),
    }


def _choices(request: Request, found: Plan, one: Indicator | None) -> list[tuple[str, Any]]:
    """Measures that may help, with what each costs, and what went with it where it was done before."""
    pairs = fitting(found.measure)
    mine = request.actor.communities_with(queries.READ)
    known = queries.effects(found.measure, [deed.id for _, deed in pairs], community_ids=mine)
    unit = _unit(found.warning, one)
    choices = []
    for strategy, deed in pairs:
        likely = amount(deed.lifts[found.measure], unit)
        assert likely is not None
        hint = Text(
            f"{deed.who.zh} · {deed.days} 天 · {deed.cost_fen / 100:,.0f} 元 · 估计 {likely.zh}",
            f"{deed.who.en} · {deed.days} days · {deed.cost_fen / 100:,.0f} yuan · thought to bring {likely.en}",
        )
        effect = known.get(deed.id)
        if effect is not None:
            mean = amount(effect.mean, unit)
            wide = amount(effect.half_width, unit)
            assert mean is not None
            about = Text(f"±{wide.zh}", f"±{wide.en}") if wide else Text("只有一次", "once only")
            hint = Text(
                f"{hint.zh}。做过 {effect.n} 次，之后变了 {mean.zh}（{about.zh}）",
                f"{hint.en}. Done {effect.n}×; {mean.en} went with it ({about.en})",
            )
        choices.append((deed.id, Card(Text(f"{strategy.title.zh}：{deed.title.zh}", f"{strategy.title.en}: {deed.title.en}"), hint)))  # fmt: skip
    return choices
