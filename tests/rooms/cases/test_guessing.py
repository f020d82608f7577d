"""What a text is about: by the catalogue's keywords, and by a model trained here once there is one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from linli.cases import bridges, commands, queries
from linli.cli import app
from linli.platform.db import acting
from tests.world import WALKER

from .street import NINE, Street

LAMP, DRAIN = "路灯不亮楼道灯坏了看不见", "下水道堵了返水污水外冒"


@pytest.fixture
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model of two kinds on made-up messages, put to use by the commands an operator would type."""
    rows = [(f"{LAMP[n % 5 :]}{n}号", "street_lamp") for n in range(40)] + [
        (f"{DRAIN[n % 5 :]}{n}号", "drain_blocked") for n in range(40)
    ]
    with (tmp_path / "texts.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    place = tmp_path / "triage" / "cases.model"
    monkeypatch.setattr(bridges, "model_file", lambda: place)
    made = tmp_path / "city.model"
    assert CliRunner().invoke(app, ["triage", "train", str(tmp_path / "texts.csv"), "--out", str(made)]).exit_code == 0
    used = CliRunner().invoke(app, ["cases", "use-model", str(made)])
    assert used.exit_code == 0, used.output
    return place


def test_keywords_are_sure_of_several_words_and_never_of_one_weak_one(street: Street) -> None:
    sure = bridges.guess("楼道灯不亮，路灯也黑了")
    assert (sure[0].kind.id, sure[0].is_sure, sure[0].is_calibrated) == ("street_lamp", True, False)
    assert not bridges.guess("闪")[0].is_sure
    assert bridges.guess("就是那个有点怪") == []
    assert all(not one.kind.is_for_staff for one in bridges.guess("部门协调吹哨"))


def test_a_model_trained_here_answers_instead_and_says_that_it_is_calibrated(street: Street, trained: Path) -> None:
    [first, *_] = bridges.guess("小区的下水道又堵了，返水")
    assert (first.kind.id, first.is_calibrated) == ("drain_blocked", True)
    assert bridges.said_by() == bridges.TRAINED
    trained.write_bytes(trained.read_bytes()[:-1])
    assert bridges.said_by() == bridges.BY_KEYWORDS, "a spoilt file is passed over"


def test_a_model_of_other_labels_is_refused(street: Street, trained: Path, tmp_path: Path) -> None:
    text = (tmp_path / "texts.csv").read_text().replace("street_lamp", "no_such_kind")
    (tmp_path / "texts.csv").write_text(text)
    made = tmp_path / "other.model"
    CliRunner().invoke(app, ["triage", "train", str(tmp_path / "texts.csv"), "--out", str(made)])
    refused = CliRunner().invoke(app, ["cases", "use-model", str(made)])
    assert (refused.exit_code, "no_such_kind" in refused.output) == (2, True)


def test_what_a_person_decided_is_kept_for_the_next_training_but_nothing_sealed(street: Street) -> None:
    case = street.report("就是那个东西有点怪，训练一", type_id="")
    street.report("楼上半夜装修，训练二", type_id="noise", is_sealed=True, answers={"sound": "home"})
    staff = street.actor("community_staff")
    with acting(WALKER):
        assert "训练一" not in str(queries.training_texts())
    with acting(staff):
        commands.retype(case.pk, "pipe_leak", actor=staff, now=NINE)
    with acting(WALKER):
        kept = queries.training_texts()
    assert ("就是那个东西有点怪，训练一", "pipe_leak") in kept
    assert "训练二" not in str(kept)
