"""Asking to be bound, as a stranger meets it; and the office's queue: compare, bind or refuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from linli.kernel.clock import local_day, now
from linli.kernel.errors import LinliError
from linli.kernel.text import Text
from linli.platform.attachments import list_attached
from linli.platform.kit.forms import Card, KitForm, both, spoken
from linli.platform.privacy import blind_index, mask_phone
from linli.platform.search.kinds import found
from linli.platform.search.readings import ask as read_search
from linli.platform.signin.pages import client_address
from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from ..commands import bindings
from ..commands.bindings import HOLDER, INVITE
from ..models import BindRequest, PersonRecord
from ..queries import accounts
from ..queries.bindings import find_bind_request, list_bind_requests
from ..rules.people import PHONE_INDEX

CANDIDATES = 12
SHOWN_DECIDED = 50
ASKED = "bind_reference"
STATES = {
    "open": ("yellow", Text("等着办", "Waiting")),
    "bound": ("green", Text("已发邀请", "Invited")),
    "refused": ("dash", Text("没有绑定", "Not bound")),
}
ABOUT_ERRORS = {
    "registry.bad_name": "name",
    "registry.bad_phone": "phone",
    "registry.bind_home": "home",
    "registry.bind_relation": "relation",
    "registry.bind_community": "community",
    "registry.invited_evidence": "evidence",
    "registry.bind_refusal": "refusal",
}


class TriedForm(KitForm):
    """Tries a command once; its refusal stands beside the field it is about."""

    def carried_out(self, act: Callable[[], Any]) -> bool:
        try:
            with transaction.atomic():
                act()
        except LinliError as error:
            if error.status not in (409, 413, 422, 429):
                raise
            about = "file" if error.code.startswith("platform.attachment") else ABOUT_ERRORS.get(error.code, "")
            self.add_error(about if about in self.fields else None, spoken(error.text))
            return False
        return True


class AskForm(TriedForm):
    community = forms.ChoiceField(label=both("哪个社区", "Which community"))
    name = forms.CharField(
        label=both("姓名", "Name"), max_length=80, help_text=both("写身份证上的姓名", "As on the identity card"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    home = forms.CharField(
        label=both("住哪一户", "Which home"), max_length=80,
        help_text=both("几栋几单元几室，例如 3-2-501；业主写您的那套房", "Building, entrance, door, as 3-2-501; owners name the home they own"),
    )  # fmt: skip
    relation = forms.ChoiceField(label=both("您是", "You are"), widget=forms.RadioSelect)
    phone = forms.CharField(
        label=both("手机号", "Telephone number"), max_length=30, help_text=both("答复用短信发到这里", "The answer is sent here"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip
    file = forms.FileField(
        label=both("凭据", "Evidence"), required=False,
        help_text=both(
            "房产证、租房合同或户口簿那一页的照片，证件号可以遮住。没有也能申请，多半会请您到柜台一趟。办完就删",
            "A picture of the title deed, the lease or the page of the household book; cover the number. You may ask without it and will mostly be asked to the office. Erased once decided",
        ),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )  # fmt: skip
    words = forms.CharField(
        label=both("还想说的", "Anything else"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *given: Any, communities: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["community"].choices = communities  # type: ignore[attr-defined]
        relations = bindings.coded("relations").items()
        self.fields["relation"].choices = [(code, spoken(text)) for code, text in relations]  # type: ignore[attr-defined]
        if len(communities) == 1:
            self.fields["community"].widget = forms.HiddenInput()
            self.initial["community"] = communities[0][0]


class BindForm(TriedForm):
    person = forms.ChoiceField(label=both("册子里是哪一位", "Who of the register"), widget=forms.RadioSelect)
    evidence = forms.CharField(
        label=both("怎么核对的", "How you made sure"), max_length=120,
        help_text=both("如 租房合同与册子相符；打过登记的电话", "As: lease agrees with the register; called the registered number"),
    )  # fmt: skip

    def __init__(self, *given: Any, people: list[tuple[str, Card]], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["person"].choices = people  # type: ignore[attr-defined]


class RefuseForm(TriedForm):
    refusal = forms.ChoiceField(label=both("为什么不能", "Why not"), widget=forms.RadioSelect)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        reasons = bindings.coded("refusals").items()
        self.fields["refusal"].choices = [(code, spoken(text)) for code, text in reasons]  # type: ignore[attr-defined]


@page(audience="public", methods=("GET", "POST"))
def ask(request: Request) -> HttpResponse:
    """Nothing here depends on what the register holds."""
    names = [(str(identifier), spoken(name)) for identifier, name in choices(request)]
    if not names:
        return redirect("portal:home")
    form = AskForm(
        request.POST or None, request.FILES or None, communities=names, initial={"community": str(current_community(request))}
    )  # fmt: skip
    made: list[str] = []
    if form.is_valid() and form.carried_out(lambda: made.append(_ask(request, form.cleaned_data))):
        request.session[ASKED] = made[0]
        return redirect("registry:bind-asked")
    return render(request, "registry/bind_ask.html", {"form": form}, status=422 if form.errors else 200)


def _ask(request: Request, said: dict[str, Any]) -> str:
    return bindings.ask_to_be_bound(
        community_id=UUID(said["community"]), name=said["name"], home=said["home"], phone=said["phone"],
        relation=said["relation"], words=said["words"], files=[said["file"]] if said["file"] else [],
        address=client_address(request), lang="en" if request.lang == "en" else "zh", now=now(),
        public=request.actor.public_communities,
    )  # fmt: skip


@page(audience="public")
def asked(request: Request) -> HttpResponse:
    reference = request.session.get(ASKED, "")
    if not reference:
        return redirect("registry:bind-ask")
    return render(
        request, "registry/bind_asked.html", {"reference": reference, "days": bindings.terms()["decide_within_days"]}
    )


@page(permission=INVITE)
def queue(request: Request) -> HttpResponseBase:
    rows = list_bind_requests(request.actor)
    context = {
        "waiting": [_told(row) for row in rows.filter(state=BindRequest.State.OPEN)],
        "decided": [_told(row) for row in rows.exclude(state=BindRequest.State.OPEN).order_by("-decided_at")[:SHOWN_DECIDED]],
        "days": bindings.terms()["decide_within_days"],
        "done": DONE.get(request.GET.get("done", "")),
    }  # fmt: skip
    return render(request, "registry/bind_queue.html", context)


DONE = {
    "bound": Text(
        "邀请已经用短信发给他了，进来以后就绑定。", "An invitation is on its way by text; using it binds the account."
    ),
    "refused": Text(
        "原因已经用短信告诉他了，他写的和凭据都删掉了。",
        "They are told why by text; what they wrote and the evidence are erased.",
    ),
}


def _told(row: BindRequest) -> dict[str, Any]:
    said = bindings.said_in(row)
    limit = row.asked_at + dt.timedelta(days=bindings.terms()["decide_within_days"])
    return {
        "row": row,
        "said": said,
        "phone": mask_phone(said.phone) if said else "",
        "relation": bindings.coded("relations").get(row.relation, Text(row.relation, row.relation)),
        "state": STATES[row.state],
        "refusal": bindings.coded("refusals").get(row.refusal),
        "is_late": row.state == BindRequest.State.OPEN and limit < now(),
    }


@page(permission=INVITE, methods=("GET", "POST"))
def decide(request: Request, bind_request_id: UUID) -> HttpResponseBase:
    """POST ``act``: ``find`` somebody else of the register, ``bind``, ``refuse``."""
    row = find_bind_request(request.actor, bind_request_id)
    told = _told(row)
    act = request.POST.get("act", "")
    text = " ".join(request.POST.get("q", "").split())[:100]
    people = _candidates(request, row, told["said"], text) if told["said"] else []
    to_bind = BindForm(request.POST if act == "bind" else None, people=people, auto_id="bind_%s")
    to_refuse = RefuseForm(request.POST if act == "refuse" else None, auto_id="refuse_%s")
    done = _decided(request, row, act, to_bind, to_refuse)
    if done:
        return HttpResponseRedirect(f"{reverse('registry:bind-queue')}?done={done}")
    context = {
        **told, "to_bind": to_bind, "to_refuse": to_refuse, "people": people, "text": text, "act": act,
        "files": list_attached(HOLDER, [row.pk]).get(row.pk, []),
    }  # fmt: skip
    has_errors = to_bind.errors or to_refuse.errors
    return render(request, "registry/bind_decide.html", context, status=422 if has_errors else 200)


def _decided(request: Request, row: BindRequest, act: str, to_bind: BindForm, to_refuse: RefuseForm) -> str:
    """``bound`` or ``refused``, empty where nothing was decided."""
    if act == "bind" and to_bind.is_valid():
        said, join_url = to_bind.cleaned_data, request.build_absolute_uri(reverse("registry:join"))
        who = UUID(said["person"])
        is_bound = to_bind.carried_out(
            lambda: bindings.bind(row.pk, who, said["evidence"], join_url=join_url, actor=request.actor)
        )
        return "bound" if is_bound else ""
    if act == "refuse" and to_refuse.is_valid():
        refusal = to_refuse.cleaned_data["refusal"]
        is_refused = to_refuse.carried_out(lambda: bindings.refuse_binding(row.pk, refusal, actor=request.actor))
        return "refused" if is_refused else ""
    return ""


def _candidates(request: Request, row: BindRequest, said: bindings.Said, text: str) -> list[tuple[str, Card]]:
    """Who of the register it may be: by name, by home, or by what the worker typed; with what agrees. Each looked at leaves a row."""
    hits: dict[UUID, Text | str] = {}
    for asked_for in [text] if text else [said.name, said.home]:
        for group in found(request.actor, read_search(asked_for), row.community_id, key="people", n_shown=CANDIDATES):
            for hit in group.rows:
                hits.setdefault(UUID(hit.url.rstrip("/").rsplit("/", 1)[-1]), hit.detail)
    index = blind_index(PHONE_INDEX, said.phone)
    records = PersonRecord.objects.as_of(local_day(now())).filter(person_id__in=hits, community_id=row.community_id)
    known = {one.person_id: one for one in records}
    taken = accounts.persons_with_accounts(list(known))
    return [
        (str(person_id), _card(known[person_id], detail, said=said, index=index, has_account=person_id in taken))
        for person_id, detail in list(hits.items())[:CANDIDATES]
        if person_id in known
    ]


def _card(record: PersonRecord, home: Text | str, *, said: bindings.Said, index: bytes, has_account: bool) -> Card:
    """A person of the register, and what of it agrees with what was said."""
    at = home if isinstance(home, Text) else Text(home or "—", home or "—")
    has_phone = bytes(record.phone_index or b"") == index
    marks = [
        at,
        Text("姓名相同", "same name") if record.name == said.name else Text("姓名不同", "another name"),
        Text("电话相同", "same number")
        if has_phone
        else Text("电话不同或没登记", "number differs or is not registered"),
        *([Text("已有账号", "has an account")] if has_account else []),
    ]
    hint = Text("，".join(one.zh for one in marks), ", ".join(one.en for one in marks))
    return Card(Text(record.name, record.name_en or record.name), hint)
