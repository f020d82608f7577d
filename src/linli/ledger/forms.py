"""The ledger's forms. Each carries the id of the transfer it asks for, so that a second click books nothing."""

from __future__ import annotations

from typing import Any

from django import forms

from linli.kernel.ids import uuid7
from linli.platform.kit.forms import both, spoken
from linli.registry.forms.acts import ActForm

from .rules import BookPolicy


class TransferForm(ActForm):
    transfer_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, policy: BookPolicy, **options: Any) -> None:
        super().__init__(*given, **options)
        self.policy = policy
        self.fields["transfer_id"].initial = uuid7()


class AmountForm(TransferForm):
    amount = forms.CharField(label=both("多少", "How much"), max_length=20)

    def __init__(self, *given: Any, policy: BookPolicy, **options: Any) -> None:
        super().__init__(*given, policy=policy, **options)
        self.fields["amount"].help_text = spoken(policy.unit)
        self.fields["amount"].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean_amount(self) -> int:
        return self.policy.amount(self.cleaned_data["amount"])


class AwardForm(AmountForm):
    reason = forms.ChoiceField(label=both("为什么", "What for"))
    field_order = ("reason", "amount")

    def __init__(self, *given: Any, policy: BookPolicy, **options: Any) -> None:
        super().__init__(*given, policy=policy, **options)
        signs = {"earn": "+", "spend": "\N{MINUS SIGN}"}
        field: Any = self.fields["reason"]
        field.choices = [
            (one.id, both(f"{signs[one.way]} {one.title.zh}", f"{signs[one.way]} {one.title.en}"))
            for one in policy.reasons.values()
        ]


class GiftForm(AmountForm):
    to = forms.ChoiceField(label=both("给谁", "To whom"), widget=forms.RadioSelect)
    field_order = ("to", "amount")

    def __init__(self, *given: Any, policy: BookPolicy, family: dict[Any, str], **options: Any) -> None:
        super().__init__(*given, policy=policy, **options)
        field: Any = self.fields["to"]
        field.choices = [(str(person_id), name) for person_id, name in family.items()]


class SettleForm(TransferForm):
    """``act``: ``keep``, ``void`` or ``reverse``."""

    act = forms.ChoiceField(choices=[(one, one) for one in ("keep", "void", "reverse")], widget=forms.HiddenInput)
