"""Pairwise judgements of experts as CSV files, and the weights they come to. No database: for whoever writes a weight set."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from linli.engines.weights import AHP, aggregate_judgements, ahp
from linli.kernel.errors import FaultList
from linli.kernel.text import Text

CONSISTENT = 0.1
"""Saaty (1980): judgements with a ratio above a tenth should be looked at again."""
WEIGHT_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Judged:
    """``ids`` in the order of the files; ``group`` what all judges together come to, ``each`` every judge alone."""

    ids: tuple[str, ...]
    group: AHP
    each: tuple[tuple[str, AHP], ...]

    def weights(self) -> dict[str, float]:
        """Per cent, rounded so that they still sum to 100: what rounding leaves goes to the largest."""
        rounded = {
            id: round(100 * float(one), WEIGHT_DECIMALS) for id, one in zip(self.ids, self.group.weights, strict=True)
        }
        largest = max(rounded, key=lambda id: rounded[id])
        rounded[largest] = round(rounded[largest] + 100 - sum(rounded.values()), WEIGHT_DECIMALS)
        return rounded


def judge(files: Sequence[Path]) -> Judged:
    """Each file one judge: a heading of ids, then a row for each id; ``1/3`` is a number here. :class:`InputError` with every fault's line and column."""
    read = [_read(file) for file in files]
    faults = FaultList(file=str(files[0]))
    for file, (ids, _) in zip(files[1:], read[1:], strict=True):
        if ids != read[0][0]:
            faults.add(
                f"{file.name} 的编号和 {files[0].name} 不同",
                f"{file.name} names other ids than {files[0].name}",
                line=1,
            )
    faults.raise_if_any()
    each = tuple((file.name, ahp(matrix, random_index="alonso_lamata" if len(matrix) > 15 else "saaty")) for file, (_, matrix) in zip(files, read, strict=True))  # fmt: skip
    matrix = aggregate_judgements([one for _, one in read])
    return Judged(read[0][0], ahp(matrix, random_index="alonso_lamata" if len(matrix) > 15 else "saaty"), each)


def said(found: Judged) -> list[Text]:
    """Who holds together and which judgement to look at again."""
    lines = []
    for name, one in (*found.each, ("", found.group)) if len(found.each) > 1 else found.each:
        who = Text(name or "合起来", name or "together")
        ratio = f"{one.consistency_ratio:.3f}"
        if one.consistency_ratio <= CONSISTENT or one.worst_pair is None:
            lines.append(
                Text(f"{who.zh}：一致性比率 {ratio}，站得住", f"{who.en}: consistency ratio {ratio}, holds together")
            )
            continue
        i, j = one.worst_pair
        a, b = found.ids[i], found.ids[j]
        wanted = f"{one.weights[i] / one.weights[j]:.2g}"
        lines.append(
            Text(
                f"{who.zh}：一致性比率 {ratio}，超过 {CONSISTENT}；先再看 {a} 比 {b}，其余的判断说约是 {wanted} 倍",
                f"{who.en}: consistency ratio {ratio}, above {CONSISTENT}; look again at {a} against {b}, the others say about {wanted}",
            )
        )
    return lines


def _read(file: Path) -> tuple[tuple[str, ...], np.ndarray]:
    faults = FaultList(file=str(file))
    try:
        rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        faults.add(f"读不出来：{type(error).__name__}", f"cannot be read: {type(error).__name__}", line=1)
        faults.raise_if_any()
        raise
    ids = tuple(cell.strip() for cell in rows[0][1:]) if rows else ()
    n = len(ids)
    if not n or len(set(ids)) != n or not all(ids):
        faults.add("第一行应是空格加各不相同的编号", "the first line must be an empty cell and ids that differ", line=1)
        faults.raise_if_any()
    matrix = np.ones((n, n))
    body = [row for row in rows[1:] if any(cell.strip() for cell in row)]
    if [row[0].strip() for row in body] != list(ids):
        faults.add(f"应有 {n} 行，依次是 {', '.join(ids)}", f"there must be {n} rows: {', '.join(ids)}", line=2)
    for line, row in enumerate(body[:n], start=2):
        for at, cell in enumerate(row[1 : n + 1], start=1):
            matrix[line - 2, at - 1] = _number(cell, line, at, faults)
        if len(row) != n + 1:
            faults.add(f"应有 {n} 个数，现在 {len(row) - 1} 个", f"needs {n} numbers, got {len(row) - 1}", line=line)
    faults.raise_if_any()
    for i, j in np.argwhere(np.abs(matrix * matrix.T - 1) > 1e-9):
        if i <= j:
            back = f"{Fraction(1 / matrix[i, j]).limit_denominator(99)}"
            faults.add(
                f"{ids[i]} 比 {ids[j]} 是 {matrix[i, j]:.4g}，反过来应是 {back}", f"{ids[i]} against {ids[j]} is {matrix[i, j]:.4g}, so the other way round must be {back}",
                line=int(i) + 2, column=ids[j],
            )  # fmt: skip
    faults.raise_if_any()
    return ids, matrix


def _number(cell: str, line: int, at: int, faults: FaultList) -> float:
    try:
        value = float(Fraction(cell.strip()))
    except (ValueError, ZeroDivisionError):
        value = 0.0
    if value <= 0 or value > 1e6:
        faults.add(
            f"“{cell}”应是大于 0 的数，如 3 或 1/3",
            f"{cell!r} must be a number > 0, such as 3 or 1/3",
            line=line,
            column=str(at),
        )
        return 1.0
    return value
