"""What is asked, checked: shapes, numbers, counts and the plain impossibilities, each refused with the places named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from linli.kernel.errors import LinliError, define

from ._types import BoolArray, FloatArray, IntArray

SHAPE = define(
    "siting.shape",
    zh="{name} 的形状或类型不对：应为 {expected}，实际为 {got}",
    en="{name} must be {expected}, got {got}",
    status=422,
)
COST = define(
    "siting.cost",
    zh="{n_rows} 行需求的费用里有 nan 或负数，例如第 {rows} 行；费用必须 ≥ 0，inf 表示不允许",
    en="{n_rows} demand rows have a cost that is nan or negative, such as rows {rows}; costs are >= 0, inf means not allowed",
    status=422,
)
WEIGHT = define(
    "siting.weight",
    zh="{name} 中有 {n_wrong} 个值不是有限的非负数，例如第 {positions} 项（值 {values}）",
    en="{name} has {n_wrong} values that are not finite and >= 0, such as at positions {positions} (values {values})",
    status=422,
)
CAPACITY = define(
    "siting.capacity",
    zh="{n_wrong} 个候选点的容量是 nan 或负数，例如第 {positions} 个（值 {values}）；inf 表示不限",
    en="{n_wrong} sites have a capacity that is nan or negative, such as sites {positions} (values {values}); inf means no limit",
    status=422,
)
COUNT = define(
    "siting.p",
    zh="p 必须是 {low} 到 {high} 之间的整数（含固定点 {n_fixed} 个，候选点共 {n_sites} 个），实际为 {got}",
    en="p must be an integer from {low} to {high} ({n_fixed} fixed sites counted, {n_sites} sites in all), got {got}",
    status=422,
)
FIXED = define(
    "siting.fixed",
    zh="fixed 中有 {n_wrong} 处不是候选点或重复，例如第 {positions} 项（值 {values}）；候选点编号为 0 到 {last}，各至多一次",
    en="fixed has {n_wrong} entries that are no site or named before, such as at positions {positions} (values {values}); "
    "sites go from 0 to {last}, each at most once",
    status=422,
)
TIME_LIMIT = define(
    "siting.time_limit",
    zh="time_limit_s 必须 ≥ 0，实际为 {got}",
    en="time_limit_s must be >= 0, got {got}",
    status=422,
)
SEED = define(
    "siting.seed", zh="seed 必须是非负整数，实际为 {got}", en="seed must be an integer >= 0, got {got}", status=422
)
TOO_LARGE = define(
    "siting.too_large",
    zh="费用乘权重之和超出浮点数范围，例如第 {rows} 行需求；请换用更大的单位",
    en="costs times weights add up beyond what a float64 holds, such as demand rows {rows}; use a larger unit",
    status=422,
)
NO_SITE = define(
    "siting.no_site",
    zh="{n_rows} 行需求没有任何允许的候选点，例如第 {rows} 行",
    en="{n_rows} demand rows have no site they may go to, such as rows {rows}",
    status=422,
)
TOO_BIG = define(
    "siting.too_big",
    zh="{n_rows} 行需求比任何允许的候选点的容量都大，例如第 {rows} 行",
    en="{n_rows} demand rows need more room than any site they may go to holds, such as rows {rows}",
    status=422,
)
TOO_FEW = define(
    "siting.too_few",
    zh="{p} 个点不能服务全部需求：最好的一组也剩下 {n_rows} 行，例如第 {rows} 行",
    en="{p} sites cannot serve all demand: even the best leave {n_rows} rows, such as rows {rows}",
    status=422,
)
TOO_SMALL = define(
    "siting.too_small",
    zh="容量不足：需求 {needed}，{p} 个点至多容纳 {available}；放不下的有 {n_rows} 行，例如第 {rows} 行",
    en="capacities are too small: {needed} is needed, {p} sites hold at most {available}; {n_rows} rows find no place, such as rows {rows}",
    status=422,
)
UNDECIDED = define(
    "siting.undecided",
    zh="在 {time_limit_s} 秒内没有找到可行的方案，也没有证明不存在；最好的一次剩下 {n_rows} 行，例如第 {rows} 行",
    en="no feasible sites were found within {time_limit_s} s, nor proved impossible; the best try left {n_rows} rows, such as rows {rows}",
    status=422,
)
N_LISTED = 20
"""How many wrong items an error names; the full count stands beside them."""


class SitingError(LinliError):
    """A question was refused or has no answer. ``data`` names the places: ``rows`` of the demand, or ``positions``, the first 20."""


def describe(array: npt.NDArray[Any]) -> str:
    return f"{array.dtype}{list(array.shape)}"


def _is_number(array: npt.NDArray[Any]) -> bool:
    return array.dtype.kind in "iuf"


def rows(wrong: IntArray) -> dict[str, Any]:
    """The error data for demand rows: the count and the first."""
    return {"n_rows": len(wrong), "rows": wrong[:N_LISTED].tolist()}


def _items(wrong: IntArray, values: npt.NDArray[Any]) -> dict[str, Any]:
    listed = wrong[:N_LISTED]
    return {"n_wrong": len(wrong), "positions": listed.tolist(), "values": values[listed].tolist()}


def cost_matrix(cost: npt.ArrayLike) -> FloatArray:
    """``float64[demand, sites]`` of costs >= 0; a copy only where the type asks for one."""
    array = np.asarray(cost)
    if array.ndim != 2 or not _is_number(array):
        raise SitingError(SHAPE, name="cost", expected="numbers of shape [demand, sites]", got=describe(array))
    checked = array.astype(np.float64, copy=False)
    if checked.size and not checked.min() >= 0:
        raise SitingError(COST, **rows(np.flatnonzero(~(checked >= 0).all(axis=1))))
    return checked


def weight_array(weights: npt.ArrayLike | None, n_demand: int) -> FloatArray:
    """``float64[demand]`` finite and >= 0; ones where None."""
    if weights is None:
        return np.ones(n_demand)
    array = np.asarray(weights)
    if array.shape != (n_demand,) or not (_is_number(array) or array.size == 0):
        raise SitingError(SHAPE, name="weights", expected=f"{n_demand} numbers", got=describe(array))
    checked = array.astype(np.float64)
    wrong = np.flatnonzero(~(np.isfinite(checked) & (checked >= 0)))
    if len(wrong):
        raise SitingError(WEIGHT, name="weights", **_items(wrong, checked))
    return checked


def capacity_array(capacity: npt.ArrayLike, n_sites: int) -> FloatArray:
    """``float64[sites]`` >= 0, inf allowed."""
    array = np.asarray(capacity)
    if array.shape != (n_sites,) or not (_is_number(array) or array.size == 0):
        raise SitingError(SHAPE, name="capacity", expected=f"{n_sites} numbers", got=describe(array))
    checked = array.astype(np.float64)
    wrong = np.flatnonzero(~(checked >= 0))
    if len(wrong):
        raise SitingError(CAPACITY, **_items(wrong, checked))
    return checked


def fixed_array(fixed: Sequence[int] | npt.ArrayLike, n_sites: int) -> IntArray:
    """``int64[n]`` sorted site numbers, none twice."""
    array = np.asarray(fixed)
    if array.size == 0:
        return np.empty(0, np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise SitingError(SHAPE, name="fixed", expected="a sequence of site numbers", got=describe(array))
    first = np.zeros(len(array), np.bool_)
    first[np.unique(array, return_index=True)[1]] = True
    wrong = np.flatnonzero((array < 0) | (array >= n_sites) | ~first)
    if len(wrong):
        raise SitingError(FIXED, last=n_sites - 1, **_items(wrong, array))
    return np.sort(array).astype(np.int64)


def check_counts(p: int, *, low: int, n_fixed: int, n_sites: int, seed: int, time_limit_s: float) -> None:
    """``p`` between what is fixed (and ``low``) and what there is; a seed and a time limit that mean something."""
    low = max(low, n_fixed)
    if isinstance(p, bool) or not isinstance(p, (int, np.integer)) or not low <= p <= n_sites:
        raise SitingError(COUNT, low=low, high=n_sites, n_fixed=n_fixed, n_sites=n_sites, got=repr(p))
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise SitingError(SEED, got=repr(seed))
    if isinstance(time_limit_s, bool) or not isinstance(time_limit_s, (int, float, np.number)) or not time_limit_s >= 0:
        raise SitingError(TIME_LIMIT, got=repr(time_limit_s))


def cover_matrix(within: Any) -> Any:
    """``within`` as a fresh ``csr_array`` of ones, ``[demand, sites]``."""
    from scipy.sparse import csr_array, issparse

    expected = "a boolean array or csr_array of shape [demand, sites]"
    if issparse(within):
        if within.ndim != 2:
            raise SitingError(
                SHAPE, name="within", expected=expected, got=f"a sparse array of {within.ndim} dimensions"
            )
        sparse = csr_array(within)
        values, got = sparse.data, f"{within.dtype}{list(within.shape)}"
    else:
        values = np.asarray(within)
        got = describe(values)
    ones: BoolArray = values == 1
    is_plain = values.dtype == np.bool_ or (_is_number(values) and bool((ones | (values == 0)).all()))
    if not is_plain or not (issparse(within) or values.ndim == 2):
        raise SitingError(SHAPE, name="within", expected=expected, got=got)
    if not issparse(within):
        return csr_array(ones, dtype=np.int8)
    copied = csr_array((ones, sparse.indices.copy(), sparse.indptr.copy()), shape=sparse.shape, dtype=np.bool_)
    copied.sum_duplicates()
    copied.eliminate_zeros()
    return copied.astype(np.int8)
