"""What ``deploy/`` ships is what ``docs/deploy.md`` says, and what systemd takes."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PAGE = (ROOT / "docs" / "deploy.md").read_text()
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])


def test_every_shipped_file_is_on_the_page() -> None:
    families = {path.name for path in DEPLOY.iterdir()}
    named = {name for name in families if name in PAGE or f"{name.rpartition('.')[0]}.*" in PAGE}
    assert families - named == set()
    assert len(UNITS) >= 6


def test_every_setting_of_the_shipped_environment_is_explained() -> None:
    settings = re.findall(r"^#? ?([A-Z_]+)=", (DEPLOY / "linli.env").read_text(), re.MULTILINE)
    assert {name for name in settings if f"`{name}" not in PAGE and name != "NUMBA_CACHE_DIR"} == set()


def test_units_run_commands_there_are() -> None:
    from typer.main import get_command

    from linli.cli import app

    known = get_command(app).commands  # type: ignore[attr-defined]
    commands = re.findall(r"bin/linli (\w+)", "".join(path.read_text() for path in UNITS))
    assert commands
    assert set(commands) <= set(known)


def test_services_are_hardened_alike() -> None:
    for path in DEPLOY.glob("*.service"):
        text = path.read_text()
        assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "UMask=0077", "User=linli"} <= set(text.splitlines()), (
            path
        )
        if "bin/linli" in text:
            assert "\nCapabilityBoundingSet=\n" in text, path


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze on this machine")
    for path in UNITS:  # the programs and the user are those of the machine it is meant for
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", path.read_text(), flags=re.MULTILINE)
        (tmp_path / path.name).write_text(re.sub(r"^Documentation=.*$", "", text, flags=re.MULTILINE))
    units = [str(tmp_path / path.name) for path in UNITS]
    done = subprocess.run(
        [analyze, "verify", "--man=no", *units], capture_output=True, text=True, timeout=60, check=False
    )
    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "linli" in line]
    assert said == []
