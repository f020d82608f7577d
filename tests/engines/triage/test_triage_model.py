"""A model learns, answers anything anybody may send, and is the same after being written and read."""

from __future__ import annotations

import csv
import json
import math
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from linli.cli import app
from linli.engines.triage import (
    KeywordModel,
    Settings,
    TriageError,
    choose_threshold,
    evaluate,
    expected_calibration_error,
    find_twins,
    from_bytes,
    to_bytes,
    train,
)
from linli.engines.triage._rows import read_grams
from linli.engines.triage._svm import separate
from linli.kernel.errors import InputError

MESSAGES = Path(os.environ.get("LINLI_DATA", Path(__file__).parents[4] / "shared" / "data")) / "messages"
PLACES = ["东门", "西门", "三号楼", "广场边", "桥头", "老街"]
SAID = {
    "路灯": ["{}的路灯坏了没有人修", "{}路灯整夜不亮走路害怕", "请修理{}的路灯灯泡", "{}一盏路灯闪个不停"],
    "工资": ["{}工地拖欠工资三个月", "老板在{}欠薪不给工资", "{}公司克扣加班工资", "讨要{}工程的工钱工资"],
    "噪声": ["{}夜里施工噪声扰民", "{}广场舞噪声太大", "{}酒吧半夜噪声吵得睡不着", "装修噪声从{}传来"],
}
TEXTS = [s.format(place) for place in PLACES for label in SAID for s in SAID[label]]
LABELS = [label for _ in PLACES for label in SAID for _ in SAID[label]]


@pytest.fixture(scope="module")
def model():
    return train(TEXTS, LABELS)


def test_what_was_learned_is_answered_and_confidence_is_a_probability(model):
    for text, label in (("桥那边的路灯又坏了", "路灯"), ("欠了我们半年的工资", "工资"), ("楼上噪声好吵", "噪声")):
        answer = model.ask(text)
        assert answer.label == label
        assert answer.calibrated
        assert len(answer.likeliest) == 3
        assert sum(p for _, p in answer.likeliest) == pytest.approx(1)
        assert answer.confidence == answer.likeliest[0][1] > 1 / 3


def test_anything_is_answered(model):
    long = "路灯坏了" * 2_600_000
    for text in (
        "",
        " \n",
        "🌧️🚰‼️",
        "12345",
        "\ud800\udfff",
        "\0",
        "路灯" + "🙂" * 50,
        "The street LAMP 路灯 is broken",
        long,
    ):
        answer = model.ask(text)
        assert answer.label in SAID
        assert 0 < answer.confidence <= 1
    assert model.ask("").n_known == 0
    assert model.ask(long).label == "路灯"


def test_traditional_forms_full_width_and_capitals_read_alike(model):
    assert np.array_equal(model.probabilities(["路燈壞了沒有人修"]), model.probabilities(["路灯坏了没有人修"]))
    english = train(["lamp Broken", "LAMP dark", "wages unpaid", "unpaid Wages late"], ["a", "a", "b", "b"])
    assert np.array_equal(english.probabilities(["ＷＡＧＥＳ unpaid"]), english.probabilities(["wages UNPAID"]))


def test_cut_into_words_or_not_is_the_same(model):
    assert np.array_equal(
        model.probabilities(["东门 路灯 坏 了 没有 人 修"]), model.probabilities(["东门路灯坏了没有人修"])
    )


def test_order_of_labels_and_batches_changes_nothing(model):
    together = model.probabilities(TEXTS[:9])
    for at, text in enumerate(TEXTS[:9]):
        assert np.array_equal(model.probabilities([text])[0], together[at])
    assert to_bytes(train(TEXTS, LABELS)) == to_bytes(model)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(alphabet="路灯坏了ab cd12，🙂燈", max_size=40), st.integers(1, 3))
def test_grams_equal_counting_by_hand(text, order):
    simple = text.replace("燈", "灯")
    tokens: list[str] = []
    word = ""
    for char in [*simple, " "]:
        if char in "abcd":
            word += char
            continue
        if len(word) >= 3:
            tokens.append(word)
        word = ""
        if char in "路灯坏了":
            tokens.append(char)
    grams = [tuple(tokens[i : i + n]) for i in range(len(tokens)) for n in range(1, order + 1) if i + n <= len(tokens)]
    read = read_grams([text], order)
    assert sorted(read.times.tolist()) == sorted(Counter(grams).values())
    assert sorted(read.first.tolist()) == sorted({g: i for i, g in reversed(list(_at(tokens, order)))}.values())


def _at(tokens, order):
    for i in range(len(tokens)):
        for n in range(1, order + 1):
            if i + n <= len(tokens):
                yield i, tuple(tokens[i : i + n])


def test_the_machine_reaches_the_least_of_its_objective():
    from scipy.optimize import minimize

    rng = np.random.default_rng(1)
    x = rng.random((40, 5)).astype(np.float32)
    signs = np.where(x[:, 0] + 0.3 * rng.random(40) > 0.6, 1.0, -1.0)
    starts, columns = np.arange(0, 201, 5), np.tile(np.arange(5, dtype=np.int32), 40)

    def objective(w):
        margin = np.maximum(0, 1 - signs * (x @ w[:-1] + w[-1]))
        return w @ w / 2 + 0.7 * (margin**2).sum()

    found = separate(starts, columns, x.ravel(), np.ones(5, np.float32), signs, 0.7, 5, 2000, 1e-9, 0)
    assert objective(found) == pytest.approx(minimize(objective, np.zeros(6)).fun, rel=1e-6)


def test_a_model_is_the_same_after_writing_and_reading_and_a_spoilt_one_is_refused(model):
    data = to_bytes(model)
    assert np.array_equal(from_bytes(data).probabilities(TEXTS), model.probabilities(TEXTS))
    for spoilt in (b"", b"PK\3\4", data[:-1], data[:100], data[:200] + b"!" + data[201:]):
        with pytest.raises(TriageError) as refused:
            from_bytes(spoilt)
        assert refused.value.code == "triage.model"


def test_calibration_error_by_hand():
    confidence, right = np.array([0.9, 0.9, 0.9, 0.9, 0.55, 0.55]), np.array([1, 1, 1, 0, 1, 0], bool)
    assert expected_calibration_error(confidence, right) == pytest.approx(4 / 6 * 0.15 + 2 / 6 * 0.05)


def test_threshold_keeps_the_stated_share_of_errors_of_what_is_to_come():
    rng = np.random.default_rng(3)
    kept = []
    for _ in range(40):
        confidence = rng.random(1500)
        right = rng.random(len(confidence)) < confidence
        found = choose_threshold(confidence, right, error_share=0.1)
        true_share = (1 - found.confidence) / 2  # of messages at or above it
        kept.append(true_share <= 0.1)
    assert np.mean(kept) >= 0.95
    assert choose_threshold(np.full(5, 0.9), np.zeros(5, bool), error_share=0.05).share == 0


def test_measures_by_hand():
    found = evaluate(("a", "b"), np.array([[0.8, 0.2], [0.6, 0.4], [0.3, 0.7], [0.9, 0.1]]), ["a", "b", "b", "c"])
    assert found.accuracy == 0.5
    assert found.macro_f1 == pytest.approx((2 * 1 / (3 + 1) + 2 * 1 / (1 + 2) + 0) / 3)


def test_twins_are_found_and_others_are_not():
    whole = "A市东门的路灯坏了三个月都没有人来修，请有关部门处理一下，谢谢！"
    cut = "市 东门 路灯 坏 三个月 没有人 修 请 有关部门 处理"
    assert find_twins(
        [whole, "完全不同的一件事情，说的是拖欠工资"], ["另外一条关于停水的留言，和别人无关", cut]
    ).tolist() == [1, -1]


def test_what_cannot_be_learned_is_refused():
    for texts, labels in ((["a"], ["x", "y"]), ([], []), (["一"], ["x"]), (["一", "二", "三"], ["x", "x", "y"])):
        with pytest.raises(TriageError):
            train(texts, labels)


def test_keywords_work_before_anything_is_learned_and_say_so():
    model = KeywordModel.of({"路灯": ["路灯", "不亮"], "供水": ["停水", "水压"], "噪声": ["噪声", "扰民"]})
    answer = model.ask("三号楼的路燈整夜不亮")
    assert (answer.label, answer.calibrated, answer.n_known) == ("路灯", False, 2)
    assert model.ask("别的事").confidence == pytest.approx(1 / 3)
    for wrong in ({}, {"a": []}, {"a": ["！"]}):
        with pytest.raises(TriageError):
            KeywordModel.of(wrong)


def _write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return str(path)


def test_command_trains_evaluates_and_tells_twins(tmp_path):
    rows = list(zip(TEXTS, LABELS, strict=True))
    head = ("id", "text", "label")
    a = _write(tmp_path / "a.csv", [head, *((i, *row) for i, row in enumerate(rows[:60]))])
    test = _write(tmp_path / "c.csv", [head, *((i, *row) for i, row in enumerate(rows[58:]))])
    run = CliRunner().invoke(app, ["triage", "evaluate", "--train", a, "--train", a, "--test", test, "--json"])
    assert run.exit_code == 0, run.output
    found = json.loads(run.stdout)
    assert {"accuracy", "macro_f1", "ece", "texts_per_s", "per_class"} <= found.keys()
    assert set(found["per_class"]) == set(SAID)
    assert found["twins"]["n_test"] >= 2
    assert found["texts_per_s"] > 0
    out = tmp_path / "m" / "city.model"
    assert CliRunner().invoke(app, ["triage", "train", a, "--out", str(out)]).exit_code == 0
    again = CliRunner().invoke(app, ["triage", "evaluate", "--model", str(out), "--test", test, "--json"])
    assert json.loads(again.stdout)["n"] == len(rows) - 58


def test_faults_of_files_are_told_with_their_lines(tmp_path):
    bad = _write(tmp_path / "bad.csv", [("text", "label"), ("一", "x"), ("二", ""), ("三", " ")])
    other = _write(tmp_path / "other.csv", [("text", "kind"), ("一", "x")])
    (tmp_path / "binary.csv").write_bytes(b"\0\1\2")
    run = CliRunner().invoke(
        app, ["triage", "train", bad, other, str(tmp_path / "binary.csv"), str(tmp_path / "none.csv")]
    )
    assert isinstance(run.exception, InputError)
    assert [(Path(f.file).name, f.line) for f in run.exception.faults] == [
        ("bad.csv", 3), ("bad.csv", 4), ("other.csv", 1), ("binary.csv", None), ("none.csv", None),
    ]  # fmt: skip


@pytest.mark.skipif(not MESSAGES.exists(), reason="the development messages are not here (LINLI_DATA)")
def test_real_messages_of_two_labels_are_told_apart():
    with (MESSAGES / "labelled_raw.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["label"] in ("交通运输", "劳动和社会保障")]
    even, odd = rows[::2], rows[1::2]
    model = train([r["text"] for r in even], [r["label"] for r in even], settings=Settings(n_folds=3))
    found = evaluate(model.labels, model.probabilities([r["text"] for r in odd]), [r["label"] for r in odd])
    assert found.accuracy > 0.9
    assert math.isfinite(found.ece)
