"""Sets a template with its data and pictures as a PDF/A by typst. Fonts come from the package alone, never from the system.

Owns the setting, not the words: a report gives a template of ``linli/reports/templates``, one JSON document and named pictures.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import tempfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import segno

from linli.kernel.clock import start_of_day
from linli.kernel.errors import LinliError, define

FONTS = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")
QR_ERROR = "m"  # 15 % of the code may be scratched off (ISO/IEC 18004)
PARTS = "parts.typ"
"""What templates may import: colours and small pieces all reports share."""
PDF_STANDARD = "a-2b"
"""ISO 19005-2 level B: everything the page needs is in the file, so that it opens the same in thirty years."""

NO_FONTS = define(
    "reports.fonts_missing",
    zh="{folder} 里缺字体 {missing}，排不了 PDF；请先运行 make build",
    en="Fonts {missing} are missing in {folder}, so no PDF can be set; run make build first",
    status=500,
)
NO_TYPST = define(
    "reports.typst_missing",
    zh="没有安装 typst，排不了 PDF；请安装 linli[paper]",
    en="typst is not installed, so no PDF can be set; install linli[paper]",
    status=500,
)
NOT_SET = define(
    "reports.not_set",
    zh="模板 {template} 没有排成：{reason}",
    en="The template {template} could not be set: {reason}",
    status=500,
)


def fonts_folder() -> Path:
    """The folder of the fonts; :class:`LinliError` ``reports.fonts_missing`` where the web build has not made them."""
    folder = Path(str(resources.files("linli.platform"))) / "static" / "linli" / "fonts"
    missing = [name for name in FONTS if not (folder / name).is_file()]
    if missing:
        raise LinliError(NO_FONTS, folder=str(folder), missing=", ".join(missing))
    return folder


def qr_svg(url: str) -> str:
    """The QR code of an address, to be given to a template as a picture."""
    out = io.BytesIO()
    segno.make(url, error=QR_ERROR, micro=False).save(out, kind="svg", scale=4, border=2, xmldecl=False, dark="#15252b")
    return out.getvalue().decode()


def set_pdf(template: str, data: Mapping[str, Any], pictures: Mapping[str, str], out: Path, *, day: dt.date) -> None:
    """Set ``templates/<template>.typ`` to ``out``. It reads ``data.json`` and the SVG ``pictures`` by their names.

    ``day`` is the document's date, so that the same input gives the same bytes.
    """
    _set(template, data, pictures, out, day=day, format="pdf", pdf_standards=[PDF_STANDARD])


def set_pages_png(
    template: str, data: Mapping[str, Any], pictures: Mapping[str, str], out: Path, *, day: dt.date, ppi: float = 110
) -> None:
    """As :func:`set_pdf`, but one PNG a page, to be looked at; ``out`` holds ``{p}`` for the page's number."""
    _set(template, data, pictures, out, day=day, format="png", ppi=ppi)


def _set(
    template: str, data: Mapping[str, Any], pictures: Mapping[str, str], out: Path, *, day: dt.date, **how: Any
) -> None:
    fonts = fonts_folder()
    try:
        import typst
    except ImportError as error:
        raise LinliError(NO_TYPST) from error
    templates = resources.files("linli.reports").joinpath("templates")
    with tempfile.TemporaryDirectory(prefix="linli-paper-") as made:
        desk = Path(made)
        for name, copied in ((f"{template}.typ", "main.typ"), (PARTS, PARTS)):
            with resources.as_file(templates.joinpath(name)) as file:
                shutil.copy(file, desk / copied)
        (desk / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        for name, svg in pictures.items():
            (desk / name).write_text(svg, encoding="utf-8")
        try:
            typst.compile(
                str(desk / "main.typ"),
                output=str(out),
                root=str(desk),
                font_paths=[str(fonts)],
                ignore_system_fonts=True,
                timestamp=int(start_of_day(day).timestamp()),
                **how,
            )
        except typst.TypstError as error:
            raise LinliError(NOT_SET, template=template, reason=str(error)) from error
