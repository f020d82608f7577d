"""QR codes to hang up, eight on an A4 sheet: the place's name, what to do, and what to telephone for instead.

:mod:`linli.reports.paper` sets it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from linli.kernel.text import Text

from .paper import qr_svg, set_pdf

SCAN = Text("扫一扫，报一件事", "Scan to report something")
CALL = Text("着火、有人受伤、闻到煤气：先打 119、120、110", "Fire, injury, smell of gas: call 119, 120 or 110 first")


def write_codes(path: Path, codes: Sequence[tuple[Text, str]], *, community: Text, day: dt.date) -> None:
    """``codes``: the name of each place and the address its code leads to. PDF/A-2b."""
    pictures = {f"qr-{n}.svg": qr_svg(address) for n, (_, address) in enumerate(codes)}
    data = {
        "title": f"{community.zh}　{SCAN.zh}",
        "community": community.as_mapping(),
        "scan": SCAN.as_mapping(),
        "call": CALL.as_mapping(),
        "codes": [
            {"name": name.zh, "name_en": "" if name.en == name.zh else name.en, "picture": picture}
            for (name, _), picture in zip(codes, pictures, strict=True)
        ],
    }
    set_pdf("codes", data, pictures, path, day=day)
