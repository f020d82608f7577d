"""The forms of announcements: what is written, for whom, and why it is corrected or withdrawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from linli.kernel.errors import LinliError
from linli.platform.actors import Actor
from linli.platform.kit.forms import KitForm, both, spoken
from linli.registry import queries as registry

from . import queries
from .commands import Writing
from .models import Announcement
from .rules.policy import notices_policy

ABOUT_ERRORS = {
    "notices.bad_title": "title_zh",
    "notices.bad_body": "body_zh",
    "notices.half_english": "title_en",
    "notices.no_reason": "because",
    "notices.not_your_issuer": "issuer_id",
    "notices.audience_too_wide": "buildings",
    "notices.unknown_group": "groups",
    "notices.nothing_corrected": "body_zh",
    "notices.no_caption": "caption",
    "platform.attachment_kind": "file",
    "platform.attachment_not_as_named": "file",
    "platform.attachment_too_big": "file",
    "platform.attachment_too_many_pixels": "file",
    "platform.attachment_broken": "file",
    "platform.attachments_too_many": "file",
}
BETWEEN = re.compile(r"[\s,，、;；]+")
AREAS = ("grid", "compound")


class NoticeForm(KitForm):
    """Tries a command once; its refusal stands beside the field it is about."""

    def carried_out(self, act: Callable[[], Any]) -> bool:
        try:
            with transaction.atomic():
                act()
        except LinliError as error:
            if error.status not in (403, 409, 422):
                raise
            field = ABOUT_ERRORS.get(error.code)
            self.add_error(field if field in self.fields else None, spoken(error.text))
            return False
        return True


class TextForm(NoticeForm):
    title_zh = forms.CharField(label=both("标题", "Title in Chinese"), max_length=120)
    body_zh = forms.CharField(
        label=both("正文", "Text in Chinese"), widget=forms.Textarea(attrs={"rows": 9}),
        help_text=both("空一行分段；行首写“- ”是列表，写“## ”是小标题", "An empty line makes a paragraph; “- ” begins a list entry, “## ” a heading"),
    )  # fmt: skip
    title_en = forms.CharField(label=both("英文标题", "Title in English"), max_length=160, required=False)
    body_en = forms.CharField(
        label=both("英文正文", "Text in English"), required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=both("社区里有看不懂中文的住户时写", "For those who do not read Chinese"),
    )  # fmt: skip

    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("title_zh", "body_zh", "title_en", "body_en")}


class WritingForm(TextForm):
    """A whole announcement. Grids and compounds are ticked, buildings typed by name, since there may be a hundred."""

    issuer_id = forms.ChoiceField(label=both("落款", "Issued by"), required=False)
    areas = forms.MultipleChoiceField(
        label=both("发给哪里", "Where"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=both("都不选，就是全社区", "None: the whole community"),
    )  # fmt: skip
    buildings = forms.CharField(
        label=both("只发给这几幢楼", "Only these buildings"), required=False, max_length=400,
        help_text=both("写楼名，用空格或顿号隔开，如：柳岸一村1幢、3幢", "Names of buildings with spaces or commas between"),
    )  # fmt: skip
    groups = forms.MultipleChoiceField(
        label=both("发给谁", "Whom"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=both("都不选，就是所有住户；选几样，符合一样就发", "None: every household; several: any of them"),
    )  # fmt: skip
    is_important = forms.BooleanField(
        label=both("重要：没看的人首页最上面一直提醒", "Important: stays on top of the first page until read"),
        required=False,
    )
    is_public = forms.BooleanField(
        label=both("公开：不登录也能看", "Public: can be read without signing in"), required=False,
        help_text=both("里面不要写人名、电话和门牌", "Leave out names of people, telephone numbers and homes"),
    )  # fmt: skip

    def __init__(self, *given: Any, actor: Actor, community_id: UUID, **options: Any) -> None:
        super().__init__(*given, **options)
        self.places = {
            row.place_id: row
            for row in registry.list_places_in_compounds(actor, community_id=community_id)
            if row.place.kind in (*AREAS, "building")
        }
        areas = sorted(
            (row for row in self.places.values() if row.place.kind in AREAS),
            key=lambda row: (row.place.kind, row.name_zh),
        )
        self.fields["areas"].choices = [(str(row.place_id), spoken(registry.name_of(row))) for row in areas]  # type: ignore[attr-defined]
        names = [(one.organisation_id, one.name_zh) for one in queries.issuers(actor, community_id)]
        self.fields["issuer_id"].choices = [*((str(key), name) for key, name in names), ("", both("不落款", "Nobody"))]  # type: ignore[attr-defined]
        self.fields["groups"].choices = [(one.id, spoken(one.title)) for one in notices_policy().groups.values()]  # type: ignore[attr-defined]

    @staticmethod
    def starting(actor: Actor, found: Announcement) -> dict[str, Any]:
        """What a draft says, as the form shows it."""
        places = registry.list_places_in_compounds(actor, community_id=found.community_id)
        rows = list(places.filter(place_id__in=found.place_ids))
        return {
            "title_zh": found.title_zh, "title_en": found.title_en, "body_zh": found.body_zh, "body_en": found.body_en,
            "issuer_id": str(found.issuer_id or ""), "groups": found.groups,
            "is_public": found.is_public, "is_important": found.is_important,
            "areas": [str(row.place_id) for row in rows if row.place.kind in AREAS],
            "buildings": "、".join(_full_name(row) for row in rows if row.place.kind == "building"),
        }  # fmt: skip

    def clean_buildings(self) -> list[UUID]:
        """The buildings named, all of them; every name that is none, or several, is told."""
        found: list[UUID] = []
        wrong: list[str] = []
        several: list[str] = []
        for name in filter(None, BETWEEN.split(self.cleaned_data["buildings"])):
            same = [row for row in self.places.values() if row.place.kind == "building" and name in _names(row)]
            if len(same) == 1:
                found.append(same[0].place_id)
            elif same:
                several.append(" ".join(_full_name(row) for row in same[:6]))
            else:
                wrong.append(name)
        self._refuse_names(wrong[:8], several[:4])
        return found

    def _refuse_names(self, wrong: list[str], several: list[str]) -> None:
        faults = []
        if wrong:
            listed = "、".join(wrong)
            faults.append(
                both(
                    f"没有叫“{listed}”的楼；楼名要和册子里一样",
                    f"No building is called {listed}; write it as in the register",
                )
            )
        faults += [
            both(f"同名的楼有几幢，请写全：{one}", f"Several buildings have that name; write it whole: {one}")
            for one in several
        ]
        if faults:
            raise ValidationError(faults)

    def writing(self) -> Writing:
        said = self.cleaned_data
        return Writing(
            **self.words(),
            issuer_id=UUID(said["issuer_id"]) if said["issuer_id"] else None,
            place_ids=(*map(UUID, said["areas"]), *said["buildings"]),
            groups=tuple(said["groups"]),
            is_public=said["is_public"],
            is_important=said["is_important"],
        )


def _full_name(row: Any) -> str:
    return registry.name_in_compound(row).zh


def _names(row: Any) -> set[str]:
    return {row.name_zh, row.name_en, _full_name(row)}


class CorrectionForm(TextForm):
    because = forms.CharField(
        label=both("更正了什么、为什么", "What is corrected, and why"), max_length=200,
        help_text=both("看通知的人会看到这句话", "Readers see this sentence"),
    )  # fmt: skip
    read_again = forms.BooleanField(
        label=both("要大家重看一遍", "Everybody should read it again"), required=False, initial=True,
        help_text=both("勾上，已读从头数起；只改错字可以不勾", "Ticked, reading counts anew; for a slip of the pen leave it"),
    )  # fmt: skip


class WithdrawalForm(NoticeForm):
    because = forms.CharField(
        label=both("为什么撤回", "Why it is withdrawn"), max_length=200,
        help_text=both("打开旧链接的人会看到这句话", "Who opens an old link sees this sentence"),
    )  # fmt: skip


class FileForm(NoticeForm):
    file = forms.FileField(
        label=both("图片或 PDF", "Picture or PDF"), widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.webp,.pdf"}),
        help_text=both("JPG、PNG、WebP 图片，或 PDF", "A JPG, PNG or WebP picture, or a PDF"),
    )  # fmt: skip
    caption = forms.CharField(
        label=both("图上是什么，或文件叫什么", "What the picture shows, or the paper's title"), max_length=200,
        help_text=both("看不见图的人靠这句话", "For who cannot see the picture"),
    )  # fmt: skip
