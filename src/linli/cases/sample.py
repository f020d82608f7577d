"""The cases of a demo: what three made-up communities reported in the last two weeks, brought about by commands with their own time."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.errors import LinliError
from linli.platform.actors import Actor, System
from linli.platform.models import Account
from linli.registry import queries as registry

from . import commands, queries
from .commands.handling import carry_out_for_sample
from .models import Case, Way

MACHINE = System("sample")
TEXTS: dict[str, tuple[str, ...]] = {
    "street_lamp": ("三单元楼道灯不亮，晚上看不见台阶", "东门路灯一闪一闪", "地下车库入口照明全黑了"),
    "pipe_leak": ("楼前消防栓一直往外流水", "地库顶上水管漏水，滴到车上", "水表井里往外冒水"),
    "drain_blocked": ("一楼下水道返水，厨房都是脏水", "雨水口堵了，一下雨就积水"),
    "lift_fault": ("2 号电梯停在 7 楼不动", "电梯运行时抖得厉害", "电梯门反复关不上"),
    "door_lock": ("单元门关不严，谁都能进", "门禁刷卡没反应"),
    "rubbish": ("垃圾桶满了两天没清", "楼后堆了装修垃圾", "电梯间地上很脏"),
    "parking_blocked": ("消防车道旁停了辆车，一周没动", "出口被车堵住了出不去"),
    "fire_passage": ("5 楼楼道堆满纸箱", "安全出口门被锁上了"),
    "ebike_indoors": ("有人从二楼甩线下来给电瓶车充电", "电动车推进电梯"),
    "noise": ("楼上半夜装修电钻响", "广场舞音响太大，孩子没法写作业"),
    "greenery": ("香樟树枝伸进窗户了", "草坪秃了一大片"),
    "public_facility": ("健身器材的踏板断了", "长椅少了一根木条"),
    "question": ("请问办居住证明要带什么", "社区食堂几点开门"),
    "suggestion": ("建议在北门加一个雨棚", "希望周末开放图书室"),
    "micro_wish": ("想借一辆轮椅用两周", "希望有人帮奶奶换个灯泡"),
    "neighbour_dispute": ("楼上卫生间漏水到我家，谈了两次没结果",),
    "property_service": ("物业费涨价没有公示",),
    "residence_proof": ("给孩子报名要一份居住证明",),
    "elder_check": ("三楼独居的老人两天没见出门",),
    "manhole": ("西路窨井盖松了，车压过去哐当响",),
}
WEIGHTS = (9, 6, 6, 7, 4, 10, 8, 4, 5, 7, 4, 4, 6, 3, 3, 2, 2, 3, 2, 2)
DONE_WORDS = ("已经处理好，请您看看。", "师傅来修过了，能用了。", "清理干净了，以后每天看一遍。")
DISPUTES = ("修好第二天又坏了", "只弄了一半")
FORMS = {"lift_fault": {"kind": "stands"}, "pipe_leak": {"flow": "stream"}, "fire_passage": {"by": "things"}, "noise": {"sound": "building"},
         "residence_proof": {"purpose": "报名入学"}}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reporter:
    person_id: UUID
    building_id: UUID


def fill(community_id: UUID, *, now: dt.datetime, n_cases: int, days: int, seed: int) -> int:
    """``n_cases`` over the last ``days``, more in the daytime and on weekdays; most go the whole way, the newest still wait. How many there are;
    none where there are cases already."""
    if Case.objects.filter(community_id=community_id).exists():
        return 0
    chance = random.Random(f"{seed}:{community_id}")  # noqa: S311  # a sample, not a secret
    reporters = list(_reporters(community_id, chance, n_cases))
    if not reporters:
        return 0
    workers = {
        role: _worker(role) for role in ("property_manager", "grid_worker", "community_staff", "department_handler")
    }
    times = sorted(_moments(now, n_cases, days, chance))
    for at in times:
        case = _report(community_id, chance.choice(reporters), at, chance)
        _go_on(case, at, now, chance, workers)
    return len(times)


def _moments(now: dt.datetime, n: int, days: int, chance: random.Random) -> Iterator[dt.datetime]:
    while n:
        ago_h = chance.uniform(0.2, days * 24) if chance.random() < 0.9 else chance.uniform(0.1, 12)
        at = now - dt.timedelta(hours=ago_h)
        hour = (at.hour + 8) % 24
        if chance.random() < (0.95 if 7 <= hour <= 21 else 0.1):
            n -= 1
            yield at


def _reporters(community_id: UUID, chance: random.Random, n: int) -> Iterator[Reporter]:
    grown = list(
        registry.list_people(MACHINE, community_id=community_id, age_from=20, age_below=80).order_by("person_id")[
            : 20 * n
        ]
    )
    chance.shuffle(grown)
    homes = {one.person_id: one.unit_id for one in registry.residents_of(MACHINE, community_id)}
    paths = dict(
        registry.list_places(MACHINE, community_id=community_id, kind="unit")
        .filter(place_id__in=[homes[one.person_id] for one in grown[: 2 * n] if homes.get(one.person_id)])
        .values_list("place_id", "place__path")
    )
    buildings = set(
        registry.list_places(MACHINE, community_id=community_id, kind="building").values_list("place_id", flat=True)
    )
    for one in grown[: 2 * n]:
        home = homes.get(one.person_id)
        path = paths.get(home, []) if home else []
        building = next((place for place in path if place in buildings), None)
        if building is not None:
            yield Reporter(one.person_id, building)


def _report(community_id: UUID, who: Reporter, at: dt.datetime, chance: random.Random) -> Case:
    kind = chance.choices(tuple(TEXTS), WEIGHTS)[0]
    way = chance.choices((Way.PORTAL, Way.TELEPHONE, Way.COUNTER, Way.QR), (70, 12, 8, 10))[0]
    report = commands.Report(
        chance.choice(TEXTS[kind]), kind, place_id=who.building_id, answers=FORMS.get(kind, {}), way=way
    )
    return commands.open_case(community_id, report, actor=MACHINE, now=at, person_id=who.person_id)


def _go_on(
    case: Case, at: dt.datetime, now: dt.datetime, chance: random.Random, workers: dict[str, Actor | None]
) -> None:
    """As far as its time has come: taken, done, and the reporter's word; a few are disputed, a few answered late."""
    worker = workers.get(case.desk)
    kind = queries.kind_of(case)
    if worker is None:
        return
    late = chance.random() < 0.08
    respond_s = (case.respond_due_at - at).total_seconds() * (
        chance.uniform(1.1, 3) if late else chance.uniform(0.1, 0.9)
    )
    taken_at = at + dt.timedelta(seconds=min(respond_s, 36 * 3600))
    if taken_at >= now or not _try(case, "take", "", worker, taken_at):
        return
    handle_s = (case.handle_due_at - at).total_seconds() * (
        chance.uniform(1.05, 1.8) if late else chance.uniform(0.15, 0.85)
    )
    done_at = max(at + dt.timedelta(seconds=handle_s), taken_at + dt.timedelta(minutes=5))
    steps = ("submit", "finish") if kind.flow.id == "service" else ("finish",)
    for step in steps:
        if done_at >= now or not _try(
            case, step, chance.choice(DONE_WORDS) if step == "finish" else "", worker, done_at
        ):
            return
    said_at = done_at + dt.timedelta(hours=chance.uniform(0.5, 60))
    if said_at >= now or chance.random() < 0.25:
        return
    if chance.random() < 0.1:
        if _speak(case, "dispute", said_at, words=chance.choice(DISPUTES)):
            again = said_at + dt.timedelta(hours=chance.uniform(2, 30))
            if again < now and _try(case, "finish", chance.choice(DONE_WORDS), worker, again):
                _speak(case, "confirm", again + dt.timedelta(hours=3), stars=3, until=now)
        return
    _speak(case, "confirm", said_at, stars=chance.choices((5, 4, 3, 2), (50, 30, 14, 6))[0])


def _try(case: Case, step: str, words: str, actor: Actor, at: dt.datetime) -> bool:
    """The sample's workers bring no photos; where a type wants one, the deed is told as a machine's."""
    try:
        carry_out_for_sample(case.pk, step, words=words, actor=actor, now=at)
    except LinliError:
        return False
    return True


def _speak(case: Case, step: str, at: dt.datetime, *, words: str = "", stars: int | None = None, until: dt.datetime | None = None) -> bool:  # fmt: skip
    if until is not None and at >= until:
        return False
    try:
        carry_out_for_sample(case.pk, step, words=words, satisfaction=stars, actor=MACHINE, now=at, as_reporter=True)
    except LinliError:
        return False
    return True


def _worker(role: str) -> Actor | None:
    account = Account.objects.filter(username=role, is_demo=True).first()
    return Actor(kind="person", account_id=account.pk, name=account.shown_name) if account else None
