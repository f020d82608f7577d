"""Forms of who lives where and who holds a home: moving, leaving, tenure, a transfer, a telephone shown for a reason, duties."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import UUID

from django import forms

from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.kit.forms import Card, both, spoken

from ..catalogues import catalogue
from ..pages import words
from ..rules.people import REVEAL_REASONS, normal_phone
from ..rules.tenure import check_share
from . import finding
from .acts import ActForm, day_field, reason_field, told_here
from .fields import CodeField, PickField

NEW_HOUSEHOLD = "new"
SHARE_FORM = both("写成 1、1/2 或 0.5", "Write 1, 1/2 or 0.5")
ROWS_OF_OWNERS = 4
ALONE = both("只搬一个人时选", "Only when one person moves")
REASONS = {
    "visit": Text("上门走访", "A visit"),
    "emergency": Text("紧急情况", "An emergency"),
    "asked_by_person": Text("本人要求", "The person asked for it"),
    "correction": Text("核对、更正", "Checking or correcting"),
    "callback": Text("回访", "A call back"),
    "other": Text("别的（请写明）", "Something else (say what)"),
}


class ShareField(forms.CharField):
    """An exact share: ``1/3``, ``0.5`` or ``1``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value).replace("／", "/").replace(" ", "")
        if not text:
            return Fraction(0)
        try:
            return Fraction(text)
        except (ValueError, ZeroDivisionError):
            raise forms.ValidationError(
                both("“%(got)s”不是份额，写成 1、1/2 或 0.5", "“%(got)s” is not a share; write 1, 1/2 or 0.5"),
                params={"got": value},
            ) from None


class MoveForm(ActForm):
    """Who moves (a person with the household, or alone), where to, and for one who moves alone, into which household there.

    The households of a home are known once the home is; so is the question asked: the page is shown again with it.
    """

    person_id = PickField(label=both("谁搬", "Who moves"), help_text=both("写姓名", "Write a name"))
    who = forms.ChoiceField(
        label=both("几个人搬", "How many move"), widget=forms.RadioSelect,
        choices=[
            ("household", Card(Text("全家一起搬", "The whole household"), Text("一家人搬到同一套房", "All of them to one home"))),
            ("person", Card(Text("只搬这一个人", "This person alone"), Text("离开原来的户", "Leaves the household they are in"))),
        ],
    )  # fmt: skip
    unit_id = PickField(
        label=both("搬到哪里", "Where to"),
        required=False,
        help_text=both("写房号，如 3号楼 502", "Write the home, as 3号楼 502"),
    )
    out = forms.BooleanField(
        label=both("搬出本社区", "Out of this community"), required=False,
        help_text=both("勾选就不用填搬到哪里", "Tick it and leave the home empty"),
    )  # fmt: skip
    into = forms.ChoiceField(
        label=both("住进哪一户", "Into which household"), widget=forms.RadioSelect, required=False, help_text=ALONE
    )
    role = CodeField(
        words.MEMBERS, label=both("在户里是", "In that household they are"), initial="head", required=False
    )
    on = day_field(both("从哪天起", "From which day"))

    def __init__(
        self, *given: Any, actor: Actor, community_id: UUID | None, person_id: UUID | None = None,
        unit_id: UUID | None = None, has_household: bool = True, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*given, **options)
        self.actor, self.fixed = actor, {"person_id": person_id, "unit_id": unit_id}
        self.fields["person_id"].look_in(finding.people(actor, community_id))  # type: ignore[attr-defined]
        self.fields["unit_id"].look_in(finding.places(actor, community_id, "unit"))  # type: ignore[attr-defined]
        for name, known in self.fixed.items():
            if known is not None:
                del self.fields[name]
        if unit_id is not None:
            del self.fields["out"]
        if not has_household:
            del self.fields["who"]
        self.households = finding.households_at(actor, unit_id or self._typed_unit(community_id))
        if self.households:
            listed = [
                (str(one.id), Card(Text(one.title, one.title), Text(one.detail, one.detail) if one.detail else None))
                for one in self.households
            ]
            alone = (NEW_HOUSEHOLD, Card(Text("自立一户", "A household of their own")))
            self.fields["into"].choices = [*listed, alone]  # type: ignore[attr-defined]
        else:
            del self.fields["into"]

    def _typed_unit(self, community_id: UUID | None) -> UUID | None:
        """The home the form was sent with, if it names one."""
        if not self.is_bound or "unit_id" not in self.fields:
            return None
        field = self.fields["unit_id"]
        try:
            return field.clean(field.widget.value_from_datadict(self.data, self.files, "unit_id"))
        except forms.ValidationError:
            return None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        unit_id = self.fixed["unit_id"] or cleaned.get("unit_id")
        if "unit_id" in self.fields and "unit_id" not in self.errors and (unit_id is None) != bool(cleaned.get("out")):
            self.add_error(
                "unit_id",
                both(
                    "写明搬到哪套房，或勾选搬出本社区，二者选一",
                    "Name the home, or tick that they leave the community: one of the two",
                ),
            )
        joins = self.is_alone and cleaned.get("into") not in (None, "", NEW_HOUSEHOLD)
        if joins and not cleaned.get("role") and "role" not in self.errors:
            self.add_error("role", both("选在这一户里是什么人", "Choose what they are in that household"))
        if self.is_alone and unit_id and "into" in self.fields and not cleaned.get("into"):
            self.add_error(
                "into",
                both(
                    "这套房已有人住：选住进哪一户，或自立一户",
                    "Somebody lives there: choose their household, or one of their own",
                ),
            )
        return cleaned

    @property
    def is_alone(self) -> bool:
        """One person moves, not a household."""
        return "who" not in self.fields or self.cleaned_data.get("who") == "person"


class LeaveForm(ActForm):
    on = day_field(both("从哪天起不在这一户", "From which day they are not of this household"))


class TenureForm(ActForm):
    """Who holds a home, how, and for an owner with which share."""

    person_id = PickField(
        label=both("谁", "Who"),
        help_text=both("写姓名；要先登记在居民里", "Write a name; they must be registered as a resident first"),
    )
    kind = CodeField(words.TENURES, label=both("怎么持有", "How they hold it"))
    share = ShareField(
        label=both("份额", "Share"),
        required=False,
        help_text=both(
            "业主和共有人填，写成 1、1/2 或 0.5；租户和家属不填",
            "For owners and co-owners: 1, 1/2 or 0.5; tenants and family leave it empty",
        ),
    )
    evidence = forms.CharField(
        label=both("凭什么", "By what evidence"), max_length=120, required=False,
        help_text=both("如 不动产权证编号、租赁合同日期", "As: number of the title deed, date of the lease"),
    )  # fmt: skip
    on = day_field(both("从哪天起", "From which day"))
    until = day_field(
        both("到哪天为止", "Until which day"),
        required=False,
        hint=both("不知道就不填；租约到期的第二天", "Leave it if not known; for a lease, the day after its last"),
    )

    def __init__(self, *given: Any, actor: Actor, community_id: UUID | None, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["person_id"].look_in(finding.people(actor, community_id))  # type: ignore[attr-defined]
        self.fields["until"].initial = None

    def clean_share(self) -> Fraction:
        return _fitting_share(self.cleaned_data)


class TenureCorrection(ActForm):
    kind = CodeField(words.TENURES, label=both("怎么持有", "How they hold it"))
    share = ShareField(label=both("份额", "Share"), required=False, help_text=SHARE_FORM)
    evidence = forms.CharField(label=both("凭什么", "By what evidence"), max_length=120, required=False)

    because = reason_field(both("例如：产权证上是另一个份额", "As: the title deed has another share"))

    def clean_share(self) -> Fraction:
        return _fitting_share(self.cleaned_data)


class TenureEnd(ActForm):
    on = day_field(both("从哪天起不再持有", "From which day they no longer hold it"))


class TransferForm(ActForm):
    """All owners after a sale, a gift or an inheritance; whoever is not named here owns it no longer."""

    evidence = forms.CharField(label=both("凭什么", "By what evidence"), max_length=120, required=False)
    on = day_field(both("从哪天起", "From which day"))

    def __init__(self, *given: Any, actor: Actor, community_id: UUID | None, **options: Any) -> None:
        super().__init__(*given, **options)
        source = finding.people(actor, community_id)
        named = []
        for number in range(1, ROWS_OF_OWNERS + 1):
            owner = PickField(label=both(f"业主 {number}", f"Owner {number}"), required=number == 1)
            owner.look_in(source)
            self.fields[f"owner_{number}"] = owner
            self.fields[f"share_{number}"] = ShareField(
                label=both(f"业主 {number} 的份额", f"Share of owner {number}"),
                required=number == 1,
                help_text=SHARE_FORM,
            )
            named += [f"owner_{number}", f"share_{number}"]
        self.fields["share_1"].initial = "1"
        self.order_fields(named)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for number in range(2, ROWS_OF_OWNERS + 1):
            if (
                cleaned.get(f"owner_{number}")
                and not cleaned.get(f"share_{number}")
                and f"share_{number}" not in self.errors
            ):
                self.add_error(f"share_{number}", both("写明这位业主的份额", "Give this owner's share"))
        return cleaned

    def owners(self) -> list[tuple[UUID, str, Fraction]]:
        rows = [
            (self.cleaned_data.get(f"owner_{number}"), self.cleaned_data.get(f"share_{number}"))
            for number in range(1, ROWS_OF_OWNERS + 1)
        ]
        named = [(person_id, share) for person_id, share in rows if person_id]
        kind = "owner" if len(named) == 1 else "co_owner"
        return [(person_id, kind, share or Fraction(0)) for person_id, share in named]


class RevealForm(ActForm):
    reason = forms.ChoiceField(
        label=both("为什么要看", "Why you need it"), widget=forms.RadioSelect,
        choices=[(code, spoken(REASONS[code])) for code in REVEAL_REASONS],
    )  # fmt: skip
    note = forms.CharField(
        label=both("补充说明", "More, in your words"), max_length=200, required=False,
        help_text=both("本人看得到；加密保存，不进日志", "The person can read it; kept encrypted, outside the journal"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        if self.cleaned_data.get("reason") == "other" and not self.cleaned_data.get("note"):
            self.add_error("note", both("选了“别的”，请写明为什么", "Say why, as none of the reasons fits"))
        return said


class DutyForm(ActForm):
    code = CodeField(label=both("负责什么", "What it answers for"))
    place_id = PickField(
        label=both("管哪里", "Where"),
        help_text=both(
            "社区、网格、小区或楼栋的名称；里面的都算", "A community, grid, compound or building; all in it counts"
        ),
    )
    contact = forms.CharField(label=both("找谁", "Whom to ask for"), max_length=80, required=False)
    phone = forms.CharField(
        label=both("电话", "Phone"), max_length=40, required=False, help_text=both("加密保存", "Kept encrypted"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    on = day_field(both("从哪天起", "From which day"))

    def __init__(self, *given: Any, actor: Actor, community_id: UUID | None, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["code"].offer(catalogue("duties"))  # type: ignore[attr-defined]
        kinds = ("community", "grid", "compound", "building")
        self.fields["place_id"].look_in(finding.places(actor, community_id, *kinds, suggest="building"))  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        with told_here():
            return normal_phone(self.cleaned_data["phone"]) if self.cleaned_data["phone"] else ""


class DutyEnd(ActForm):
    on = day_field(both("从哪天起不再负责", "From which day it no longer answers for it"))


def _fitting_share(said: dict[str, Any]) -> Fraction:
    """The share, if it fits the kind of holding chosen above it."""
    share: Fraction = said["share"]
    with told_here():
        return check_share(said["kind"], share) if said.get("kind") else share
