"""The forms of cases: what is reported and where, the further questions of a type, and what each deed of a worker asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction

from linli.kernel.errors import InputError, LinliError
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.kit.forms import Card, KitForm, both, spoken
from linli.registry import queries as registry

from .rules.types import GROUPS, PAUSES, CaseType, Move, case_types, cases_policy

ABOUT_ERRORS = {
    "cases.no_text": "text",
    "cases.words_needed": "words",
    "cases.photo_needed": "photos",
    "cases.place_elsewhere": "place",
    "cases.pin_outside": "where",
    "cases.no_public_words": "title",
    "cases.extension_too_long": "hours",
    "cases.not_at_that_desk": "handler",
    "cases.bad_satisfaction": "satisfaction",
    "platform.attachment_kind": "photos",
    "platform.attachment_not_as_named": "photos",
    "platform.attachment_too_big": "photos",
    "platform.attachment_too_many_pixels": "photos",
    "platform.attachment_broken": "photos",
    "platform.attachments_too_many": "photos",
}
ELSEWHERE = "elsewhere"


class CaseForm(KitForm):
    """Tries a command once; its refusal stands beside the field it is about."""

    def carried_out(self, act: Callable[[], Any]) -> bool:
        try:
            with transaction.atomic():
                act()
        except InputError as error:
            for fault in error.faults:
                field = f"q_{fault.feature}"
                self.add_error(field if field in self.fields else None, spoken(fault.message))
            return False
        except LinliError as error:
            if error.status not in (403, 409, 422, 429):
                raise
            field = ABOUT_ERRORS.get(error.code, "")
            self.add_error(field if field in self.fields else None, spoken(error.text))
            return False
        return True


class Photos(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several pictures at once, from the camera or the album."""

    def __init__(self, *given: Any, **options: Any) -> None:
        options.setdefault("widget", Photos(attrs={"accept": "image/*", "multiple": True}))
        super().__init__(*given, **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        rows = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(PhotosField, self).clean(one, initial) for one in rows] if rows else []


class ReportForm(CaseForm):
    text = forms.CharField(
        label=both("什么事", "What is it"), widget=forms.Textarea(attrs={"rows": 4}),
        help_text=both("照平常说话写就行；不用写姓名电话", "In your own words; leave out names and telephone numbers"),
    )  # fmt: skip
    photos = PhotosField(
        label=both("拍张照片", "Add photos"), required=False,
        help_text=both("照片里的拍摄地点、手机型号、文件名会去掉", "Where, with what and under what name it was taken is removed"),
    )  # fmt: skip
    place = forms.ChoiceField(label=both("在哪儿", "Where"), widget=forms.RadioSelect)
    where = forms.CharField(
        label=both("再说细一点", "More exactly"), required=False, max_length=200,
        help_text=both("如：3 幢 2 单元门口、东门岗亭旁；选“别处”时写地址", "Such as: at the door of 3-2, by the east gate; an address if it is elsewhere"),
    )  # fmt: skip
    lon = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-90, max_value=90)

    def __init__(
        self, *given: Any, actor: Actor, community_id: UUID, place_id: UUID | None = None, **options: Any
    ) -> None:
        super().__init__(*given, **options)
        self.places = near_places(actor, community_id, place_id)
        field: Any = self.fields["place"]
        field.choices = [
            *((str(id), Card(name, hint)) for id, name, hint in self.places),
            (
                ELSEWHERE,
                Card(
                    Text("社区里别的地方", "Elsewhere in the community"), Text("在下面写地址", "Give the address below")
                ),
            ),
        ]
        self.fields["text"].max_length = cases_policy().text_max_chars  # type: ignore[attr-defined]
        if not self.is_bound and "place" not in self.initial:
            self.initial["place"] = str(self.places[0][0]) if self.places else ELSEWHERE

    def report(self) -> dict[str, Any]:
        said = self.cleaned_data
        place = None if said["place"] == ELSEWHERE else UUID(said["place"])
        return {"text": said["text"], "place_id": place, "where": said["where"], "lon": said["lon"], "lat": said["lat"]}


class KeptForm(CaseForm):
    """What a phone kept while the network was away. The kind is guessed from the words; where that is not sure, a person decides."""

    text = forms.CharField(label=both("什么事", "What is it"), widget=forms.Textarea(attrs={"rows": 4}))
    photos = PhotosField(label=both("拍张照片", "Add photos"), required=False)
    where = forms.CharField(
        label=both("在哪儿", "Where"), required=False, max_length=200,
        help_text=both("如：3 幢 2 单元门口、东门岗亭旁", "Such as: at the door of 3-2, by the east gate"),
    )  # fmt: skip
    place = forms.CharField(required=False, widget=forms.HiddenInput)
    lon = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-90, max_value=90)
    is_sealed = forms.BooleanField(
        label=both("不让任何人知道是我报的", "Nobody shall know that I reported it"), required=False
    )

    def report(self) -> dict[str, Any]:
        said = self.cleaned_data
        place = UUID(said["place"]) if said["place"] not in ("", ELSEWHERE) else None
        return {"text": said["text"], "place_id": place, "where": said["where"], "lon": said["lon"], "lat": said["lat"]}

    def clean_place(self) -> str:
        place = str(self.cleaned_data["place"])
        if place not in ("", ELSEWHERE):
            try:
                UUID(place)
            except ValueError:
                raise forms.ValidationError(both("不是一个地方", "Not a place")) from None
        return place


def near_places(actor: Actor, community_id: UUID, place_id: UUID | None) -> list[tuple[UUID, Text, Text | None]]:
    """The place a code on a wall named, one's own buildings, and their compounds, nearest first."""
    wanted: list[UUID] = [place_id] if place_id else []
    hints: dict[UUID, Text] = {place_id: Text("扫码的地方", "Where the code hangs")} if place_id else {}
    if actor.person_id:
        homes = [one.unit_id for one in registry.household_of(actor, actor.person_id) if one.unit_id]
        for unit in dict.fromkeys(homes):
            for row in reversed(registry.holders_of(actor, unit)):
                if row.place.kind in ("building", "compound") and row.place_id not in wanted:
                    wanted.append(row.place_id)
                    home = Text("我住的楼", "The building I live in")
                    yard = Text("小区里公共的地方", "Shared ground of the compound")
                    hints[row.place_id] = home if row.place.kind == "building" else yard
    rows = {
        row.place_id: registry.name_in_compound(row)
        for row in registry.list_places_in_compounds(actor, community_id=community_id).filter(place_id__in=wanted)
    }
    return [(one, rows[one], hints.get(one)) for one in wanted if one in rows]


def type_choices(*, for_staff: bool = False) -> list[tuple[Text, list[CaseType]]]:
    """Types by group, in the order of the groups."""
    kinds = [kind for kind in case_types().values() if for_staff or not kind.is_for_staff]
    grouped = [(title, [kind for kind in kinds if kind.group == group]) for group, title in GROUPS.items()]
    return [(title, found) for title, found in grouped if found]


class QuestionsForm(CaseForm):
    """The type's further questions, made from its JSON Schema, and whether to stay sealed."""

    is_sealed = forms.BooleanField(
        label=both("不让别人知道是我报的", "Keep secret who reported it"), required=False,
        help_text=both("办事的人也看不到您是谁；您在“我的事”里照样看得到进展", "Those who handle it do not see who you are; you still follow it under My matters"),
    )  # fmt: skip

    def __init__(self, *given: Any, kind: CaseType, **options: Any) -> None:
        super().__init__(*given, **options)
        asked = kind.form["properties"] if kind.form else {}
        required = set(kind.form.get("required", ())) if kind.form else set()
        for name, question in asked.items():
            self.fields[f"q_{name}"] = _field(question, required=name in required)
        self.order_fields([*(f"q_{name}" for name in asked), "is_sealed"])
        for field in self.fields.values():
            field.error_messages["required"] = both("请回答这一项", "Please answer this")

    def answers(self) -> dict[str, Any]:
        said = {name.removeprefix("q_"): value for name, value in self.cleaned_data.items() if name.startswith("q_")}
        return {name: value for name, value in said.items() if value not in ("", None)}


def _field(question: Mapping[str, Any], *, required: bool) -> forms.Field:
    label = spoken(Text.from_mapping(question["title"]))
    if "oneOf" in question:
        choices = [(one["const"], Card(Text.from_mapping(one["title"]))) for one in question["oneOf"]]
        return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=required)
    if question["type"] == "boolean":
        return forms.BooleanField(label=label, required=False)
    if question["type"] == "integer":
        return forms.IntegerField(
            label=label, required=required, min_value=question.get("minimum"), max_value=question.get("maximum")
        )
    long = question.get("maxLength", 200) > 150
    widget = forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput()
    return forms.CharField(label=label, required=required, max_length=question.get("maxLength", 200), widget=widget)


STARS = [
    ("5", Card(Text("很满意", "Very satisfied"))),
    ("4", Card(Text("满意", "Satisfied"))),
    ("3", Card(Text("一般", "So-so"))),
    ("2", Card(Text("不满意", "Dissatisfied"))),
    ("1", Card(Text("很不满意", "Very dissatisfied"))),
]


class MoveForm(CaseForm):
    """Words, photos and, for the reporter who agrees, satisfaction: what a move asks for."""

    words = forms.CharField(label=both("写几句", "Say how it stands"), widget=forms.Textarea(attrs={"rows": 4}))
    photos = PhotosField(label=both("照片", "Photos"), required=False)
    satisfaction = forms.ChoiceField(
        label=both("满意吗", "Are you satisfied"), choices=STARS, widget=forms.RadioSelect, required=False
    )

    def __init__(self, *given: Any, move: Move, kind: CaseType, is_reporter: bool, **options: Any) -> None:
        super().__init__(*given, **options)
        words: Any = self.fields["words"]
        words.required = move.words == "required"
        words.help_text = (
            both("工作人员会看到", "The workers see it")
            if is_reporter
            else both("报事人会看到这段话", "The reporter sees these words")
        )
        if move.words == "none":
            del self.fields["words"]
        needs_photo = move.proof and kind.proof == "photo"
        if not needs_photo and not is_reporter and not move.proof:
            del self.fields["photos"]
        elif needs_photo:
            self.fields["photos"].required = True
            self.fields["photos"].help_text = both(
                "办好以后的样子，报事人会看到", "How it looks now; the reporter sees it"
            )
        if not (is_reporter and move.outcome == "solved"):
            del self.fields["satisfaction"]


class WordsForm(CaseForm):
    words = forms.CharField(label=both("写几句", "Words"), widget=forms.Textarea(attrs={"rows": 4}))


class PauseForm(CaseForm):
    because = forms.ChoiceField(label=both("为什么停", "Why"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=both("跟报事人说一声", "A word to the reporter"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *given: Any, kind: CaseType, **options: Any) -> None:
        super().__init__(*given, **options)
        field: Any = self.fields["because"]
        field.choices = [(one, Card(PAUSES[one])) for one in kind.pause_reasons]


class ExtendForm(CaseForm):
    hours = forms.IntegerField(label=both("延长几小时", "How many hours"), min_value=1)
    words = forms.CharField(
        label=both("为什么", "Why"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=both("报事人会看到", "The reporter sees it"),
    )  # fmt: skip


class AssignForm(CaseForm):
    desk = forms.ChoiceField(label=both("派给", "Give it to"), widget=forms.RadioSelect)
    words = forms.CharField(label=both("备注", "A note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *given: Any, desks: list[tuple[str, Text, Text | None]], **options: Any) -> None:
        super().__init__(*given, **options)
        field: Any = self.fields["desk"]
        field.choices = [(key, Card(name, hint)) for key, name, hint in desks]


class MergeForm(CaseForm):
    """Which of several cases leads, the first one received unless somebody says otherwise."""

    lead = forms.ChoiceField(
        label=both("哪件带头", "Which one leads"), widget=forms.RadioSelect,
        help_text=both("别的跟着它走，报事人各自确认；各件的时限都不变", "The others go where it goes; each reporter confirms for themselves; no limit moves"),
    )  # fmt: skip
    words = forms.CharField(
        label=both("跟报事人说一声", "A word to the reporters"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=both("并进来的每位都会收到；别写别人是谁", "Each whose case is merged is told; do not say who the others are"),
    )  # fmt: skip

    def __init__(self, *given: Any, lines: list[dict[str, Any]], **options: Any) -> None:
        super().__init__(*given, **options)
        field: Any = self.fields["lead"]
        field.choices = [(str(line["case"].pk), _lead_card(line)) for line in lines]
        if not self.is_bound and lines:
            self.initial["lead"] = str(lines[0]["case"].pk)


def _lead_card(line: dict[str, Any]) -> Card:
    case, kind, place = line["case"], line["kind"].title, line["place"]
    title = Text(f"{kind.zh} · {place.zh}", f"{kind.en} · {place.en}")
    words = line["words"][:60]
    return Card(title, Text(f"{case.number} · {words}", f"{case.number} · {words}"))


class TypeForm(CaseForm):
    type_id = forms.ChoiceField(label=both("是哪种事", "What kind it is"), widget=forms.RadioSelect)

    def __init__(self, *given: Any, kinds: list[tuple[str, Text, Text | None]], **options: Any) -> None:
        super().__init__(*given, **options)
        field: Any = self.fields["type_id"]
        field.choices = [(key, Card(name, hint)) for key, name, hint in kinds]


class PublishForm(CaseForm):
    title = forms.CharField(
        label=both("给大家看的一句话", "A sentence for everybody"), max_length=80, required=False,
        help_text=both("4 到 80 字；不要有人名、电话和门牌", "4 to 80 characters, without names, telephone numbers or homes"),
    )  # fmt: skip


class CallForm(CaseForm):
    result = forms.ChoiceField(
        label=both("电话里怎么说", "What was said"), widget=forms.RadioSelect,
        choices=[("solved", Card(Text("解决了", "It is solved"))), ("not", Card(Text("没解决", "It is not solved"))), ("nobody", Card(Text("没人接", "Nobody answered")))],
    )  # fmt: skip
    satisfaction = forms.ChoiceField(
        label=both("满意吗", "Satisfied"), choices=STARS, widget=forms.RadioSelect, required=False
    )
    words = forms.CharField(label=both("原话", "Their words"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
