"""What an import of residents would do: people new, changed, unchanged or in question; homes, households and tenure with them.

Reads an already gathered register and decides; writes nothing. The same lines, answers and register give the same plan and digest.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Literal
from uuid import UUID

from linli.kernel.errors import FaultList, LinliError
from linli.kernel.text import Text

from ..rules.people import PHONE_INDEX
from ..rules.periods import Period
from ..rules.tenure import OWNING, check_share, check_shares
from ..sealed import identity_index
from .entries import Entry
from .homes import HomeKey, NoHomeError
from .known import KnownPerson, Register
from .same import NEW, SKIP, Question, Traits, join_lines, match

Action = Literal["new", "changed", "unchanged"]
Tell = Callable[[float], None]


@dataclass(slots=True)
class PersonPlan:
    """One person of the file. ``known`` is who they are in the register, None for somebody new; ``fields`` what changes of them."""

    lines: tuple[int, ...]
    entry: Entry
    known: UUID | None = None
    fields: tuple[str, ...] = ()
    phone_index: bytes | None = None
    identity_index: bytes | None = None

    @property
    def action(self) -> Action:
        return "new" if self.known is None else "changed" if self.fields else "unchanged"


@dataclass(frozen=True, slots=True)
class StayPlan:
    """A person belongs to household number ``household`` of the plan from the day on, in ``role``."""

    person: int
    household: int
    role: str


@dataclass(slots=True)
class HouseholdPlan:
    """``known`` None: a new one. ``home`` None: it stays where it lives."""

    known: UUID | None
    home: HomeKey | None


@dataclass(frozen=True, slots=True)
class TenurePlan:
    person: int
    home: HomeKey
    kind: str
    share: Fraction
    known: bool


@dataclass(slots=True)
class Plan:
    people: list[PersonPlan] = field(default_factory=list)
    stays: list[StayPlan] = field(default_factory=list)
    households: list[HouseholdPlan] = field(default_factory=list)
    emptied: list[UUID] = field(default_factory=list)
    tenures: list[TenurePlan] = field(default_factory=list)
    new_homes: list[Any] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    n_skipped: int = 0
    n_absent: int = 0
    n_same_tenure: int = 0

    def counts(self) -> dict[str, int]:
        by_action = Counter(one.action for one in self.people)
        return {
            "new": by_action["new"], "changed": by_action["changed"], "unchanged": by_action["unchanged"],
            "skipped": self.n_skipped, "absent": self.n_absent, "homes": len(self.new_homes),
            "households": sum(one.known is None for one in self.households), "stays": len(self.stays), "tenures": len(self.tenures),
        }  # fmt: skip

    @property
    def is_empty(self) -> bool:
        counts = self.counts()
        return not any(counts[name] for name in ("new", "changed", "homes", "households", "stays", "tenures"))

    def digest(self) -> str:
        """One digest for what would be done, without names: lines, ids, columns that change."""
        lines = [f"p {one.lines} {one.known} {','.join(one.fields)}" for one in self.people]
        lines += [f"s {one.person} {one.household} {one.role}" for one in self.stays]
        lines += [f"h {one.known} {one.home}" for one in self.households]
        lines += [f"t {one.person} {one.home} {one.kind} {one.share}" for one in self.tenures]
        lines += [f"e {one}" for one in self.emptied]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def make_plan(
    entries: Sequence[Entry], register: Register, faults: FaultList, *, on: dt.date, answers: Mapping[int, str],
    blind: Callable[[str, str], bytes], places: Mapping[str, str], tell: Tell | None = None,
) -> Plan:  # fmt: skip
    """``answers`` by line; ``blind(purpose, value)`` makes a blind index; ``places`` names the file's columns for faults.

    Faults (homes not known, two homes for one person, shares above the whole, two heads) are added to ``faults``; the plan is whole
    only where there are none.
    """
    planner = _Planner(entries, register, faults, on, answers, places)
    planner.find_homes()
    planner.find_people(blind, tell or (lambda _: None))
    planner.form_households()
    planner.hold_homes()
    plan = planner.plan
    named = {one.known for one in plan.people if one.known}
    plan.n_absent = len(set(register.stay) - named)
    return plan


@dataclass(slots=True)
class _Planner:
    entries: Sequence[Entry]
    register: Register
    faults: FaultList
    on: dt.date
    answers: Mapping[int, str]
    places: Mapping[str, str]
    plan: Plan = field(default_factory=Plan)
    home: dict[int, HomeKey] = field(default_factory=dict)
    """Line → its home."""
    person_of_line: dict[int, int] = field(default_factory=dict)

    def find_homes(self) -> None:
        new: dict[Any, None] = {}
        for entry in self.entries:
            if entry.home is None:
                continue
            try:
                key = self.register.homes.find(entry.home)
            except NoHomeError as error:
                self._fault(entry, "home" if "home" in self.places else "building", error.zh, error.en)
                continue
            self.home[entry.line] = key
            if not isinstance(key, UUID):
                new[key] = None
        self.plan.new_homes = list(new)

    def find_people(self, blind: Callable[[str, str], bytes], tell: Tell) -> None:
        indices = [(_phone(one, blind), _document(one)) for one in self.entries]
        traits = [
            Traits(
                one.name,
                one.born_on,
                phone,
                document,
                frozenset({self.home[one.line]} if one.line in self.home else ()),
            )
            for one, (phone, document) in zip(self.entries, indices, strict=True)
        ]
        lines = [one.line for one in self.entries]
        groups, questions, skipped = join_lines(lines, traits, self.answers)
        self.plan.questions += questions
        self.plan.n_skipped = len(skipped)
        taken: set[UUID] = set()
        for number, group in enumerate(groups):
            merged = self._merge([self.entries[index] for index in group])
            phone = next((indices[index][0] for index in group if indices[index][0]), None)
            document = next((indices[index][1] for index in group if indices[index][1]), None)
            homes = frozenset().union(*(traits[index].homes for index in group))
            one = PersonPlan(tuple(lines[index] for index in group), merged, phone_index=phone, identity_index=document)
            if not self._recognise(one, Traits(merged.name, merged.born_on, phone, document, homes), taken):
                self.plan.n_skipped += 1
                continue
            if one.known is not None:
                taken.add(one.known)
            for line in one.lines:
                self.person_of_line[line] = len(self.plan.people)
            self.plan.people.append(one)
            if number % 1000 == 0:
                tell(number / len(groups))

    def _recognise(self, one: PersonPlan, traits: Traits, taken: set[UUID]) -> bool:
        """Sets who they are in the register. False: left out."""
        ref = one.entry.ref
        if ref is not None:
            if ref not in self.register.people or ref in taken:
                self._fault(
                    one.entry,
                    "person_ref",
                    "册子里没有这个登记编号，或前面的行已用过",
                    "the register has no such id, or an earlier line has used it",
                )
            else:
                one.known = ref
        else:
            known, question = match(one.lines[0], traits, self.register.same, taken.__contains__)
            if question is not None:
                self.plan.questions.append(question)
                answer = self.answers.get(question.line, question.suggested)
                if answer == SKIP:
                    return False
                chosen = answer if answer in question.options else question.suggested
                known = None if chosen == NEW else UUID(chosen)
                if known in taken:
                    self._fault(
                        one.entry,
                        "name",
                        "另一行已选了册子里的同一个人；请改选一处",
                        "another line was already given the same person of the register",
                    )
                    known = None
            one.known = known
        if one.known is not None:
            self._compare(one, self.register.people[one.known])
        elif one.identity_index is not None and self.register.same.by_document.get(one.identity_index):
            self._fault(
                one.entry,
                "identity_number",
                "这个证件号已登记在册子里另一个人名下，不能再登记一个人",
                "this number is already another person's in the register",
            )
        return True

    def _merge(self, entries: Sequence[Entry]) -> Entry:
        """One person's lines as one entry. What two lines say otherwise is a fault."""
        first = entries[0]
        if len(entries) == 1:
            return first
        said: dict[str, Any] = {}
        for name in ("ref", "sex", "born_on", "phone", "identity"):
            for entry in entries:
                value = getattr(entry, name)
                if value and name in said and said[name] != value:
                    column = "identity_number" if name == "identity" else "person_ref" if name == "ref" else name
                    self._fault(
                        entry,
                        column,
                        f"和第 {first.line} 行是同一个人，这一列却不一样",
                        f"the same person as line {first.line}, yet this column differs",
                    )
                elif value:
                    said[name] = value
        return replace(first, **said)

    def _compare(self, one: PersonPlan, known: KnownPerson) -> None:
        entry = one.entry
        if known.span.valid_from > self.on:
            self._fault(
                entry,
                "name",
                f"这个人 {known.span.valid_from} 才登记在册；导入日期不要早于那天",
                f"this person is in the register from {known.span.valid_from}; import from that day or later",
            )
        said = {
            "name": (entry.name, known.name), "sex": (entry.sex, known.sex), "born_on": (entry.born_on, known.born_on),
            "phone": (one.phone_index, known.phone_index), "identity": (one.identity_index, known.identity_index),
        }  # fmt: skip
        one.fields = tuple(name for name, (new, old) in said.items() if new and new != old)

    def form_households(self) -> None:
        groups: dict[tuple[HomeKey, str], list[Entry]] = defaultdict(list)
        living: dict[int, Entry] = {}
        for entry in self.entries:
            home, person = self.home.get(entry.line), self.person_of_line.get(entry.line)
            if home is None or person is None or not entry.resides:
                continue
            if person in living and self.home[living[person].line] != home:
                self._fault(
                    entry, "home", f"第 {living[person].line} 行已写他住另一套房；只持有、不住的那一行，“是否住在这里”填“否”",
                    f"line {living[person].line} has this person living in another home; write no under 'lives here' where they only hold it",
                )  # fmt: skip
            elif person not in living:
                living[person] = entry
                groups[home, entry.household].append(entry)
        guessed = False
        for (home, _), entries in groups.items():
            guessed |= self._form(home, entries)
        if guessed:
            self.plan.notes.append(
                Text("没有写与户主关系的：每户第一行记为户主，其余记为合住，之后可以改", "Where no relation is given, the first line of a household is its head and the others flatmates; it can be changed later")
            )  # fmt: skip
        self._empty()

    def _form(self, home: HomeKey, entries: Sequence[Entry]) -> bool:
        """One household; True where a role had to be assumed."""
        heads = [entry for entry in entries if entry.role == "head"]
        if len(heads) > 1:
            self._fault(
                heads[1],
                "role",
                f"这一户第 {heads[0].line} 行已有户主；住了几户就用户号分开",
                f"line {heads[0].line} is the head of this household already; tell several households apart by number",
            )
        known = self._known_household(home, entries)
        stands = known is not None and known in self.register.residence and self.register.residence[known][1] == home
        number = len(self.plan.households)
        before, guessed = len(self.plan.stays), False
        for at, entry in enumerate(entries):
            person = self.person_of_line[entry.line]
            stay = self.register.stay.get(self.plan.people[person].known or UUID(int=0))
            inside = stay is not None and stay.household_id == known and known is not None
            role = entry.role or (stay.role if inside and stay else "")
            if not role:
                guessed |= len(entries) > 1
                role = "head" if at == 0 and not heads and known is None else "flatmate"
            if inside and stay and stay.role == role:
                continue
            if stay and stay.span.valid_from > self.on:
                self._fault(
                    entry,
                    "home",
                    f"册子里记着 {stay.span.valid_from} 起入户；导入日期不要早于那天",
                    f"the register has a household for this person from {stay.span.valid_from}; import from that day or later",
                )
            self.plan.stays.append(StayPlan(person, number, role))
        if not stands or len(self.plan.stays) > before:
            self.plan.households.append(HouseholdPlan(known, None if stands else home))
        return guessed

    def _known_household(self, home: HomeKey, entries: Sequence[Entry]) -> UUID | None:
        """The registered household this is: one living in that home with somebody of it; else one all of whose people are of it, which
        moves."""
        people = [known for entry in entries if (known := self.plan.people[self.person_of_line[entry.line]].known)]
        theirs = Counter(self.register.stay[one].household_id for one in people if one in self.register.stay)
        for household, _ in theirs.most_common():
            if household in self.register.residence and self.register.residence[household][1] == home:
                return household
        return next(
            (one for one, n in theirs.most_common() if n == len(self.register.members[one]) and self._free(one)), None
        )

    def _free(self, household: UUID) -> bool:
        return all(one.known != household for one in self.plan.households)

    def _empty(self) -> None:
        """Households that everybody leaves: they live nowhere here any more."""
        left: Counter[UUID] = Counter()
        for stay in self.plan.stays:
            known = self.plan.people[stay.person].known
            before = self.register.stay.get(known) if known else None
            if before and before.household_id != self.plan.households[stay.household].known:
                left[before.household_id] += 1
        moving = {one.known for one in self.plan.households if one.known}
        self.plan.emptied = [
            one for one, n in left.items() if n == len(self.register.members[one]) and one not in moving and one in self.register.residence
        ]  # fmt: skip

    def hold_homes(self) -> None:
        by_home: dict[HomeKey, dict[int, Entry]] = defaultdict(dict)
        for entry in self.entries:
            home, person = self.home.get(entry.line), self.person_of_line.get(entry.line)
            if entry.tenure and home is not None and person is not None:
                earlier = by_home[home].setdefault(person, entry)
                if (earlier.tenure, earlier.share) != (entry.tenure, entry.share):
                    self._fault(
                        entry,
                        "tenure",
                        f"第 {earlier.line} 行写了同一个人对同一套房的另一种关系",
                        f"line {earlier.line} says otherwise of the same person and home",
                    )
        for home, holders in by_home.items():
            self._hold(home, holders)

    def _hold(self, home: HomeKey, holders: Mapping[int, Entry]) -> None:
        last = list(holders.values())[-1]
        standing = self._standing(home, holders)
        shares: dict[int, Fraction] = {}
        for person, entry in holders.items():
            known = self._known_tenure(home, person)
            if entry.tenure not in OWNING:
                shares[person] = Fraction(0)
            elif entry.share is not None:
                shares[person] = entry.share
            elif known is not None and known.kind in OWNING:
                shares[person] = known.share
        rest = 1 - sum(shares.values(), Fraction(0)) - sum((share for _, share in standing), Fraction(0))
        open_to = [person for person in holders if person not in shares]
        if open_to and rest <= 0:
            self._fault(
                last,
                "share",
                "这套房的份额已经分完，请写明各自份额",
                "the shares of this home are all held; write everybody's",
            )
            return
        for person in open_to:
            shares[person] = rest / len(open_to)
        if len(open_to) > 1 and not any("309" in note.zh for note in self.plan.notes):
            self.plan.notes.append(
                Text("几位业主没有写份额的，按等额记（民法典第 309 条），之后可以改", "Owners without a share are recorded with equal ones (Civil Code, art. 309); it can be changed later")
            )  # fmt: skip
        self._keep(home, holders, shares, standing, last)

    def _keep(
        self,
        home: HomeKey,
        holders: Mapping[int, Entry],
        shares: Mapping[int, Fraction],
        standing: Sequence[tuple[Period, Fraction]],
        last: Entry,
    ) -> None:
        try:
            for person, entry in holders.items():
                check_share(entry.tenure, shares[person])
            check_shares([*standing, *((Period(self.on), share) for share in shares.values() if share)])
        except LinliError as error:
            self._fault(last, "share", error.text.zh, error.text.en)
            return
        for person, entry in holders.items():
            known = self._known_tenure(home, person)
            if known and (known.kind, known.share) == (entry.tenure, shares[person]):
                self.plan.n_same_tenure += 1
                continue
            if known and known.span.valid_from > self.on:
                self._fault(
                    entry,
                    "tenure",
                    f"册子里记着 {known.span.valid_from} 起的产权或租住；导入日期不要早于那天",
                    f"the register has a tenure from {known.span.valid_from}; import from that day or later",
                )
            self.plan.tenures.append(TenurePlan(person, home, entry.tenure, shares[person], known is not None))

    def _known_tenure(self, home: HomeKey, person: int) -> Any:
        known = self.plan.people[person].known
        return self.register.tenure.get((home, known)) if known and isinstance(home, UUID) else None

    def _standing(self, home: HomeKey, holders: Mapping[int, Entry]) -> list[tuple[Period, Fraction]]:
        """Owners of the home that the file does not name, whose shares stand."""
        named = {self.plan.people[person].known for person in holders}
        return [
            (Period(max(held.span.valid_from, self.on), held.span.valid_to), held.share)
            for person, held in self._holders().get(home, ())
            if person not in named
        ]

    def _holders(self) -> dict[Any, list[tuple[UUID, Any]]]:
        if not self._held:
            for (unit, person), held in self.register.tenure.items():
                if held.kind in OWNING:
                    self._held.setdefault(unit, []).append((person, held))
        return self._held

    _held: dict[Any, list[tuple[UUID, Any]]] = field(default_factory=dict)

    def _fault(self, entry: Entry, column: str, zh: str, en: str) -> None:
        self.faults.add(zh, en, line=entry.line, column=self.places.get(column, ""))


def _phone(entry: Entry, blind: Callable[[str, str], bytes]) -> bytes | None:
    return blind(PHONE_INDEX, entry.phone) if entry.phone else None


def _document(entry: Entry) -> bytes | None:
    return identity_index(*entry.identity) if entry.identity else None
