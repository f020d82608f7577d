"""Forms of mandates: letting somebody act for a person."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from linli.kernel.clock import start_of_day
from linli.platform.actors import Actor
from linli.platform.kit.forms import both, spoken

from ..queries.mandates import mandate_policy
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
