"""Built browser assets by their source names: ``app.css`` to ``/static/linli/a/app-1a2b3c4d.css``.

Reads Vite's manifest. Until the assets are built, every name raises :class:`AssetError`, which says how to build them.
"""

from __future__ import annotations

import contextlib
import json
from functools import cache
from pathlib import Path

from django.http import HttpResponse
from django.templatetags.static import static

from linli.kernel.errors import LinliError, define

ASSETS_MISSING = define(
    "platform.assets_missing",
    zh="页面资源还没有构建（缺 {name}）。请运行 make up，或在 web/ 里运行 npm ci 和 npm run build",
    en="Browser assets are not built ({name} is missing). Run `make up`, or `npm ci` and `npm run build` in web/",
    status=503,
)
BUILT = Path(__file__).resolve().parent.parent / "static" / "linli"
PAPER_FONTS = BUILT / "fonts"


class AssetError(LinliError):
    """No built asset of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(ASSETS_MISSING, name=name)


@cache
def _manifest() -> dict[str, str]:
    """Entry name (``app.css``, ``app.js``) to built file, as this process found it first."""
    raw = json.loads((BUILT / "manifest.json").read_text())
    found: dict[str, str] = {}
    for entry in raw.values():
        if entry.get("isEntry"):
            built = Path(entry["file"])
            name = entry["name"]
            found[name if name.endswith(built.suffix) else name + built.suffix] = entry["file"]
    return found


def remember_build() -> None:
    """Read the manifest now, at start: the server hands out only files it found at its start, so pages must name those."""
    with contextlib.suppress(FileNotFoundError):
        _manifest()


def built_file(name: str) -> str:
    """Path under ``static/linli/`` of the built asset called ``name`` in ``vite.config.ts`` (with ``.js`` for scripts).

    Files of ``web/public/`` (the icon) keep their names.
    """
    try:
        known = _manifest()
    except FileNotFoundError:
        raise AssetError(name) from None
    if name in known:
        return known[name]
    if Path(f"{BUILT}/{name}").is_file():
        return name
    raise AssetError(name)


def asset_url(name: str) -> str:
    return static(f"linli/{built_file(name)}")


def page_worker() -> HttpResponse:
    """The script that answers for a page while the network is away (``?name=``, ``?page=``). The address it is given out at bounds what it may answer for."""
    response = HttpResponse(
        (BUILT / built_file("page-worker.js")).read_bytes(), content_type="text/javascript; charset=utf-8"
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


def paper_font_paths() -> list[Path]:
    """The whole TTFs (regular, bold) that paper is set with; for typst's and matplotlib's font paths."""
    paths = [PAPER_FONTS / "NotoSansSC-Regular.ttf", PAPER_FONTS / "NotoSansSC-Bold.ttf"]
    for path in paths:
        if not path.is_file():
            raise AssetError(path.name)
    return paths
