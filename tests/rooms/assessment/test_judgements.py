"""Experts' judgements from files: what they come to, and what is wrong with them, by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from linli.assessment.judgements import judge, said
from linli.kernel.errors import InputError

GOOD = ",a,b,c\na,1,2,4\nb,1/2,1,2\nc,1/4,1/2,1\n"
TORN = ",a,b,c\na,1,2,1/4\nb,1/2,1,2\nc,4,1/2,1\n"


def test_judgements_that_agree_give_weights_that_sum_to_a_hundred(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(GOOD)
    found = judge([tmp_path / "one.csv"])
    assert found.weights() == {
        "a": pytest.approx(57.1428, abs=2e-4),
        "b": pytest.approx(28.5714),
        "c": pytest.approx(14.2857),
    }
    assert round(sum(found.weights().values()), 9) == 100
    assert "holds together" in said(found)[0].en


def test_a_torn_judge_is_told_which_judgement_to_look_at_again(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(GOOD)
    (tmp_path / "two.csv").write_text(TORN)
    lines = [line.en for line in said(judge([tmp_path / "one.csv", tmp_path / "two.csv"]))]
    assert lines[0].startswith("one.csv: consistency ratio 0.000")
    assert "two.csv" in lines[1]
    assert "look again at" in lines[1]
    assert lines[2].startswith("together")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (GOOD.replace("1/2,1,2", "1/3,1,2"), 2, "must be 1/2"),
        (GOOD.replace("a,1,2,4", "a,1,zwei,4"), 2, "must be a number > 0"),
        (GOOD.replace("\nc,1/4,1/2,1", ""), 2, "there must be 3 rows"),
        ("", 1, "the first line"),
    ],
)
def test_what_is_no_matrix_is_told_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    (tmp_path / "bad.csv").write_text(text)
    with pytest.raises(InputError) as refused:
        judge([tmp_path / "bad.csv"])
    assert (refused.value.faults[0].line, words in refused.value.faults[0].message.en) == (line, True)
