"""What the living page shows in its parts: a table, a form, steps, charts. All made up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from linli.kernel.text import Text
from linli.platform.kit.charts import Bullet, Histogram
from linli.platform.kit.forms import Card, KitForm, both
from linli.platform.kit.tables import BulkAction, Choice, Column, Filter, TableSpec

from . import scene

STATES = (
    ("red", "今天到期", "Due today"),
    ("yellow", "48 小时内", "Within 48 h"),
    ("blue", "本周", "This week"),
    ("green", "办好了", "Done"),
)
MATTERS = (
    (
        "0384",
        "楼道水管漏水，墙面渗水",
        "Stairwell pipe leaks",
        "三村 4 幢 2 单元",
        "3",
        0,
        128_000,
        "设备报警 + 居民 3 人同报",
    ),
    ("0379", "电梯困人后停用，老人上下楼难", "Lift out of service", "望溪苑 2 幢", "4", 0, 1_860_000, "居民 11 人同报"),
    ("0371", "独居老人两天未报平安", "No word from an elder", "一村 7 幢 301", "1", 0, 0, "静默提醒"),
    ("0366", "申请加装卫生间扶手", "Grab rails requested", "三村 1 幢 103", "3", 1, 32_050, "柜台代办"),
    ("0362", "夜间烧烤油烟扰民", "Barbecue smoke at night", "市场东门", "2", 1, 0, "纠纷·第 2 次"),
    ("0355", "微心愿：想学用手机挂号", "Help with phone booking", "二村 9 幢 204", "2", 2, 0, "居民·电话"),
    ("0349", "儿童滑梯螺丝松动", "Loose screw on the slide", "二村中心绿地", "2", 2, 8_500, "巡查发现"),
    ("0346", "=SUM(A1) 楼道感应灯不亮", "=SUM(A1) stair light out", "三村 6 幢 1 单元", "3", 3, 412_000, "居民·语音"),
)
TODAY = dt.date(2026, 11, 20)


def matters() -> list[dict[str, Any]]:
    return [
        {
            "pk": number,
            "number": f"2611-{number}",
            "what": Text(zh, en),
            "where": where,
            "grid": grid,
            "state": state,
            "cost_fen": cost,
            "came": came,
            "due_on": TODAY + dt.timedelta(days=state * 2),
        }
        for number, zh, en, where, grid, state, cost, came in MATTERS
    ]


def _state(row: dict[str, Any]) -> tuple[str, Text]:
    shape, zh, en = STATES[row["state"]]
    return shape, Text(zh, en)


MATTER_TABLE = TableSpec(
    key="matters",
    columns=(
        Column("number", Text("编号", "Number"), kind="plate", sort=True, narrow=True),
        Column("what", Text("事情", "Matter"), link=lambda row: "#table", sub=lambda row: row["came"], sort=True),
        Column("where", Text("在哪里", "Where")),
        Column("due_on", Text("到期", "Due"), kind="day", sort=True),
        Column("cost_fen", Text("费用", "Cost"), kind="money", sort=True),
        Column("state", Text("承诺", "Promise"), kind="badge", value=_state),
    ),
    filters=(
        Filter(
            "grid",
            Text("网格", "Grid"),
            choices=tuple(Choice(str(n), Text(f"第 {n} 网格", f"Grid {n}")) for n in (1, 2, 3, 4)),
        ),
        Filter("due", Text("到期", "Due"), kind="day", field="due_on"),
        Filter("cost", Text("费用", "Cost"), kind="number", field="cost_fen", unit=Text("分", "fen")),
    ),
    search=("what", "where", "number"),
    is_open_search=True,
    page_size=6,
    group=lambda row: _state(row)[1],
    bulk=(BulkAction("kit:confirm", Text("预览改派", "Preview the handover"), "swap"),),
    row_key=lambda row: row["pk"],
    thing=Text("件", "matters"),
)

HOUSE_TABLE = TableSpec(
    key="houses",
    columns=(
        Column("name", Text("楼栋", "Building"), value=lambda row: Text(row["zh"], row["en"])),
        Column("n_people", Text("居民", "Residents"), kind="number", sort=True),
        Column("minutes", Text("走到食堂", "To the canteen"), kind="minutes", sort=True),
    ),
    order="-minutes",
    page_size=6,
    thing=Text("幢", "buildings"),
)


class ReportForm(KitForm):
    where = forms.ChoiceField(
        label=both("在哪里？", "Where is it?"),
        widget=forms.RadioSelect,
        choices=[
            (
                "home",
                Card(
                    Text("三村 4 幢 2 单元 楼道", "Fenglin 3, building 4"),
                    Text("您家门口。来自住户登记，可以改", "Your own stairs, from the register"),
                ),
            ),
            ("other", Card(Text("别的楼", "Another building"), Text("选小区、楼栋、单元", "Choose it from a list"))),
            (
                "words",
                Card(Text("写地址或地点名", "Say it in words"), Text("如“市场东门”", "Such as “market, east gate”")),
            ),
        ],
        error_messages={"required": both("请选在哪里", "Choose where it is")},
    )
    phone = forms.CharField(
        label=both("联系电话", "Phone"),
        help_text=both("修的人上门前打给您", "They call before they come"),
        min_length=11,
        max_length=20,
        error_messages={
            "required": both("请填联系电话", "Enter a phone number"),
            "min_length": both(
                "联系电话要 11 位，现在 %(show_value)d 位",
                "The phone number has 11 digits; this one has %(show_value)d",
            ),
        },
    )
    building = forms.ChoiceField(
        label=both("哪一幢", "Which building"),
        choices=[
            ("", both("选楼栋", "Choose one")),
            ("1", both("1 幢", "Building 1")),
            ("4", both("4 幢", "Building 4")),
        ],
        error_messages={"required": both("请选是哪一幢", "Choose a building")},
    )
    seen_on = forms.DateField(
        label=both("哪天发现的", "Seen on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    words = forms.CharField(
        label=both("说一说", "In your words"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    photo = forms.FileField(label=both("照片", "Photo"), required=False)
    is_public = forms.BooleanField(
        label=both("大家都能看", "Everyone may see it"),
        help_text=both("隐去姓名和门号", "Without your name and door"),
        required=False,
    )


STEPS = [
    {
        "state": "done",
        "title": Text("来报，自动合并 4 条", "Reported; 4 reports joined"),
        "detail": Text("11:28–12:55", "11:28–12:55"),
    },
    {
        "state": "done",
        "title": Text("受理并公开", "Taken up, made public"),
        "detail": Text("11:46·18 分钟（承诺 30 分钟）", "11:46 · 18 min (promised 30)"),
    },
    {
        "state": "now",
        "title": Text("更换一层立管", "Replacing the riser"),
        "detail": Text("进行中·承诺今天 16:00 前恢复供水", "Under way · water back by 16:00"),
    },
    {
        "state": "next",
        "title": Text("请 4 位来报人确认", "4 reporters asked to confirm"),
        "detail": Text("办结后立即发出", "As soon as it is closed"),
    },
]
PAIRS = [
    (Text("主责", "Owner"), Text("安居物业·王建国", "Anju property · Wang Jianguo")),
    (Text("协办", "With"), Text("区水务三所", "District water works")),
    (Text("公开", "Public"), Text("已公开，隐去姓名与门号", "Yes, without names and doors")),
]
CHANGES = [
    {
        "label": Text("主责", "Owner"),
        "before": Text("社区", "Community office"),
        "after": Text("安居物业", "Anju property"),
    },
    {"label": Text("承诺", "Promise"), "before": "11月22日 18:00", "after": "11月21日 12:00"},
]
BULLETS = [
    (
        Text("老旧管网改造率", "Old pipes renewed"),
        ("red", Text("红　差 13.5 个百分点", "Red: 13.5 points short")),
        Bullet(61.5, 75, 100, Text("61.5%", "61.5%"), Text("75%", "75%"), 58.2, Text("上季 58.2%", "58.2% before")),
    ),
    (
        Text("供水报修平均用时", "Days to mend water"),
        ("yellow", Text("黄　慢 0.6 天", "Yellow: 0.6 days slow")),
        Bullet(
            2.6,
            2,
            4,
            Text("2.6 天", "2.6 days"),
            Text("不超过 2 天", "at most 2 days"),
            3.1,
            Text("上季 3.1 天", "3.1 before"),
            more_is_better=False,
        ),
    ),
]
BARS = [
    {"text": Text("现状", "As it is"), "share": 1.0, "said": Text("1140 人", "1,140"), "look": "short"},
    {
        "text": Text("打开三村北门", "Open the north gate"),
        "share": 0.43,
        "said": Text("486 人", "486"),
        "look": "short",
    },
    {"text": Text("启用闲置房 A", "Use vacant room A"), "share": 0.27, "said": Text("312 人", "312"), "look": "short"},
]
QUARTERS = ["2024 四", "2025 一", "2025 二", "2025 三", "2025 四", "2026 一", "2026 二", "2026 三"]
SCORES = [52.0, 54.5, 53.8, 57.0, 59.2, 61.4, 63.9, 68.0]


def histogram() -> Histogram:
    counts = [0] * 13
    for row in scene.rows():
        counts[min(12, int(row["minutes"] // 2))] += 1
    return Histogram(counts, 2.0, Text("楼栋按步行分钟的分布", "Buildings by walking minutes"))


def line_chart() -> dict[str, Any]:
    return {
        "id": "score-chart",
        "data_id": "score-chart-data",
        "finding": Text("68.0 分，八季里第七次上升", "68.0 points, the seventh rise in eight quarters"),
        "under": Text("虚线：目标 80 分", "Dashed: target 80"),
        "data": {
            "kind": "line",
            "x": QUARTERS,
            "series": [{"name": {"zh": "生命线设施", "en": "Lifelines"}, "values": SCORES}],
            "unit": {"zh": "分", "en": "points"},
            "target": 80,
            "decimals": 1,
            "min": 40,
        },
        "headings": [Text("季度", "Quarter"), Text("得分", "Score")],
        "rows": list(zip(QUARTERS, SCORES, strict=True)),
    }
