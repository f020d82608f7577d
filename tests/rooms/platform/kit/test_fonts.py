"""The built fonts: every character of GB 2312 and the rare ones of names; whole faces for paper."""

from __future__ import annotations

import re

import pytest

from linli.platform.kit import assets

RARE_NAMES = "喆堃昇赟翀昉玥珺璟翊劼闫曌淼槑彧祎奡奕鑫甯婧頔堉媞曈旻昱炘烨煜熠琰瑄皓竑筱芃芮荻菀蓁迺邈郗郜鄢阆雯霏韡颀骁髙鬻䶮㛃㙦𬭚𬭎𬀪㸆䒟"


@pytest.fixture(scope="module")
def covered() -> set[int]:
    try:
        sheet = (assets.BUILT / assets.built_file("fonts.css")).read_text()
    except assets.AssetError:
        pytest.skip("browser assets are not built (make build)")
    found: set[int] = set()
    for ranges in re.findall(r"unicode-range:([^;}]+)", sheet):
        for part in ranges.split(","):
            first, _, last = part.strip().removeprefix("U+").partition("-")
            if "?" in first:
                first, last = first.replace("?", "0"), first.replace("?", "F")
            found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


def test_every_character_of_gb2312_has_a_slice(covered: set[int]) -> None:
    hanzi = ""
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            hanzi += bytes([row, cell]).decode("gb2312", errors="ignore")
    assert len(hanzi) == 6763
    assert [mark for mark in hanzi if ord(mark) not in covered] == []


def test_rare_characters_of_names_have_a_slice(covered: set[int]) -> None:
    assert [mark for mark in RARE_NAMES if ord(mark) not in covered] == []


def test_paper_has_whole_faces() -> None:
    try:
        paths = assets.paper_font_paths()
    except assets.AssetError:
        pytest.skip("browser assets are not built (make build)")
    assert all(path.stat().st_size > 5_000_000 for path in paths)
