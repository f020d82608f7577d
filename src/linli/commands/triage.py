"""``linli triage``: train and measure a model on files of labelled messages, without database or server.

Files are CSV in UTF-8 (or GB 18030) with a header; columns ``text`` and ``label``, others are ignored. Light at the top: everything heavy is imported when
a command runs.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from linli.engines.triage import Model

triage_app = typer.Typer(
    help="分诊 Triage: train and measure what recognises the kind of a message.", no_args_is_help=True
)

_FIELD_BYTES = 64 * 1024 * 1024
Messages = tuple[list[str], list[str]]


@triage_app.command("train")
def train_command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="CSV with columns text,label.")],
    out: Annotated[Path, typer.Option(help="The model's file.")] = Path("triage.model"),
    error_share: Annotated[
        float, typer.Option(min=0.0001, max=0.9999, help="Tell the confidence for this share of errors.")
    ] = 0.05,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Train a model on all files together and write it. Exit status 2: bad input, every fault on stderr."""
    from linli.engines.triage import to_bytes

    texts, labels = _read(files)
    model, train_s = _train(texts, labels, files)
    threshold = model.threshold(error_share)
    data = to_bytes(model)
    _write(out, data)
    facts = {
        "model": str(out), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "n_messages": len(texts),
        "labels": list(model.labels), "train_s": round(train_s, 2),
        "unseen_accuracy": round(float(model.seen_right.mean()), 6), "error_share": error_share,
        "threshold": threshold.confidence, "share_above": round(threshold.share, 6),
    }  # fmt: skip
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=1))
        return
    alone = (
        f"置信度 ≥ {threshold.confidence:.3f} 的占 {threshold.share:.1%}，其中错误不超过 {error_share:.1%} / "
        f"{threshold.share:.1%} have a confidence >= {threshold.confidence:.3f}, at most {error_share:.1%} of them wrong"
        if threshold.share
        else f"达不到错误率 {error_share:.1%}：都须人工判断 / no confidence keeps errors below {error_share:.1%}: a person decides all"
    )
    print(f"{out}: {len(texts)} 条留言，{len(model.labels)} 类，{train_s:.1f} 秒 / messages, labels, seconds")
    print(f"未见过的留言上正确率 / accuracy on messages not seen: {model.seen_right.mean():.4f}")
    print(alone)


@triage_app.command("evaluate")
def evaluate_command(
    train: Annotated[list[Path] | None, typer.Option(help="CSV to train on; may be repeated.")] = None,
    model_file: Annotated[Path | None, typer.Option("--model", help="A trained model in place of --train.")] = None,
    test: Annotated[Path, typer.Option(help="CSV to test on.")] = ...,  # type: ignore[assignment]
    drop_twins: Annotated[
        bool, typer.Option("--drop-twins", help="Leave out training messages that have a twin in the test.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else to stdout.")] = False,
) -> None:
    """Train on some files, test on another, and print how good it is. Exit status 2: bad input, every fault on stderr."""
    from linli.engines.triage import evaluate, find_twins, from_bytes, texts_per_s

    if bool(train) == bool(model_file):
        raise typer.BadParameter("give --train FILE (once or more) or --model FILE")
    test_texts, test_labels = _read([test])
    twin_of: Any = None
    if train:
        texts, labels = _read(train)
        twin_of = find_twins(test_texts, texts)
        n_train_twins = 0
        if drop_twins:
            kept = find_twins(texts, test_texts) < 0
            n_train_twins = int((~kept).sum())
            texts, labels = (
                [t for t, k in zip(texts, kept, strict=True) if k],
                [t for t, k in zip(labels, kept, strict=True) if k],
            )
        model, train_s = _train(texts, labels, train)
    else:
        assert model_file is not None
        model, train_s = from_bytes(model_file.read_bytes()), None
    probabilities = model.probabilities(test_texts)
    result = evaluate(model.labels, probabilities, test_labels).as_mapping()
    result["texts_per_s"] = round(texts_per_s(model, test_texts), 1)
    result["train_s"] = None if train_s is None else round(train_s, 2)
    result["n_train"] = model.about.get("n_messages")
    if twin_of is not None:
        alone = twin_of < 0
        result["twins"] = {"n_test": int((~alone).sum()), "n_train_dropped": n_train_twins, "without": None}
        if not alone.all() and alone.any() and not drop_twins:
            rest = evaluate(
                model.labels, probabilities[alone], [t for t, k in zip(test_labels, alone, strict=True) if k]
            )
            figures = rest.as_mapping()
            figures.pop("per_class")
            result["twins"]["without"] = figures
        if not alone.all() and not drop_twins:
            print(
                f"注意：{int((~alone).sum())} 条测试留言在训练文件里有孪生，总成绩因此偏高；见 twins.without，或用 --drop-twins / "
                f"note: {int((~alone).sum())} test messages have a twin in the training files, which flatters the figures; "
                "see twins.without, or use --drop-twins", file=sys.stderr,
            )  # fmt: skip
    if as_json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        _print(result)


def _print(result: dict[str, Any]) -> None:
    print(f"正确率 accuracy {result['accuracy']:.4f}   macro F1 {result['macro_f1']:.4f}   ECE {result['ece']:.4f}   "
          f"{result['texts_per_s']:,.0f} 条/秒 texts/s   n {result['n']}")  # fmt: skip
    for name, of in result["per_class"].items():
        print(f"  {name}  n {of['n']}  precision {of['precision']:.3f}  recall {of['recall']:.3f}  F1 {of['f1']:.3f}")


def _train(texts: list[str], labels: list[str], files: list[Path]) -> tuple[Model, float]:
    from linli.engines.triage import train

    started = time.perf_counter()
    with _progress() as tell:
        model = train(texts, labels, tell=tell, about={"files": [file.name for file in files]})
    return model, time.perf_counter() - started


@contextmanager
def _progress() -> Iterator[Any]:
    """A bar on stderr for a person; nothing into a pipe."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("训练 training", total=None)
        yield lambda done, n: bar.update(task, completed=done, total=n)


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)


def _read(files: list[Path]) -> Messages:
    """All messages of the files; faults of all files are told together."""
    from linli.kernel.errors import Fault, InputError

    texts: list[str] = []
    labels: list[str] = []
    faults: list[Fault] = []
    for file in files:
        try:
            some, of_them = read_messages(file)
        except InputError as error:
            faults += error.faults
        else:
            texts += some
            labels += of_them
    if faults:
        raise InputError(faults)
    return texts, labels


def read_messages(file: Path) -> Messages:
    """Texts and labels of one file. A missing column, a row without a label or a file that is no text is refused with its line."""
    from linli.kernel.errors import FaultList

    faults = FaultList(file=str(file))
    try:
        raw = file.read_bytes()
    except OSError as error:
        faults.add(f"读不了：{error.strerror}", f"cannot be read: {error.strerror}")
        faults.raise_if_any()
        raise
    text = _decode(raw)
    if text is None:
        faults.add("既不是 UTF-8 也不是 GB 18030 文本", "is neither UTF-8 nor GB 18030 text")
        faults.raise_if_any()
        raise AssertionError
    csv.field_size_limit(_FIELD_BYTES)
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in ("text", "label") if name not in (reader.fieldnames or ())]
    if missing:
        faults.add(f"缺少列 {', '.join(missing)}", f"columns missing: {', '.join(missing)}", line=1)
        faults.raise_if_any()
    texts: list[str] = []
    labels: list[str] = []
    try:
        for row in reader:
            label = (row["label"] or "").strip()
            if not label:
                faults.add("没有类别", "no label", line=reader.line_num, column="label")
            texts.append(row["text"] or "")
            labels.append(label)
    except csv.Error as error:
        faults.add(f"不是合格的 CSV：{error}", f"is no proper CSV: {error}", line=reader.line_num)
    if not texts and not faults.faults:
        faults.add("没有一条留言", "holds no message")
    faults.raise_if_any()
    return texts, labels


def _decode(raw: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None
