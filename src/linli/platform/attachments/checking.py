"""What is in a file somebody sent: told by its first bytes, never by its name or its sender; pictures are made anew.

A picture that is decoded and encoded again carries no place, no camera, no second file behind the first. A PDF stays as it is: it is
never shown, only handed over as a download.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from linli.kernel.errors import LinliError, define
from linli.kernel.policyfile import find_policy

WRONG_KIND = define(
    "platform.attachment_kind",
    zh="“{name}”收不了：只收 JPG、PNG、WebP 图片和 PDF",
    en="“{name}” is not taken: only JPG, PNG and WebP pictures, and PDF",
    status=422,
)
NOT_AS_NAMED = define(
    "platform.attachment_not_as_named",
    zh="“{name}”的内容和扩展名不一致：里面是 {found}",
    en="“{name}” is not what its name says: it holds {found}",
    status=422,
)
TOO_BIG = define(
    "platform.attachment_too_big",
    zh="“{name}”有 {got_mb} MB，最多 {most_mb} MB",
    en="“{name}” has {got_mb} MB; at most {most_mb} MB",
    status=422,
)
TOO_MANY_PIXELS = define(
    "platform.attachment_too_many_pixels",
    zh="“{name}”有 {got} 万像素，最多 {most} 万",
    en="“{name}” has {got}0,000 pixels; at most {most}0,000",
    status=422,
)
BROKEN = define(
    "platform.attachment_broken",
    zh="“{name}”打不开，可能没有传完或已经损坏",
    en="“{name}” cannot be opened; it may be cut off or damaged",
    status=422,
)
FORMATS = {"JPEG": ("jpg", "jpeg"), "PNG": ("png",), "WEBP": ("webp",)}
KEPT = {"JPEG": "image/jpeg", "PNG": "image/png"}
SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}
NAME_MOST = 100


@dataclass(frozen=True, slots=True)
class Checked:
    """What will be kept. ``name`` has the suffix of what it really is and nothing that means something to a path or a header."""

    data: bytes
    media_type: str
    name: str
    width_px: int | None = None
    height_px: int | None = None


@cache
def limits() -> Any:
    return find_policy("attachments", "default").body


def check(data: bytes, name: str) -> Checked:
    """The file as it will be kept; :class:`LinliError` naming the file and what would be right."""
    shown = safe_name(name)
    suffix = shown.rpartition(".")[2].lower() if "." in shown else ""
    found = _sniff(data)
    if found is None:
        raise LinliError(WRONG_KIND, name=shown)
    if suffix not in (FORMATS.get(found) or ("pdf",)):
        raise LinliError(NOT_AS_NAMED, name=shown, found=found)
    most = limits()["documents" if found == "PDF" else "pictures"]["most_bytes"]
    if len(data) > most:
        raise LinliError(TOO_BIG, name=shown, got_mb=round(len(data) / 1e6, 1), most_mb=round(most / 1e6, 1))
    if found == "PDF":
        if b"%%EOF" not in data[-2048:]:
            raise LinliError(BROKEN, name=shown)
        return Checked(data, "application/pdf", _renamed(shown, ".pdf"))
    return _made_anew(data, shown, found)


def most_bytes() -> int:
    """The most any file may have: what is longer is not even read."""
    return max(limits()["pictures"]["most_bytes"], limits()["documents"]["most_bytes"])


def safe_name(name: str) -> str:
    """The last part of a name: no path, control or direction marks, quotes or semicolons; never empty."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(
        mark for mark in last if mark.isprintable() and unicodedata.category(mark) != "Cf" and mark not in "\"';<>|:*?"
    )
    kept = kept.strip(". ")[-NAME_MOST:]
    return kept or "file"


def _sniff(data: bytes) -> str | None:
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return "PDF" if data[:5] == b"%PDF-" else None


def _made_anew(data: bytes, name: str, found: str) -> Checked:
    rule = limits()["pictures"]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=[found])
            n_pixels = picture.width * picture.height
            if n_pixels > rule["most_pixels"]:
                raise LinliError(TOO_MANY_PIXELS, name=name, got=n_pixels // 10_000, most=rule["most_pixels"] // 10_000)
            picture.draft("RGB", (rule["longest_side_px"] * 2,) * 2)  # a JPEG is decoded no larger than needed
            upright = ImageOps.exif_transpose(picture)
    except LinliError:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        raise LinliError(BROKEN, name=name) from None
    has_holes = "A" in upright.getbands() or "transparency" in upright.info
    kept = upright.convert("RGBA" if has_holes else "RGB")
    kept.thumbnail((rule["longest_side_px"],) * 2, Image.Resampling.LANCZOS)
    target = "PNG" if has_holes else "JPEG"
    clean = Image.new(kept.mode, kept.size)
    clean.paste(kept)
    out = io.BytesIO()
    clean.save(
        out, target, **({"optimize": True} if has_holes else {"quality": rule["jpeg_quality"], "progressive": True})
    )
    return Checked(out.getvalue(), KEPT[target], _renamed(name, SUFFIXES[KEPT[target]]), clean.width, clean.height)


def _renamed(name: str, suffix: str) -> str:
    stem = name.rpartition(".")[0] or name
    return f"{stem[: NAME_MOST - len(suffix)]}{suffix}"
