"""Forms of role grants and of accounts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from linli.kernel.clock import start_of_day
from linli.kernel.policyfile import known_policies
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.kit.forms import Card, both

from . import finding
from .acts import ActForm
from .fields import DayField, PickField


class GrantForm(ActForm):
    """A role, for an account or for a resident, on a place, until a day. Offered are the roles the actor's own may give."""

    role = forms.ChoiceField(label=both("什么角色", "Which role"), widget=forms.RadioSelect)
    account_id = PickField(
        label=both("给哪个账号", "To which account"),
        required=False,
        help_text=both("写用户名或显示的名字", "Write the username or the name shown"),
    )
    person_id = PickField(
        label=both("或给哪位居民", "Or to which resident"), required=False,
        help_text=both("写姓名；他的账号都有这个角色", "Write a name; every account of theirs then holds the role"),
    )  # fmt: skip
    place_id = PickField(
        label=both("在哪里有效", "Where it holds"),
        help_text=both(
            "社区、网格、小区、楼栋或房屋；里面的都算",
            "A community, grid, compound, building or home; all in it counts",
        ),
    )
    until = DayField(
        label=both("到哪天为止", "Until which day"),
        required=False,
        help_text=both("这一天起失效；不填就一直有效", "Gone on this day; empty: until it is ended"),
    )
    reason = forms.CharField(
        label=both("为什么", "Why"),
        max_length=200,
        help_text=both("会记在授权名单里", "It stands in the list of grants"),
    )

    def __init__(self, *given: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*given, **options)
        self.roles = roles_given_by(actor)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (policy.id, Card(policy.title, Text.from_mapping(policy.body["summary"]))) for policy in self.roles
        ]
        kinds = tuple(dict.fromkeys(kind for policy in self.roles for kind in policy.body["granted_on"]))
        self.fields["place_id"].look_in(finding.places(actor, None, *kinds, suggest="grid"))  # type: ignore[attr-defined]
        self.fields["account_id"].look_in(finding.accounts(actor))  # type: ignore[attr-defined]
        if actor.may("registry.person.read"):
            self.fields["person_id"].look_in(finding.people(actor, None))  # type: ignore[attr-defined]
        else:
            del self.fields["person_id"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        named = [name for name in ("account_id", "person_id") if cleaned.get(name)]
        if len(named) != 1 and not {"account_id", "person_id"} & set(self.errors):
            self.add_error("account_id", both("写一个账号，或一位居民，二者选一", "Name one account or one resident"))
        return cleaned

    def until_at(self) -> dt.datetime | None:
        day = self.cleaned_data["until"]
        return start_of_day(day) if day else None


def roles_given_by(actor: Actor) -> list[Any]:
    """The role policies that name a role the actor holds among those who give it."""
    held = {grant.role for grant in actor.grants}
    policies = sorted(known_policies("roles"), key=lambda policy: str(policy.id))
    return [policy for policy in policies if actor.everywhere or held & set(policy.body["granted_by"])]


class GrantEndForm(ActForm):
    reason = forms.CharField(label=both("为什么终止", "Why it ends"), max_length=200)


class AccountForm(ActForm):
    username = forms.CharField(
        label=both("用户名", "Username"), max_length=70, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        help_text=both("小写字母、数字、点、横线，如 wang.fang", "Small letters, digits, dot, dash, as wang.fang"),
    )  # fmt: skip
    shown_name = forms.CharField(
        label=both("显示的名字", "Name shown"), max_length=64, help_text=both("如 王芳", "As 王芳")
    )


class TieForm(ActForm):
    code = forms.CharField(
        label=both("代码", "Code"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=both("本人用统一身份登录后页面上显示的八位代码，如 7KQM 2XPD", "The eight characters shown to them after signing in, as 7KQM 2XPD"),
    )  # fmt: skip


class ResetForm(ActForm):
    because = forms.CharField(
        label=both("理由", "Reason"), max_length=200, help_text=both("如 手机丢失，已当面核对工作证", "As: phone lost, staff card checked face to face")
    )  # fmt: skip
