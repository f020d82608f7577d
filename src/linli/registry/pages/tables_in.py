"""Importing a list: choose a file, say which column is which, see what it would do, decide about likely-same people, confirm, undo.

Each step can be left and come back to. Nothing changes before the last one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language

from linli.kernel.errors import InputError, LinliError, NotFoundError
from linli.kernel.text import Text
from linli.platform.jobs import start_job
from linli.platform.kit.tables.export import XLSX_TYPE, harmless, texts_as_csv, texts_as_xlsx
from linli.platform.models import Job
from linli.platform.ports import ports
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import uploads
from ..commands.imports import FACILITIES as FACILITIES_PERMISSION
from ..commands.imports import ORGANISATIONS as ORGANISATIONS_PERMISSION
from ..commands.imports import PEOPLE as PEOPLE_PERMISSION
from ..commands.imports import what_rests
from ..commands.imports_facilities import KEEP
from ..forms.tables_in import SYSTEM_NAMES, ColumnsForm, TableForm, read_answers
from ..listsout import table_of
from ..models import TableColumns, TableImport
from ..tablefiles import Layout, Sheet, load_layout, read_head
from ..tablefiles.columns import headings_digest, suggest
from ..tablefiles.templates import csv_template, xlsx_template
from ..tabletasks import IMPORT_FACILITIES, IMPORT_ORGANISATIONS, IMPORT_PEOPLE, plain_fault
from .done import go, said_done
from .told import LABELS

TEMPLATES: dict[str, tuple[Callable[[Layout, str], bytes], str]] = {
    "csv": (csv_template, "text/csv; charset=utf-8"),
    "xlsx": (xlsx_template, XLSX_TYPE),
}
WHY = {
    "identity": Text("证件号相同，姓名或出生日期不同", "The same document number, another name or birth date"),
    "name_birth": Text("姓名和出生日期相同，没有别的可以核对", "The same name and birth date, nothing else to tell by"),
    "phone_name": Text("电话相同，姓名相近", "The same phone and a similar name"),
    "several": Text("册子里有几个人都对得上", "Several people of the register fit"),
    "in_file": Text(
        "文件里前面有一行姓名和出生日期相同，电话不同",
        "An earlier line has the same name and birth date, another phone",
    ),
}
FIELDS = {
    "name": LABELS["name"],
    "sex": LABELS["sex"],
    "born_on": LABELS["born_on"],
    "phone": LABELS["phone"],
    "identity": Text("证件", "Document"),
    "contact": Text("联系人", "Whom to call"),
}
SHOWN_FAULTS = 200


@dataclass(frozen=True, slots=True)
class TablesIn:
    """The pages of one kind of list: its layout, its permission, its kind of job."""

    noun: str
    permission: str
    job: str
    title: Text
    lead: Text
    absent: Text
    """What is said of those the register has and the list has not; ``{n}`` of them."""

    @property
    def layout(self) -> Layout:
        return load_layout(self.noun)

    @property
    def start_url(self) -> str:
        return self.url()

    @property
    def list_url(self) -> str:
        return reverse(f"registry:{self.noun}")

    def url(self, step: str = "", *arguments: object) -> str:
        return reverse(f"registry:import-{self.noun}{step}", args=arguments)

    def addresses(self) -> list[URLPattern]:
        at, rule = f"console/import/{self.noun}/", page(permission=self.permission, methods=("GET", "POST"))
        reading = page(permission=self.permission)
        one = f"{at}<uuid:import_id>/"
        return [
            path(at, rule(self._start), name=f"import-{self.noun}"),
            path(f"{at}template/", reading(self._template), name=f"import-{self.noun}-template"),
            path(f"{at}current/", reading(self._current), name=f"import-{self.noun}-current"),
            path(f"{one}columns/", rule(self._columns), name=f"import-{self.noun}-columns"),
            path(one, rule(self._step), name=f"import-{self.noun}-step"),
            path(f"{one}faults.csv", reading(self._faults), name=f"import-{self.noun}-faults"),
        ]

    def _start(self, request: Request) -> HttpResponseBase:
        community_id = current_community(request)
        request.actor.require(self.permission, community_id)
        form = TableForm(request.POST or None, request.FILES or None, layout=self.layout)
        faults: list[dict[str, Any]] = []
        if request.method == "POST" and form.is_valid():
            try:
                return HttpResponseRedirect(self.url("-columns", self._begin(request, form, community_id).pk))
            except InputError as error:
                faults = [plain_fault(fault) for fault in error.faults]
        earlier = TableImport.objects.filter(community_id=community_id, noun=self.noun).order_by("-created_at")[:10]
        context = {
            "tables": self, "form": form, "faults": faults, "community": ports.scope_tree.label(community_id),
            "rows": [self._row(one) for one in earlier], "done": said_done(request), "template_url": self.url("-template"), "current_url": self.url("-current"),
        }  # fmt: skip
        return render(request, "registry/table_import.html", context, status=422 if form.errors or faults else 200)

    def _begin(self, request: Request, form: TableForm, community_id: UUID) -> TableImport:
        """Keep the file and read its headings; a file without any is deleted."""
        file = form.cleaned_data["file"]
        upload = uploads.keep(file.chunks(), suffix=uploads.suffix_of(file.name, uploads.TABLE_SUFFIXES))
        try:
            read_head(uploads.find(upload), file=file.name[:200], limits=self.layout.limits)
        except InputError:
            uploads.forget(upload)
            raise
        return TableImport.objects.create(
            community_id=community_id, noun=self.noun, file=file.name[:200], upload=upload, valid_from=form.cleaned_data["on"],
            started_by=request.actor.code, synthetic=form.cleaned_data.get("is_made_up", False), crs=form.cleaned_data.get("crs", ""),
        )  # fmt: skip

    def _template(self, request: Request) -> HttpResponseBase:
        kind = request.GET.get("format", "xlsx")
        if kind not in TEMPLATES:
            raise NotFoundError
        make, content_type = TEMPLATES[kind]
        language = get_language() or "zh-hans"
        response = HttpResponse(make(self.layout, language), content_type=content_type)
        response.headers["Content-Disposition"] = f'attachment; filename="linli-{self.noun}.{kind}"'
        return response

    def _current(self, request: Request) -> HttpResponseBase:
        """What is registered, as a list that can be mended and sent back."""
        community_id = current_community(request)
        request.actor.require(self.permission, community_id)
        kind, language = request.GET.get("format", "xlsx"), get_language() or "zh-hans"
        if kind not in TEMPLATES:
            raise NotFoundError
        rows = table_of(self.layout, request.actor, community_id, language)
        body = texts_as_csv(rows) if kind == "csv" else texts_as_xlsx(rows, self.layout.title.in_(language))
        response = HttpResponse(body, content_type=TEMPLATES[kind][1])
        response.headers["Content-Disposition"] = f'attachment; filename="{self.noun}.{kind}"'
        return response

    def _columns(self, request: Request, import_id: UUID) -> HttpResponseBase:
        """Which column is which: as last time for these headings, else by their words."""
        one = self._find(request, import_id)
        if one.job_id is not None:
            return HttpResponseRedirect(self.url("-step", one.pk))
        sheet = read_head(uploads.find(one.upload), file=one.file, limits=self.layout.limits)
        digest = headings_digest(sheet.headings)
        kept = TableColumns.objects.filter(community_id=one.community_id, noun=self.noun, headings=digest).first()
        chosen = {id: str(at) for id, at in (kept.columns if kept else suggest(sheet.headings, self.layout)).items()}
        form = ColumnsForm(request.POST or None, initial=chosen, layout=self.layout, sheet=sheet)
        if request.method == "POST" and form.is_valid():
            return self._look(request, one, form.chosen(), digest)
        context = {
            "tables": self, "one": one, "form": form, "is_remembered": kept is not None, "notes": sheet.notes,
            "left_out": self._left_out(sheet, chosen),
        }  # fmt: skip
        return render(request, "registry/table_columns.html", context, status=422 if form.errors else 200)

    def _left_out(self, sheet: Sheet, chosen: dict[str, str]) -> list[str]:
        return [heading for at, heading in enumerate(sheet.headings) if heading and str(at) not in chosen.values()]

    def _look(self, request: Request, one: TableImport, chosen: dict[str, int], digest: bytes) -> HttpResponseBase:
        TableColumns.objects.update_or_create(
            community_id=one.community_id, noun=self.noun, headings=digest, defaults={"columns": chosen}
        )  # fmt: skip
        one.columns = chosen
        one.save(update_fields=["columns"])
        return self._run(request, one, "preview")

    def _run(self, request: Request, one: TableImport, step: str) -> HttpResponseBase:
        arguments = {"step": step, "table_import": str(one.pk)}
        job = start_job(self.job, actor=request.actor, community_id=one.community_id, arguments=arguments)
        one.job_id = job.id
        one.save(update_fields=["job_id"])
        return HttpResponseRedirect(self.url("-step", one.pk))

    def _find(self, request: Request, import_id: UUID) -> TableImport:
        one = TableImport.objects.filter(pk=import_id, noun=self.noun).first()
        if one is None:
            raise NotFoundError
        request.actor.require(self.permission, one.community_id)
        return one

    def _step(self, request: Request, import_id: UUID) -> HttpResponseBase:
        """Where it stands. Answers, confirm, discard and undo are sent here."""
        one = self._find(request, import_id)
        job = Job.objects.filter(pk=one.job_id).first() if one.job_id else None
        if job is None:
            return (
                HttpResponseRedirect(self.url("-columns", one.pk))
                if uploads.exists(one.upload)
                else go(f"import-{self.noun}", done="discarded")
            )
        if request.method == "POST":
            return self._decide(request, one, job)
        is_over = job.state in (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)
        context = {
            "tables": self,
            "one": one,
            "job": job,
            "is_over": is_over,
            "community": ports.scope_tree.label(one.community_id),
        }
        context |= {"progress": _progress(job), "poll_url": request.path, **self._found(one, job)}
        part = request.headers.get("HX-Request") and not is_over
        response = render(request, "registry/_import_progress.html" if part else "registry/table_step.html", context)
        if request.headers.get("HX-Request") and is_over:
            response.headers["HX-Refresh"] = "true"
        return response

    def _decide(self, request: Request, one: TableImport, job: Job) -> HttpResponseBase:
        decision, is_done = request.POST.get("decision"), job.state == Job.State.DONE
        if decision == "discard" and one.applied_at is None:
            uploads.forget(one.upload)
            one.discarded_at = timezone.now()
            one.save(update_fields=["discarded_at"])
            return go(f"import-{self.noun}", done="discarded")
        if decision == "undo" and one.applied_at and not one.undone_at and is_done:
            return self._run(request, one, "undo")
        if job.arguments["step"] == "apply" and decision == "confirm":
            return HttpResponseRedirect(self.url("-step", one.pk))
        if one.applied_at or job.arguments["step"] != "preview" or not is_done or job.result.get("n_faults"):
            raise NotFoundError
        uploads.find(one.upload)
        if decision == "system" and self.layout.questions:
            chosen = request.POST.get("crs", "")
            one.answers = {"shift": KEEP} if chosen == KEEP else {}
            one.crs = chosen if chosen in SYSTEM_NAMES else one.crs
            one.save(update_fields=["answers", "crs"])
            return self._run(request, one, "preview")
        if decision == "answer":
            one.answers = read_answers(request.POST, uploads.noted(one.upload).get("questions", []))
            one.save(update_fields=["answers"])
            return self._run(request, one, "preview")
        if decision == "confirm":
            return self._run(request, one, "apply")
        raise LinliError("linli.not_found")

    def _found(self, one: TableImport, job: Job) -> dict[str, Any]:
        if job.state != Job.State.DONE:
            return {"step": job.arguments["step"]}
        noted = uploads.noted(one.upload) if not one.applied_at else {}
        faults = noted.get("faults", [])
        questions = [self._question(question, one) for question in noted.get("questions", [])]
        step = job.arguments["step"]
        shift = noted.get("shift") if one.answers.get("shift") != KEEP else None
        may_confirm = (
            step == "preview"
            and uploads.exists(one.upload)
            and not job.result.get("n_faults")
            and not job.result.get("is_empty")
        )
        return {
            "step": step, "faults": faults[:SHOWN_FAULTS], "n_faults": job.result.get("n_faults", 0), "n_more": len(faults) - SHOWN_FAULTS,
            "faults_url": self.url("-faults", one.pk), "counts": one.counts or job.result.get("counts", {}), "questions": questions,
            "is_answered": bool(one.answers), "notes": noted.get("notes", []), "new": noted.get("new", []), "homes": noted.get("homes", []),
            "changed": _with_fields(noted.get("changed", [])), "duties_new": noted.get("duties_new", []),
            "duties_changed": _with_fields(noted.get("duties_changed", [])),
            "absent": self.absent.fill(n=f"{one.counts['absent']:,}") if one.counts.get("absent") and not one.applied_at else None,
            "may_confirm": may_confirm and not shift,
            "may_decide": may_confirm,
            "shift": shift | {"likely_text": SYSTEM_NAMES.get(shift["likely"])} if shift else None,
            "system": SYSTEM_NAMES.get(one.crs),
            "systems": [(id, text, bool(shift) and id == (shift or {}).get("likely")) for id, text in SYSTEM_NAMES.items() if id != one.crs], "is_kept": uploads.exists(one.upload), "confirm_key": f"import-{self.noun}-{job.id}",
            "may_undo": one.applied_at is not None and one.undone_at is None, "rests": what_rests(one) if one.applied_at and not one.undone_at else [],
        }  # fmt: skip

    def _question(self, question: dict[str, Any], one: TableImport) -> dict[str, Any]:
        answer = one.answers.get(str(question["line"]), question["suggested"])
        options = [
            option | {"text": _said_option(option), "is_chosen": option["value"] == answer}
            for option in question["options"]
        ]
        return question | {"text": WHY[question["why"]], "options": options}

    def _faults(self, request: Request, import_id: UUID) -> HttpResponseBase:
        """All faults as CSV: file, line, column, what is wrong and what would be right."""
        one = self._find(request, import_id)
        faults = uploads.noted(one.upload).get("faults")
        if faults is None:
            raise NotFoundError
        is_english = (get_language() or "").startswith("en")
        out = io.StringIO()
        out.write("\ufeff")
        writer = csv.writer(out)
        writer.writerow(["File", "Line", "Column", "What is wrong"] if is_english else ["文件", "行", "列", "问题"])
        writer.writerows(
            (
                harmless(one.file),
                fault["line"],
                harmless(fault["column"]),
                harmless(fault["en" if is_english else "zh"]),
            )
            for fault in faults
        )
        response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="faults.csv"'
        return response

    def _row(self, one: TableImport) -> dict[str, Any]:
        job = Job.objects.filter(pk=one.job_id).first() if one.job_id else None
        return {"one": one, "url": self.url("-step", one.pk), "mark": _mark(one, job)}


def _with_fields(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    said = FIELDS | LABELS
    return [row | {"said": [said.get(name) or Text(name, name) for name in row["fields"]]} for row in rows]


def _mark(one: TableImport, job: Job | None) -> tuple[str, Text]:
    if one.undone_at:
        return "ring", Text("已撤销", "Undone")
    if one.applied_at:
        return "green", Text("已导入", "Imported")
    if one.discarded_at or (not uploads.exists(one.upload) and not uploads.noted(one.upload)):
        return "ring", Text("已放弃", "Discarded")
    if job is None:
        return "yellow", Text("等您对列", "Columns to choose")
    if job.state == Job.State.DONE:
        return (
            ("red", Text("有问题", "Faults"))
            if job.result.get("n_faults")
            else ("yellow", Text("等您确认", "Waits for you"))
        )
    return (
        ("red", Text("没有导入", "Refused")) if job.state == Job.State.FAILED else ("blue", Text("进行中", "Running"))
    )


def _said_option(option: dict[str, Any]) -> Text:
    match option["kind"]:
        case "new":
            return Text("是另一个人，分别登记", "Somebody else; keep both")
        case "skip":
            return Text("这一行不导入", "Leave this line out")
        case "line":
            return Text(
                f"就是第 {option['line']} 行的 {option['name']}", f"The {option['name']} of line {option['line']}"
            )
    born = f"（{option['born_on']}）" if option["born_on"] else ""
    return Text(f"就是册子里的 {option['name']}{born}", f"The {option['name']}{born} of the register")


def _progress(job: Job) -> dict[str, Any]:
    titles = {
        "preview": Text("正在预览，册子还没有改动", "Looking it through; nothing is changed yet"),
        "apply": Text("正在导入", "Importing"),
        "undo": Text("正在撤销", "Undoing"),
    }
    detail = Text(job.stage_zh, job.stage_en) if job.stage_zh else Text("排队中", "Waiting for its turn")
    return {
        "title": titles[job.arguments["step"]],
        "detail": detail,
        "share": job.share,
        "is_done": False,
        "is_failed": False,
    }


PEOPLE = TablesIn(
    "people",
    PEOPLE_PERMISSION,
    IMPORT_PEOPLE,
    Text("导入居民名单", "Import residents"),
    Text(
        "把表格里的人、住处、户和产权读进册子。先对列，再预览；有一处不对，就什么都不导入，每一处都告诉您在哪一行、哪一列。",
        "People, homes, households and tenure are read from a spreadsheet. First the columns, then a preview; if anything is wrong nothing is imported, and every fault is told with its line and column.",
    ),
    Text(
        "册子里住在这里、名单上没有的有 {n} 人：他们照旧，不会因为没有列上就搬走。",
        "{n} people living here by the register are not on the list: they stay as they are.",
    ),
)
FACILITIES = TablesIn(
    "facilities",
    FACILITIES_PERMISSION,
    IMPORT_FACILITIES,
    Text("导入设施名单", "Import facilities"),
    Text(
        "把表格里的设施和位置读进册子，并和册子里的位置比对：整批偏了几百米，会问您坐标系是不是选错了。",
        "Facilities and their positions are read from a spreadsheet and compared with the register: where all of them lie hundreds of metres off, you are asked whether the coordinate system is right.",
    ),
    Text(
        "册子里有、名单上没有的设施 {n} 处：照旧。",
        "{n} facilities of the register are not on the list: they stay as they are.",
    ),
)
ORGANISATIONS = TablesIn(
    "organisations",
    ORGANISATIONS_PERMISSION,
    IMPORT_ORGANISATIONS,
    Text("导入单位和职责", "Import organisations and duties"),
    Text(
        "一行写一个单位和它的一项职责：管什么、管哪一片、找谁、打什么电话。管几件事就写几行。以后派单就按这份清单找人。",
        "One row is one organisation and one duty of it: for what, for which place, whom to call, at which number. Several duties are several rows. Work is dispatched by this list.",
    ),
    Text(
        "册子里有、名单上没有的职责 {n} 项：照旧，不会因为没有列上就终止。",
        "{n} duties of the register are not on the list: they go on as they are.",
    ),
)
