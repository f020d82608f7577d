"""Where staff write, publish, correct and withdraw announcements, and see who has read them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.clock import now
from linli.kernel.text import Text
from linli.platform.comments.remarks import remarks
from linli.platform.kit.tables import Table
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands, queries
from ..forms import CorrectionForm, FileForm, WithdrawalForm, WritingForm
from ..models import Announcement, State
from ..questions import REMARKS, thread_of
from ..rules.policy import notices_policy
from ..rules.writing import may_remind_at
from .tables import NOTICES

WRITE = "notices.write"
DONE = {
    "drafted": Text("草稿已存好，还没有发出。看一看，没问题就发布。", "The draft is kept; nothing has gone out. Look at it, then publish."),
    "published": Text("已发布。住户现在就能看到。", "Published. Households can see it now."),
    "corrected": Text("已更正。原来的文字还留着，读的人看得到改了什么。", "Corrected. The earlier text stays, and readers see what was corrected."),
    "withdrawn": Text("已撤回。打开旧链接的人会看到原因。", "Withdrawn. Who opens an old link sees why."),
    "discarded": Text("草稿已丢弃。", "The draft is discarded."),
    "reminded": Text("已提醒还没看的住户。", "Those who have not read it were reminded."),
    "file-added": Text("已加上。", "Added."),
    "file-removed": Text("已删掉。", "Deleted."),
    "told": Text("已记下当面告知的住户。", "The households told in person are recorded."),
}  # fmt: skip


@page(permission=WRITE)
def notices(request: Request) -> HttpResponseBase:
    table = Table(NOTICES, request.GET, queries.list_for_staff(request.actor, current_community(request)))
    return table.download() or render(request, "notices/list.html", {"table": table, "done": said_done(request)})


@page(permission=WRITE, methods=("GET", "POST"))
def new(request: Request) -> HttpResponseBase:
    community_id = current_community(request)
    request.actor.require(WRITE, community_id)
    issuer = next(iter(queries.issuers(request.actor, community_id)), None)
    form = WritingForm(
        request.POST or None, actor=request.actor, community_id=community_id,
        initial={"issuer_id": str(issuer.organisation_id) if issuer else ""},
    )  # fmt: skip
    made: list[Announcement] = []
    if form.is_valid() and form.carried_out(
        lambda: made.append(commands.draft(community_id, form.writing(), actor=request.actor, now=now()))
    ):
        return go(made[0].pk, done="drafted")
    return _write(request, form, title=Text("写通知", "Write an announcement"), back=reverse("notices:notices"))


@page(permission=WRITE, methods=("GET", "POST"))
def edit(request: Request, notice_id: UUID) -> HttpResponseBase:
    found = queries.find_to_write(request.actor, notice_id)
    form = WritingForm(
        request.POST or None, actor=request.actor, community_id=found.community_id,
        initial=WritingForm.starting(request.actor, found),
    )  # fmt: skip
    if form.is_valid() and form.carried_out(
        lambda: commands.rewrite(notice_id, form.writing(), actor=request.actor, now=now())
    ):
        return go(notice_id, done="drafted")
    return _write(
        request, form, title=Text("改草稿", "Edit the draft"), back=reverse("notices:notice", args=[notice_id])
    )


@page(permission=WRITE)
def notice(request: Request, notice_id: UUID) -> HttpResponseBase:
    """One announcement as readers see it, whom it reaches and who has read it. Asked for ``?count``, only the count."""
    found = queries.find(request.actor, notice_id)
    request.actor.require(WRITE, found.community_id)
    context = about(request, found)
    if "count" in request.GET:
        return render(request, "notices/_count.html", context)
    return render(request, "notices/notice.html", context | {"done": said_done(request)})


@page(permission=WRITE, methods=("GET", "POST"))
def publish(request: Request, notice_id: UUID) -> HttpResponseBase:
    """The last look before it goes out: the text, whom it reaches, one button."""
    found = queries.find_to_write(request.actor, notice_id)
    if request.method == "POST":
        commands.publish(notice_id, actor=request.actor, now=now())
        return go(notice_id, done="published")
    return render(request, "notices/publish.html", about(request, found))


@page(permission=WRITE, methods=("GET", "POST"))
def correct(request: Request, notice_id: UUID) -> HttpResponseBase:
    found = queries.find_to_write(request.actor, notice_id)
    starting = {name: getattr(found, name) for name in ("title_zh", "body_zh", "title_en", "body_en")}
    form = CorrectionForm(request.POST or None, initial=starting | {"read_again": True})
    if form.is_valid() and form.carried_out(
        lambda: commands.correct(
            notice_id,
            **form.words(),
            because=form.cleaned_data["because"],
            read_again=form.cleaned_data["read_again"],
            actor=request.actor,
            now=now(),
        )
    ):
        return go(notice_id, done="corrected")
    lead = Text("原来的文字会留着，读的人看得到更正了什么。", "The earlier text stays; readers see what was corrected.")
    title, back = Text("更正", "Correct"), reverse("notices:notice", args=[notice_id])
    return _write(request, form, title=title, back=back, submit=Text("发出更正", "Send the correction"), lead=lead)


@page(permission=WRITE, methods=("GET", "POST"))
def withdraw(request: Request, notice_id: UUID) -> HttpResponseBase:
    queries.find_to_write(request.actor, notice_id)
    form = WithdrawalForm(request.POST or None)
    if form.is_valid() and form.carried_out(
        lambda: commands.withdraw(notice_id, because=form.cleaned_data["because"], actor=request.actor, now=now())
    ):
        return go(notice_id, done="withdrawn")
    lead = Text(
        "撤回后，名单和首页上就没有它了；不能再发出。", "It leaves lists and first pages, and cannot be sent out again."
    )
    title, back = Text("撤回通知", "Withdraw"), reverse("notices:notice", args=[notice_id])
    return _write(request, form, title=title, back=back, submit=Text("撤回", "Withdraw"), lead=lead)


@page(permission=WRITE, methods=("GET", "POST"))
def add_file(request: Request, notice_id: UUID) -> HttpResponseBase:
    queries.find_to_write(request.actor, notice_id)
    form = FileForm(request.POST or None, request.FILES or None)
    if form.is_valid() and form.carried_out(
        lambda: commands.add_file(
            notice_id, form.cleaned_data["file"], caption=form.cleaned_data["caption"], actor=request.actor, now=now()
        )
    ):
        return go(notice_id, done="file-added")
    title, back = Text("加图片或文件", "Add a picture or paper"), reverse("notices:notice", args=[notice_id])
    lead = Text("图片里的拍摄地点、手机型号会去掉。", "Where and with what a picture was taken is removed.")
    return _write(request, form, title=title, back=back, submit=Text("加上", "Add"), lead=lead)


@page(permission=WRITE, methods=("POST",))
def remove_file(request: Request, notice_id: UUID, attachment_id: UUID) -> HttpResponseBase:
    commands.remove_file(notice_id, attachment_id, actor=request.actor)
    return go(notice_id, done="file-removed")


@page(permission=WRITE, methods=("POST",))
def discard(request: Request, notice_id: UUID) -> HttpResponseBase:
    commands.discard_draft(notice_id, actor=request.actor)
    return HttpResponseRedirect(f"{reverse('notices:notices')}?done=discarded")


def about(request: Request, found: Announcement) -> dict[str, Any]:
    """What the pages about one announcement show."""
    actor = request.actor
    is_out = found.state != State.DRAFT
    reminded_at = list(found.reminders.order_by("-at").values_list("at", flat=True))
    first = may_remind_at(notices_policy(), reminded_at)
    return {
        "notice": found,
        "audience": queries.audience_text(actor, found),
        "issuer": queries.issuer_name(actor, found),
        "reach": None if is_out else queries.reach_of(found),
        "receipts": queries.receipts_of(found) if is_out else None,
        "editions": queries.editions_of(found),
        "files": queries.files_of(found),
        "thread": thread_of(actor, found) if is_out else None,
        "remarks": remarks(REMARKS, found.pk, actor=actor),
        "may_write": queries.may_write(actor, found),
        "may_see_households": found.community_id in actor.communities_with("registry.household.read"),
        "reminded_at": reminded_at,
        "may_remind": found.state == State.PUBLISHED and first is not None and first <= now(),
        "next_reminder": first if first is not None and first > now() else None,
    }


def go(notice_id: UUID, *, done: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('notices:notice', args=[notice_id])}?{urlencode({'done': done})}")


def said_done(request: Request) -> Text | None:
    return DONE.get(request.GET.get("done", ""))


def _write(
    request: Request, form: Any, *, title: Text, back: str, submit: Text | None = None, lead: Text | None = None
) -> HttpResponseBase:
    submit = submit or Text("存成草稿，先看看", "Keep as a draft and look at it")
    context = {"form": form, "title": title, "back_url": back, "submit": submit, "lead": lead}
    return render(request, "notices/write.html", context, status=422 if form.errors else 200)
