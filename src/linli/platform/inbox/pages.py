"""One's own inbox, and how one wants to hear of things."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, NotFoundError
from linli.kernel.text import Text
from linli.platform.delivery.outbox import normal_address
from linli.platform.kit.forms import KitForm, both, spoken
from linli.platform.web.page import page
from linli.platform.web.request import Request

from . import entries
from .digest import inbox_policy
from .kinds import kinds

MOST = 60
DONE = {
    "read": Text("都标成看过了。", "All marked as read."),
    "wishes": Text("已存好。", "Saved."),
}


def unread_messages(request: Request) -> int:
    """For the shell."""
    return entries.count_unread(request.actor)


@page()
def inbox(request: Request) -> HttpResponseBase:
    """The newest about each thing. What one may no longer see is told as gone, without its words."""
    rows = entries.newest(request.actor, most=MOST)
    context = {
        "shell": shell_of(request),
        "lines": entries.lines(request.actor, rows),
        "n_unread": entries.count_unread(request.actor),
        "done": DONE.get(request.GET.get("done", "")),
    }
    return render(request, "platform/inbox.html", context)


def shell_of(request: Request) -> str:
    """Who works in the console stays in it."""
    return "shells/console.html" if request.actor.may("console.use") else "shells/portal.html"


@page()
def opened(request: Request, entry_id: UUID) -> HttpResponseBase:
    """Read, and off to what it is about."""
    entry = entries.mine(request.actor).filter(pk=entry_id).first()
    if entry is None:
        raise NotFoundError
    entries.mark_read(request.actor, now=now(), subject_id=entry.subject_id)
    [line] = entries.lines(request.actor, [entry])
    return HttpResponseRedirect(line.shown.url if line.shown else reverse("inbox"))


@page(methods=("POST",))
def all_read(request: Request) -> HttpResponseBase:
    entries.mark_read(request.actor, now=now())
    return HttpResponseRedirect(f"{reverse('inbox')}?done=read")


class WishForm(KitForm):
    wanted = forms.MultipleChoiceField(
        label=both("收哪些消息", "What to hear of"), required=False, widget=forms.CheckboxSelectMultiple
    )
    address = forms.CharField(
        label=both("每天一封摘要，发到这个邮箱", "A daily digest to this mailbox"), required=False, max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["wanted"].choices = [(one.name, spoken(one.title)) for one in kinds()]  # type: ignore[attr-defined]
        rule = inbox_policy()
        hour, minute = rule["digest"]["hour"], rule["digest"]["minute"]
        self.fields["address"].help_text = both(
            f"每天 {hour}:{minute:02} 后发一封，有没看的才发；夜里不发。不填就不发。邮箱加密保存，只用来发这个",
            f"Once a day after {hour}:{minute:02}, only if something is unread, never at night. Empty: none. Kept encrypted, used for this alone",
        )

    def clean_address(self) -> str:
        address = self.cleaned_data["address"]
        try:
            return normal_address("email", address) if address else ""
        except LinliError as error:
            raise forms.ValidationError(spoken(error.text)) from None


@page(methods=("GET", "POST"))
def wishes(request: Request) -> HttpResponseBase:
    assert request.actor.account_id is not None
    wish = entries.wish_of(request.actor.account_id)
    starting = {
        "wanted": [one.name for one in kinds() if one.name not in wish.muted],
        "address": entries.address_of(wish),
    }
    form = WishForm(request.POST or None, initial=starting)
    if form.is_valid():
        muted = [one.name for one in kinds() if one.name not in form.cleaned_data["wanted"]]
        lang = "en" if request.lang == "en" else "zh"
        entries.change_wish(request.actor, muted=muted, address=form.cleaned_data["address"], lang=lang)
        return HttpResponseRedirect(f"{reverse('inbox')}?done=wishes")
    return render(
        request,
        "platform/inbox_wishes.html",
        {"form": form, "shell": shell_of(request)},
        status=422 if form.errors else 200,
    )
