"""The synthetic sample of a demo: one street, three communities, people who do not exist, and an account for every role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.contrib.auth.hashers import make_password

from linli.assessment.sample import assess_past
from linli.cases import sample as cases
from linli.engines.synth import SynthPolicy, make_neighbourhood
from linli.kernel.clock import local_day, now
from linli.kernel.policyfile import find_policy, known_policies
from linli.kernel.text import Text
from linli.ledger import sample as ledger
from linli.lifecircle import commands as lifecircle
from linli.lifecircle.queries import list_latest
from linli.notices.sample import announce
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.models import Account
from linli.registry import queries as registry
from linli.registry.commands.grants import grant_role
from linli.registry.commands.mandates import give_mandate
from linli.registry.models import Place, RoleGrant
from linli.registry.sample import LoadedCommunity, lay_street, load_neighbourhood

SEED = 20261122
N_COMMUNITIES = 3
PEOPLE_A_CASE = 150
PEOPLE_A_HOLDER = 375
"""One case of the sample's last three weeks for so many people and community; `linli simulate history` makes a year."""
N_PEOPLE = 15_000
NAME = Text("柳岸", "Liu'an")
STANDARDS = ("fujian-future-community", "changsha-10-15")
LIVING_HERE = ("resident", "owner", "committee_member", "elder_helper", "volunteer")
SAMPLE = System("sample")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A way into the demo: the name to type, what it may do, and where."""

    username: str
    role: str
    where: Text


def ensure_sample(
    *, password: str, say: Say, n_people: int = N_PEOPLE, seed: int = SEED, with_past: bool = True
) -> list[DemoAccount]:
    """Load the sample if no community is there yet; the demo accounts either way.

    People and accounts come in one transaction, whole or not at all. The life of each community and each measuring are one of their own,
    after the database has counted its new rows; what a killed start left undone the next one does. ``with_past``: quarters assessed before the present one, too.
    """
    with acting(SAMPLE):
        if not Place.objects.filter(kind="community").exists():
            say(f"正在生成示例街坊（虚构的 {n_people} 人） / making the synthetic sample of {n_people} people")
            _make_accounts(_load(n_people, seed), password)
    with acting(SAMPLE):
        communities = _communities()[:N_COMMUNITIES]  # the sample's own; a community registered later has its own life
    for community_id in communities:
        with acting(SAMPLE):
            _live_in(community_id, n_people, seed)
    with acting(SAMPLE):
        unmeasured = _unmeasured()
    if unmeasured:
        say("正在量生活圈 / measuring the life circle")
    for community_id, standard in unmeasured:
        with acting(SAMPLE):
            lifecircle.measure_coverage(community_id, standard, actor=SAMPLE, now=now())
    if with_past:
        with acting(SAMPLE):
            assess_past(_communities(), actor=SAMPLE, now=now())
    with acting(SAMPLE):
        return _accounts()


def _live_in(community_id: UUID, n_people: int, seed: int) -> None:
    """Announcements, cases and books, where there are none yet."""
    announce(community_id, actor=SAMPLE, now=now())
    cases.fill(community_id, now=now(), n_cases=n_people // PEOPLE_A_CASE, days=21, seed=seed)
    ledger.fill(community_id, actor=SAMPLE, now=now(), n_people=n_people // PEOPLE_A_HOLDER, seed=seed)


def _communities() -> list[UUID]:
    rows = Place.objects.filter(kind="community", synthetic=True).order_by("num")
    return list(rows.values_list("pk", flat=True))


def _unmeasured() -> list[tuple[UUID, str]]:
    communities = _communities()
    measured = {(run.community_id, run.standard_id) for one in communities for run in list_latest(SAMPLE, one)}
    return [(one, standard) for one in communities for standard in STANDARDS if (one, standard) not in measured]


def _load(n_people: int, seed: int) -> Sequence[LoadedCommunity]:
    policy = SynthPolicy.from_mapping(find_policy("synthetic", "cn-neighbourhood").document)
    policy = replace(policy, town=replace(policy.town, community_people=n_people // N_COMMUNITIES))
    made = make_neighbourhood(
        seed, policy=policy, name_zh=NAME.zh, name_en=NAME.en, n_people=n_people, on=local_day(now())
    )
    street_id = lay_street(actor=SAMPLE, on=local_day(now()).replace(year=1980))
    return load_neighbourhood(made, street_id=street_id, actor=SAMPLE)


def _make_accounts(communities: Sequence[LoadedCommunity], password: str) -> None:
    """One account for every role in the first community, and a resident and a worker in the second to compare with.

    They share the printed password, so it is hashed once: each hash is slow by design.
    """
    hashed = make_password(password)
    first, second = communities[0], communities[min(1, len(communities) - 1)]
    people = dict(zip(LIVING_HERE, _owners_living_in(first.grids[0]), strict=False))
    for policy in known_policies("roles"):
        _make_account(policy.id, policy.id, first, hashed, person_id=people.get(policy.id))
    _let_help(first)
    if second is not first:
        neighbour = next(_owners_living_in(second.grids[0]))
        _make_account("resident_2", "resident", second, hashed, person_id=neighbour)
        _make_account("community_staff_2", "community_staff", second, hashed)


def _make_account(
    username: str, role: str, community: LoadedCommunity, hashed: str, *, person_id: UUID | None = None
) -> None:
    policy = find_policy("roles", role)
    shown_name = registry.find_person(SAMPLE, person_id).name if person_id else policy.title.zh
    account = Account.objects.create(
        username=username, shown_name=shown_name, person_id=person_id, is_demo=True, password=hashed
    )
    place_id = _place_for(policy.body["granted_on"], community)
    grant_role(role, place_id=place_id, actor=SAMPLE, reason="示例账号", account_id=account.id)


def _let_help(community: LoadedCommunity) -> None:
    """The helper's account acts for somebody old of another household, so that the demo shows how it looks to both."""
    helper = Account.objects.get(username="elder_helper")
    family = {one.person_id for one in registry.household_of(SAMPLE, helper.person_id)} if helper.person_id else set()
    elders = registry.list_people(SAMPLE, within=community.grids[0], age_from=78)
    elder = next((record for record in elders if record.person_id not in family), None)
    if elder is not None:
        give_mandate(
            elder.person_id, helper.id, acts=["record", "notices", "requests"], consent="home", actor=SAMPLE,
            valid_to=now() + dt.timedelta(days=180), evidence="示例委托书",
        )  # fmt: skip


def _owners_living_in(grid_id: UUID) -> Iterator[UUID]:
    """Grown-ups of one grid who own a home and hold no role yet: those whose accounts show what residents see."""
    taken = set(RoleGrant.objects.exclude(person=None).values_list("person_id", flat=True))
    for record in registry.list_people(SAMPLE, within=grid_id, age_from=30, age_below=70).iterator(chunk_size=50):
        if record.person_id in taken:
            continue
        if registry.units_held_by(SAMPLE, record.person_id).filter(kind__in=["owner", "co_owner"]).exists():
            yield record.person_id


def _place_for(kinds: Sequence[str], community: LoadedCommunity) -> UUID:
    """The community, or the first grid, or the place above that the role is granted on."""
    if "community" in kinds:
        return community.community_id
    if "grid" in kinds:
        return community.grids[0]
    above = registry.holders_of(SAMPLE, community.community_id)
    return next(record.place_id for record in reversed(above) if record.place.kind in kinds)


def _accounts() -> list[DemoAccount]:
    found = []
    for account in Account.objects.filter(is_demo=True).order_by("created_at"):
        grant = account.role_grants.select_related("place").first()
        if grant is not None:
            found.append(
                DemoAccount(account.username, grant.role, registry.name_of(registry.find_place(SAMPLE, grant.place_id)))
            )
    return found
