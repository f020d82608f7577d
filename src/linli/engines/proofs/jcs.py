"""Canonical bytes of a JSON value (RFC 8785): one value, one row of bytes, whoever writes it."""

from __future__ import annotations

from typing import Any

import rfc8785

from linli.kernel.errors import LinliError, define

NOT_CANONICAL = define(
    "proofs.not_canonical",
    zh="这个值没有规范的 JSON 写法：{reason}",
    en="This value has no canonical JSON form: {reason}",
    status=422,
)


def canonical(value: Any) -> bytes:
    """The RFC 8785 bytes of ``value``: dict with string keys, list, tuple, str, bool, None, finite float, int up to 2^53 - 1.

    :class:`LinliError` ``proofs.not_canonical`` for anything else, also for text with lone surrogates. Cost: linear.
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise LinliError(NOT_CANONICAL, reason=str(error) or type(error).__name__) from error
