"""What all forms that change the registry share: one act, tried once, its refusal told beside the field it is about.

Three acts on a record, and their difference in one sentence each (:data:`ACTS`): from a day it is otherwise; it was wrong from the
start; from a day it is no more.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal
from uuid import UUID

from django import forms
from django.db import transaction

from linli.kernel.clock import local_day, now
from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.kit.forms import KitForm, both, spoken

from ..dated import EARLIEST, Dated
from ..rules.periods import Period
from .fields import CodeField, DayField

Act = Literal["new", "change", "correct"]
LATEST = dt.date(2199, 12, 31)  # a plausible day: the database packs days far beyond it
ABOUT_ERRORS: dict[str, tuple[str, ...]] = {
    "registry.bad_phone": ("phone",),
    "registry.bad_name": ("name", "name_zh", "serial"),
    "registry.bad_birth": ("born_on",),
    "registry.bad_need": ("needs",),
    "registry.identity_birth_disagrees": ("born_on",),
    "registry.identity_sex_disagrees": ("sex",),
    "registry.identity_held": ("identity_number",),
    "registry.identity_kind": ("identity_kind",),
    "registry.bad_care_note": ("care_note",),
    "registry.real_person_in_demo": ("is_made_up",),
    "registry.overlaps": ("since", "on"),
    "registry.not_in_force": ("on",),
    "registry.never_was": ("on",),
    "registry.empty_period": ("since", "until", "on"),
    "registry.future_move": ("on",),
    "registry.no_reason": ("because",),
    "registry.bad_division_code": ("code",),
    "registry.wrong_parent": ("parent_id",),
    "registry.other_community": ("parent_id",),
    "registry.wrong_compound": ("compound_id",),
    "registry.bad_area": ("area_dm2",),
    "registry.bad_shape": ("lon",),
    "registry.bad_capacity": ("capacity",),
    "registry.place_of_another_community": ("place_id",),
    "registry.bad_share": ("share",),
    "registry.shares_exceed_whole": ("share",),
    "registry.not_a_home": ("unit_id",),
    "registry.of_another_community": ("person_id", "unit_id"),
    "registry.role_not_on_place": ("place_id",),
    "registry.role_not_yours_to_give": ("role",),
    "registry.role_to_yourself": ("person_id", "account_id"),
    "registry.role_excluded": ("role",),
    "registry.role_held_already": ("role",),
    "registry.bad_username": ("username",),
    "registry.username_taken": ("username",),
    "registry.account_shown_name": ("shown_name",),
    "registry.mandate_acts": ("acts",),
    "registry.mandate_consent": ("consent",),
    "registry.mandate_period": ("until",),
    "registry.mandate_between": ("account_id",),
    "registry.mandate_held": ("account_id",),
    "registry.guardian_relation": ("relation",),
    "registry.guardian_evidence": ("evidence",),
    "registry.guardian_age": ("account_id", "member"),
    "platform.identity_code": ("code",),
    "registry.grant_no_reason": ("reason",),
    "platform.second_factor_reason": ("because",),
    "registry.invited_evidence": ("evidence",),
    "registry.weak_password": ("password",),
    "registry.grant_period": ("until",),
}
"""Which field a refusal is about: the first that was filled in, else the first that the form has. Others stand above the form."""


@dataclass(frozen=True, slots=True)
class ActWords:
    title: Text
    plain: Text
    submit: Text


ACTS: dict[str, ActWords] = {
    "new": ActWords(
        Text("登记", "Register"),
        Text("从填的那天起记在册子里。", "It stands in the register from the day you give."),
        Text("登记", "Register"),
    ),
    "change": ActWords(
        Text("情况变了", "It changed"),
        Text(
            "从某一天起不一样了：之前的照旧留着，只改那天以后。",
            "From a day on it is different: what was so before stays, only the days after are changed.",
        ),
        Text("记下变化", "Record the change"),
    ),
    "correct": ActWords(
        Text("当初记错了", "It was recorded wrongly"),
        Text(
            "从来不是这样，是写错了：这条记录划掉重写，划掉的和原因都留着。",
            "It was never so: this record is struck out and written anew; what was struck out stays, with the reason.",
        ),
        Text("更正", "Correct"),
    ),
    "end": ActWords(
        Text("不再有了", "It ended"),
        Text(
            "从某一天起没有了：之前的记录都留着，那天以后册子里不再有。",
            "From a day on it is no more: all records before stay; after that day it is not in the register.",
        ),
        Text("终止", "End it"),
    ),
}


class ActForm(KitForm):
    """A form whose deed may be refused. The deed runs in a savepoint: refused, it leaves nothing behind."""

    def carried_out(self, deed: Callable[[], Any]) -> bool:
        """Try it; a refusal becomes an error of the form. "Absent" and "not yours" stay answers of their own."""
        try:
            with transaction.atomic():
                deed()
        except (NotFoundError, NotAllowedError):
            raise
        except LinliError as error:
            if error.status >= 500:
                raise
            self.refuse(error)
            return False
        return True

    def refuse(self, error: LinliError) -> None:
        named = (*ABOUT_ERRORS.get(error.code, ()), error.data.get("what"), error.data.get("field"))
        known = [name for name in named if name in self.fields]
        filled = [name for name in known if self.cleaned_data.get(name) not in (None, "")]
        self.add_error(next(iter([*filled, *known]), None), spoken(error.text))


@contextlib.contextmanager
def told_here() -> Iterator[None]:
    """In a field's check: what a rule of the room refuses is this field's error, so that all faults are told together."""
    try:
        yield
    except LinliError as error:
        raise forms.ValidationError(spoken(error.text)) from error


def day_field(label: Any, *, hint: Any = "", required: bool = True) -> DayField:
    return DayField(label=label, help_text=hint, required=required, initial=lambda: local_day(now()))


def reason_field(hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=both("为什么更正", "Why it is corrected"),
        max_length=200,
        help_text=hint or both("例如：身份证上是另一个日期", "As: the identity card has another date"),
    )


class RecordForm(ActForm):
    """What is said of one noun: its fields are named like the columns of the record.

    ``new`` and ``change`` ask from which day; ``correct`` asks why, and where ``mends_start`` is true also for the right first day.
    """

    order: ClassVar[Sequence[str]] = ()
    mends_start: ClassVar[bool] = False
    only_new: ClassVar[Sequence[str]] = ()
    beside: ClassVar[frozenset[str]] = frozenset({"on", "because", "since", "is_made_up"})
    """Fields that are not columns."""

    def __init__(
        self, *given: Any, act: Act, actor: Actor, community_id: UUID | None, record: Any = None, **options: Any
    ) -> None:
        self.act, self.actor, self.community_id, self.record = act, actor, community_id, record
        options["initial"] = (self.starting(record) if record is not None else {}) | (options.get("initial") or {})
        super().__init__(*given, **options)
        if act != "new":
            for name in self.only_new:
                self.fields.pop(name, None)
        self._add_act_fields()
        self.look_up()
        for name, field in self.fields.items():
            if isinstance(field, CodeField) and record is not None:
                field.keep(str(getattr(record, name)))

    def _add_act_fields(self) -> None:
        if self.act == "new":
            self.fields["on"] = day_field(
                both("从哪天起", "From which day"), hint=both("不清楚就填今天", "Today if you do not know")
            )
        elif self.act == "change":
            self.fields["on"] = day_field(both("从哪天起变了", "From which day it is different"))
        else:
            if self.mends_start:
                self.fields["since"] = DayField(
                    label=both("这条记录从哪天起", "The first day of this record"), initial=self.record.valid_from
                )
            self.fields["because"] = reason_field()

    def look_up(self) -> None:
        """Tell the pick fields where they look."""

    def starting(self, record: Dated) -> dict[str, Any]:
        """What stands in the record."""
        content = record.content()
        return {name: content[name] for name in self.base_fields if name in content}

    def clean_on(self) -> dt.date:
        return self._day("on")

    def clean_since(self) -> dt.date:
        return self._day("since")

    def _day(self, name: str) -> dt.date:
        day: dt.date = self.cleaned_data[name]
        if not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(
                both(
                    "日期应在 %(low)s 与 %(high)s 之间，收到 %(got)s",
                    "The day must lie between %(low)s and %(high)s, got %(got)s",
                ),
                params={"low": EARLIEST, "high": LATEST, "got": day},
            )
        return day

    def said(self) -> dict[str, Any]:
        """All columns as the form has them, for a first record."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.beside}

    def changes(self) -> dict[str, Any]:
        """The columns that were changed by hand: what was not touched stays as the record of that day has it."""
        touched = set(self.changed_data)
        return {name: value for name, value in self.said().items() if name in touched}

    def period(self) -> Period | None:
        """The corrected period; None where it stays."""
        if "since" not in self.changed_data or "since" not in self.cleaned_data:
            return None
        return Period(self.cleaned_data["since"], self.record.valid_to)


class EndForm(ActForm):
    """The day from which it is no more."""

    on = DayField(
        label=both("从哪天起没有了", "From which day it is no more"),
        help_text=both("这一天起不算，前一天还算", "Not so on this day; still so the day before"),
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        options["initial"] = {"on": local_day(now())} | (options.get("initial") or {})
        super().__init__(*given, **options)
