"""What must be documented is: error codes, decisions, engines, rooms, policy kinds."""

from __future__ import annotations

import sys
from pathlib import Path

import linli

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(linli.__file__).parent
sys.path.insert(0, str(ROOT / "scripts"))


def test_every_error_code_has_its_heading() -> None:
    import docs_errors

    assert docs_errors.PAGE.read_text() == docs_errors.render(), "run: python scripts/docs_errors.py"


def test_every_engine_has_a_page() -> None:
    engines = {path.name for path in (PACKAGE / "engines").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert engines, "no engine found"
    assert {name for name in engines if not (ROOT / f"docs/engines/{name}.md").exists()} == set()


def test_every_room_has_a_page() -> None:
    rooms = {"platform", "journal", "registry", "lifecircle", "notices", "counter", "cases", "assessment", "ledger"}
    assert {name for name in rooms if not (ROOT / f"docs/rooms/{name}.md").exists()} == set()


def test_every_kind_of_policy_is_documented() -> None:
    kinds = {path.name.removesuffix(".schema.json") for path in (PACKAGE / "policies/schemas").glob("*.schema.json")}
    page = (ROOT / "docs/policies.md").read_text()
    assert {kind for kind in kinds - {"policy"} if f"`{kind}`" not in page} == set()


def test_both_readmes_name_the_two_commands() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text()
        assert "make up" in text
        assert "make test" in text
