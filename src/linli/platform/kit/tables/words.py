"""What is typed into a table's search, as it may stand in an address: sealed.

People type names and numbers there, and addresses end up in logs of proxies, in histories and in referrers. The sealed form opens for the
same table only. It is bound to no account: an address handed to a colleague shows them the same rows, as far as they may see them.
"""

from __future__ import annotations

import base64
from uuid import UUID

from linli.kernel.errors import LinliError
from linli.platform.privacy.sealing import seal, unseal

PURPOSE = "platform.table_search"
MARK = "~"
NOBODY = UUID(int=0)


def closed(words: str, table_key: str) -> str:
    """``words`` for an address: ``~`` and URL-safe base64. Different each time, so that equal searches cannot be told from a log."""
    sealed = seal(PURPOSE, words, table="address", column=table_key, row=NOBODY)
    return MARK + base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def is_closed(text: str) -> bool:
    return text.startswith(MARK)


def opened(text: str, table_key: str) -> str | None:
    """The words; None where they do not open: cut off, altered, of another table, or the key is gone."""
    body = text.removeprefix(MARK)
    try:
        sealed = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        return unseal(PURPOSE, sealed, table="address", column=table_key, row=NOBODY)
    except (LinliError, ValueError):
        return None
