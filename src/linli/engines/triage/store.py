"""A model as bytes and back. No code is ever loaded: a header in JSON, then plain numbers, then a digest of all before it.

``LINLI-TRIAGE`` newline; length of the header (8 bytes, little-endian); header; the arrays in the header's order; SHA-256 (32 bytes).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np

from .calibrate import Scaling
from .errors import MODEL, TriageError
from .model import Model

MAGIC = b"LINLI-TRIAGE\n"
VERSION = 1
_ARRAYS = {
    "keys": "<u8", "rows": "<f4", "constants": "<f8", "weight_of_first": "<f8", "scaling_constants": "<f8",
    "seen_confidence": "<f4", "seen_right": "|b1",
}  # fmt: skip
_MOST_LABELS = 2000


def to_bytes(model: Model) -> bytes:
    arrays: dict[str, Any] = {
        "keys": model.keys, "rows": model.rows, "constants": model.constants, "weight_of_first": model.weight_of_first,
        "scaling_constants": model.scaling.constants, "seen_confidence": model.seen_confidence, "seen_right": model.seen_right,
    }  # fmt: skip
    header = {
        "version": VERSION, "labels": list(model.labels), "order": model.order, "factor": model.scaling.factor,
        "about": model.about, "arrays": [[name, list(arrays[name].shape)] for name in _ARRAYS],
    }  # fmt: skip
    head = json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
    parts = [np.ascontiguousarray(arrays[name], dtype=kind).tobytes() for name, kind in _ARRAYS.items()]
    body = MAGIC + len(head).to_bytes(8, "little") + head + b"".join(parts)
    return body + hashlib.sha256(body).digest()


def from_bytes(data: bytes) -> Model:
    """The model, or a :class:`TriageError` saying what is spoilt: another file, another version, cut short, changed, or impossible inside."""
    if not data.startswith(MAGIC):
        raise _spoilt("它不是 Linli 分诊模型", "it is no triage model of Linli")
    if len(data) < len(MAGIC) + 40 or hashlib.sha256(data[:-32]).digest() != data[-32:]:
        raise _spoilt("校验和不符，文件不完整或被改动过", "its checksum does not fit; it is cut short or was changed")
    try:
        at = len(MAGIC) + 8
        length = int.from_bytes(data[len(MAGIC) : at], "little")
        header = json.loads(data[at : at + length])
        if header["version"] != VERSION:
            raise _spoilt(
                f"版本是 {header['version']}，本程序读版本 {VERSION}，请重新训练",
                f"its version is {header['version']}, this program reads version {VERSION}; train anew",
            )
        return _model(header, data[at + length : -32])
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise _spoilt(f"内容不合格式（{error}）", f"its content is malformed ({error})") from error


def _model(header: dict[str, Any], body: bytes) -> Model:
    arrays: dict[str, Any] = {}
    at = 0
    for (name, shape), (expected, kind) in zip(header["arrays"], _ARRAYS.items(), strict=True):
        if name != expected or any(not isinstance(n, int) or n < 0 for n in shape):
            raise ValueError(f"array {name} {shape}")
        n_bytes = int(np.prod(shape, dtype=np.int64)) * np.dtype(kind).itemsize
        arrays[name] = np.frombuffer(body[at : at + n_bytes], kind).reshape(shape)
        at += n_bytes
    labels = tuple(str(label) for label in header["labels"])
    n = len(labels)
    fits = (
        at == len(body) and 2 <= n <= _MOST_LABELS and len(set(labels)) == n and header["order"] in (1, 2, 3)
        and arrays["rows"].shape == (len(arrays["keys"]), n + 1) and arrays["constants"].shape == (n,)
        and arrays["scaling_constants"].shape == (n,) and len(arrays["weight_of_first"]) > 0
        and arrays["seen_confidence"].shape == arrays["seen_right"].shape
        and all(np.isfinite(arrays[name]).all() for name, kind in _ARRAYS.items() if "f" in kind)
        and np.isfinite(header["factor"]) and (arrays["keys"] != 0).all()
    )  # fmt: skip
    if not fits:
        raise ValueError("shapes or numbers do not fit together")
    scaling = Scaling(float(header["factor"]), arrays.pop("scaling_constants"))
    return Model(labels=labels, order=header["order"], scaling=scaling, about=dict(header["about"]), **arrays)


def _spoilt(zh: str, en: str) -> TriageError:
    return TriageError(MODEL, why_zh=zh, why_en=en)
