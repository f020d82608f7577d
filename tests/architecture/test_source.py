"""Rules of the house that a linter does not know."""

from __future__ import annotations

import re
from pathlib import Path

import linli

PACKAGE = Path(linli.__file__).parent
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
HAN = re.compile(r"[\u4e00-\u9fff]")
TAGS = re.compile(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", re.DOTALL)
COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)


def test_no_template_holds_chinese_outside_a_pair() -> None:
    """``中文`` as the name of the language switch is the one exception: it is read by those who do not read English."""
    found = []
    for path in TEMPLATES:
        bare = TAGS.sub("", COMMENT.sub("", path.read_text())).replace("中文", "")
        if HAN.search(bare):
            found.append(str(path.relative_to(PACKAGE)))
    assert TEMPLATES
    assert found == []


def test_no_template_has_inline_style_or_script() -> None:
    bad = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE)
    found = [
        f"{path.relative_to(PACKAGE)}: {hit}"
        for path in TEMPLATES
        for hit in bad.findall(COMMENT.sub("", path.read_text()))
    ]
    assert found == []


def test_no_module_is_called_utils_or_the_like() -> None:
    vague = {"utils", "helpers", "common", "manager", "service", "misc"}
    assert [path for path in PACKAGE.rglob("*.py") if path.stem in vague] == []


def test_no_address_of_another_host_is_asked_for_by_a_page() -> None:
    external = re.compile(r"(?:src|href|action)=[\"']https?://")
    assert [str(path) for path in TEMPLATES if external.search(path.read_text())] == []


def test_no_source_file_is_longer_than_six_hundred_lines() -> None:
    long = {
        str(path): n
        for path in PACKAGE.rglob("*.py")
        if (n := len(path.read_text().splitlines())) > 600 and "migrations" not in path.parts
    }
    assert long == {}


def test_no_day_is_taken_from_the_database_session() -> None:
    """A connection's time zone is UTC: its ``current_date`` is yesterday until eight in the morning, Shanghai time."""
    day = re.compile(r"current_date|localtimestamp|now\(\)::date", re.IGNORECASE)
    assert [str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if day.search(path.read_text())] == []
