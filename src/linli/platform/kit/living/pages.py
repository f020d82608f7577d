"""The pages of `/kit/`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.errors import Fault, NotFoundError
from linli.kernel.text import Text
from linli.platform.installation import installation_kind
from linli.platform.kit.icons import symbols
from linli.platform.kit.tables import Table
from linli.platform.web.page import page

from . import samples, scene

IMPORT_FAULTS = [
    Fault(Text("出生日期 1948-02-30 不存在", "Born on 1948-02-30: no such day"), line=118),
    Fault(Text("三村 19 幢：三村只有 1–18 幢", "Fenglin 3 has buildings 1–18, got 19"), line=903),
    Fault(Text("与第 1439 行是同一个人", "The same person as line 1439"), line=1440),
]
GROUPS = [
    {"value": "elder", "text": Text("60 岁以上", "Over 60")},
    {"value": "all", "text": Text("所有人", "Everyone")},
]


def demo_only() -> None:
    """A real installation has no living page."""
    if installation_kind() != "demo":
        raise NotFoundError


@page(audience="demo")
def living(request: HttpRequest) -> HttpResponse:
    demo_only()
    table = Table(samples.MATTER_TABLE, request.GET, samples.matters())
    download = table.download()
    if download is not None:
        return download
    wrong = samples.ReportForm({"phone": "139123456", "words": "二单元一楼到三楼的墙一直在渗水"})
    context = {
        "table": table,
        "find": Text("找事情、地方、编号", "Matter, place, number"),
        "wrong": wrong,
        "fresh": samples.ReportForm(
            auto_id="fresh_%s",
            initial={"phone": "139 1234 5678", "where": "home"},
            origins={"phone": Text("来自住户登记，可以改", "From the register; correct it if wrong")},
        ),
        "steps": samples.STEPS,
        "pairs": samples.PAIRS,
        "changes": samples.CHANGES,
        "bullets": samples.BULLETS,
        "bars": samples.BARS,
        "histogram": samples.histogram(),
        "chart": samples.line_chart(),
        "faults": IMPORT_FAULTS,
        "icons": [name for name in symbols() if not name.startswith("s-") and name != "logo"],
        "jobs": _jobs(),
        "tabs": [
            {"url": "#tabs", "text": Text("经过", "History"), "count": 7, "current": True},
            {"url": "#tabs", "text": Text("住户", "Households"), "count": 24, "current": False},
            {"url": "#tabs", "text": Text("照片", "Photos"), "count": None, "current": False},
        ],
        "crumbs": [
            {"url": "#", "text": Text("枫林社区", "Fenglin")},
            {"url": "#", "text": Text("三村", "Fenglin 3")},
            {"text": Text("4 幢", "Building 4")},
        ],
        "form_steps": [Text("什么事", "What"), Text("在哪里", "Where"), Text("照片", "Photo"), Text("核对", "Check")],
        "chart_empty": Table(samples.MATTER_TABLE, _query("grid=1&cost_from=90000"), samples.matters()),
    }
    return render(request, "kit/page.html", context)


def _query(raw: str) -> Any:
    from django.http import QueryDict

    return QueryDict(raw)


def _jobs() -> list[dict[str, Any]]:
    counting = Text("96 幢 × 14 类设施，已算 61 幢", "96 buildings × 14 kinds; 61 done")
    return [
        {"title": Text("正在算步行圈", "Measuring walking reach"), "detail": counting, "share": 0.64, "left_s": 80},
        {
            "title": Text("算好了", "Done"),
            "detail": Text("96 幢，用了 41 秒", "96 buildings in 41 s"),
            "is_done": True,
            "result_url": "#states",
        },
        {
            "title": Text("没有算成", "It failed"),
            "detail": Text("地图里没有可走的路。什么都没有改动", "The map has no path to walk; nothing was changed"),
            "is_failed": True,
        },
    ]


@page(audience="demo")
def shell(request: HttpRequest, name: str) -> HttpResponse:
    demo_only()
    return render(
        request, f"kit/shell_{name}.html", {"steps": samples.STEPS, "map": _map_config(lit=name == "overview")}
    )


@page(audience="demo")
def map_page(request: HttpRequest) -> HttpResponse:
    demo_only()
    group = request.GET.get("group", "elder")
    context = {
        "map": _map_config(lit=False),
        "houses": Table(samples.HOUSE_TABLE, request.GET, scene.rows(group)),
        "histogram": samples.histogram(),
        "picks": [
            {"name": "group", "label": Text("谁在走", "Who walks"), "look": "seg", "options": GROUPS, "value": group}
        ],
    }
    return render(request, "kit/_map_twin.html" if "twin" in request.GET else "kit/shell_map.html", context)


def _map_config(*, lit: bool) -> dict[str, Any]:
    return {
        "bounds": scene.bounds(),
        "ground_url": reverse("kit:ground"),
        "buildings_url": reverse("kit:houses"),
        "points_url": reverse("kit:points"),
        "details_url": reverse("kit:house") + "?id={id}",
        "measure": "none" if lit else "minutes",
        "is_3d": lit,
        "bearing": -27 if lit else 0,
        "is_interactive": not lit,
        "padding": [20, 230, 40, 230] if lit else [24, 24, 24, 24],
        "has_labels": not lit,
    }


@page(audience="demo")
def data(request: HttpRequest, name: str) -> HttpResponse:
    demo_only()
    made = {"ground": scene.ground, "points": scene.points}.get(name)
    return JsonResponse(made() if made else scene.buildings(request.GET.get("group", "elder")))


@page(audience="demo")
def house(request: HttpRequest) -> HttpResponse:
    demo_only()
    wanted = request.GET.get("id", "")
    row = next((row for row in scene.rows(request.GET.get("group", "elder")) if row["id"] == wanted), None)
    return render(request, "kit/_house.html", {"row": row})


@page(audience="demo", methods=("GET", "POST"))
def confirm(request: HttpRequest) -> HttpResponse:
    demo_only()
    chosen = [("row", key) for key in request.POST.getlist("row")]
    return render(
        request, "kit/shell_confirm.html", {"changes": samples.CHANGES, "fields": chosen, "n_chosen": len(chosen)}
    )
