"""Impact assessments on the console: the purposes and how each stands, one assessment to be read and printed, and its signing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, NotFoundError
from linli.kernel.text import Text
from linli.platform.kit.forms import KitForm, both, spoken
from linli.platform.privacy import impact
from linli.platform.privacy.models import Assessment
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry.pages.words import role_title
from linli.registry.queries.accounts import names_of_accounts

from .privacy import ENDS, GRADES

DECISIONS = {
    "go_on": Text("可以照这样做", "It may go on as it is"),
    "with_measures": Text("补上写明的措施后可以做", "It may go on once the measures written are in place"),
    "stop": Text("先不做", "It is not to be done for now"),
}
STANDS = {
    "": ("green", Text("评估有效", "Assessed")),
    "never": ("red", Text("还没评估", "Not assessed yet")),
    "changed": ("yellow", Text("收集的内容变了，要重做", "What is held has changed; assess again")),
    "old": ("yellow", Text("满一年了，要重做", "A year has passed; assess again")),
}
OPTIONAL = ("dash", Text("不是必须评估的", "Need not be assessed"))


def sign_form(*given: Any, **options: Any) -> KitForm:
    """The policy's questions, the risk, the decision, one tick."""
    body = impact.policy().body
    fields: dict[str, forms.Field] = {
        f"q-{one['id']}": forms.CharField(
            label=spoken(Text.from_mapping(one["text"])), help_text=spoken(Text.from_mapping(one["help"])),
            max_length=impact.MOST_CHARACTERS, widget=forms.Textarea(attrs={"rows": 4}),
        )
        for one in body["questions"]
    }  # fmt: skip
    risks = [(one["id"], spoken(Text.from_mapping(one["title"]))) for one in body["risks"]]
    decisions = [(code, spoken(text)) for code, text in DECISIONS.items()]
    fields |= {
        "risk": forms.ChoiceField(label=both("总的风险", "Risk as a whole"), choices=risks, widget=forms.RadioSelect),
        "decision": forms.ChoiceField(label=both("结论", "Decision"), choices=decisions, widget=forms.RadioSelect),
        "sure": forms.BooleanField(
            label=both(
                "我核对过上面列的内容，以我的名义签署；签后不能改，只能再签一份",
                "I have looked over what is listed and sign in my name; it cannot be changed, only followed by another",
            )
        ),
        "after": forms.IntegerField(widget=forms.HiddenInput),
    }
    made: type[KitForm] = type("SignForm", (KitForm,), fields)
    return made(*given, **options)


@page(permission=impact.READ)
def purposes(request: Request) -> HttpResponseBase:
    newest = _newest(request)
    rows = [
        {"purpose": one, "newest": newest.get(one.id), "stands": _stands(one, newest.get(one.id)), "n": len(one.facts)}
        for one in impact.list_purposes()
    ]
    return render(request, "console/impact.html", {"rows": rows})


def _newest(request: Request) -> dict[str, Assessment]:
    found: dict[str, Assessment] = {}
    for row in impact.list_assessments(request.actor, community_id=current_community(request)):
        found.setdefault(row.purpose, row)
    return found


def _stands(one: impact.Purpose, newest: Assessment | None) -> tuple[str, Text]:
    if newest is None and not one.must:
        return OPTIONAL
    return STANDS[impact.why_again(one, newest, now=now())]


@page(permission=impact.READ)
def assessment(request: Request, purpose: str) -> HttpResponseBase:
    """What is processed, as of today or, with ``?number=``, as it was signed. Made to be printed."""
    found = impact.find_purpose(purpose)
    community_id = current_community(request)
    signed = impact.list_assessments(request.actor, community_id=community_id, purpose=purpose)
    shown = signed[0] if signed else None
    if number := request.GET.get("number"):
        shown = next((row for row in signed if str(row.number) == number), None)
        if shown is None:
            raise NotFoundError
    names = names_of_accounts({row.signed_by for row in signed})
    context = {
        "purpose": found, "shown": shown, "answers": _answers(shown) if shown else [], "facts": _facts(shown.facts if shown else found.facts),
        "signed": [{"row": row, "who": names.get(row.signed_by, "—")} for row in signed],
        "who": names.get(shown.signed_by, "—") if shown else "",
        "risk": _risk(shown) if shown else None, "decision": DECISIONS[shown.decision] if shown else None,
        "stands": _stands(found, signed[0] if signed else None), "is_newest": not signed or shown is signed[0],
        "may_sign": request.actor.may(impact.CHANGE, community_id),
    }  # fmt: skip
    return render(request, "console/impact_purpose.html", context)


@page(permission=impact.CHANGE, methods=("GET", "POST"))
def sign(request: Request, purpose: str) -> HttpResponseBase:
    found = impact.find_purpose(purpose)
    community_id = current_community(request)
    signed = impact.list_assessments(request.actor, community_id=community_id, purpose=purpose)
    start = {"after": signed[0].number, **{f"q-{key}": text for key, text in signed[0].answers.items()}} if signed else {"after": 0}  # fmt: skip
    form = sign_form(request.POST or None, initial=start)
    if form.is_valid():
        said = form.cleaned_data
        answers = {name.removeprefix("q-"): text for name, text in said.items() if name.startswith("q-")}
        try:
            impact.sign(
                purpose, answers=answers, risk=said["risk"], decision=said["decision"], after_number=said["after"],
                community_id=community_id, actor=request.actor, now=now(),
            )  # fmt: skip
            return redirect("console:impact-purpose", purpose=purpose)
        except LinliError as error:
            if error.status >= 500:
                raise
            form.add_error(None, spoken(error.text))
    context = {
        "purpose": found, "form": form, "facts": _facts(found.facts), "back_url": reverse("console:impact-purpose", args=[purpose]),
    }  # fmt: skip
    return render(request, "console/impact_sign.html", context, status=422 if form.errors else 200)


def _answers(row: Assessment) -> list[dict[str, Any]]:
    """In the words of today's questions; an answer to a question no longer asked stays, under its code."""
    asked = {one["id"]: one for one in impact.policy().body["questions"]}
    return [
        {
            "text": Text.from_mapping(asked[key]["text"]) if key in asked else Text(key, key),
            "article": asked[key]["article"] if key in asked else "",
            "said": said,
        }
        for key, said in row.answers.items()
    ]


def _risk(row: Assessment) -> Text:
    known = {one["id"]: Text.from_mapping(one["title"]) for one in impact.policy().body["risks"]}
    return known.get(row.risk, Text(row.risk, row.risk))


def _facts(tables: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """For reading: what, on what ground, for how long, seen by whom; how many columns are sealed; the columns themselves."""
    return [
        {
            "about": Text.from_mapping(table["about"]), "purpose": Text.from_mapping(table["purpose"]), "basis": table["basis"],
            "keep": Text.from_mapping(table["keep"]), "seen_by": [role_title(role) for role in table["seen_by"]],
            "n_sealed": sum(one["sealed"] for one in table["columns"]),
            "n_sensitive": sum(one["sensitive"] for one in table["columns"]),
            "columns": [one | {"grade": GRADES[one["grade"]], "ends": ENDS[one["erased"]]} for one in table["columns"]],
        }
        for table in tables
    ]  # fmt: skip
