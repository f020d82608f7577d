"""Forms of mandates: letting somebody act for a person."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms

from linli.kernel.clock import start_of_day
from linli.platform.actors import Actor
from linli.platform.kit.forms import both, spoken

from ..queries.mandates import grown_ups_with_accounts, mandate_policy
from . import finding
from .acts import ActForm
from .fields import DayField, PickField


class MandateForm(ActForm):
    account_id = PickField(
        label=both("代办员的账号", "The helper's account"),
        help_text=both(
            "写完整的用户名；没有账号的先开一个", "The whole username; open an account first where there is none"
        ),
    )
    acts = forms.MultipleChoiceField(
        label=both("可以代办哪些事", "What they may do"), widget=forms.CheckboxSelectMultiple
    )
    consent = forms.ChoiceField(label=both("本人怎么同意的", "How the person agreed"), widget=forms.RadioSelect)
    evidence = forms.CharField(
        label=both("凭据在哪里", "Where the consent is kept"), max_length=120, required=False,
        help_text=both("如 委托书第 12 号，存柜台", "As: paper no. 12, kept at the counter"),
    )  # fmt: skip
    until = DayField(label=both("到哪天为止", "Until which day"), help_text=both("这一天起失效", "Gone on this day"))

    def __init__(self, *given: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*given, **options)
        policy = mandate_policy()
        self.fields["acts"].choices = [(code, spoken(text)) for code, text in policy.acts.items()]  # type: ignore[attr-defined]
        self.fields["consent"].choices = [(code, spoken(text)) for code, text in policy.consents.items()]  # type: ignore[attr-defined]
        self.fields["account_id"].look_in(finding.accounts(actor))  # type: ignore[attr-defined]

    def until_at(self) -> dt.datetime:
        return start_of_day(self.cleaned_data["until"])


class MandateEndForm(ActForm):
    reason = forms.CharField(label=both("为什么停", "Why it ends"), max_length=200)


class GuardianForm(ActForm):
    """Somebody of the household who has an account, or any other account by its username."""

    relation = forms.ChoiceField(label=both("凭什么是监护人", "What makes them the guardian"), widget=forms.RadioSelect)
    member = forms.ChoiceField(
        label=both("一家人里的谁", "Who of the household"), required=False, widget=forms.RadioSelect
    )
    account_id = PickField(
        label=both("不住在一起的，写他的用户名", "Not of the household: their username"), required=False,
        help_text=both("要是登记在册的成年人自己的账号", "The account of a registered adult"),
    )  # fmt: skip
    evidence = forms.CharField(
        label=both("看过什么证件", "Which paper you saw"), max_length=120,
        help_text=both("如 户口簿、出生医学证明、法院判决书第 12 号", "As: household book, birth certificate, court decision no. 12"),
    )  # fmt: skip

    def __init__(self, *given: Any, actor: Actor, person_id: UUID, **options: Any) -> None:
        super().__init__(*given, **options)
        relations = mandate_policy().relations.items()
        self.fields["relation"].choices = [(code, spoken(text)) for code, text in relations]  # type: ignore[attr-defined]
        members = grown_ups_with_accounts(actor, person_id)
        self.fields["member"].choices = [(str(account), name) for account, name in members]  # type: ignore[attr-defined]
        if not members:
            del self.fields["member"]
        self.fields["account_id"].look_in(finding.accounts(actor))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        chosen = said.get("account_id") or (UUID(said["member"]) if said.get("member") else None)
        if chosen is None and not self.errors:
            self.add_error("member" if "member" in self.fields else "account_id", both("选一个人", "Choose somebody"))
        said["guardian"] = chosen
        return said
