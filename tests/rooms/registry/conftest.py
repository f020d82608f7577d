"""The fixture of the registry's tests. Django is up only when a test runs, so imports stand inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .town import Town


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    from linli.platform.installation import _known_kind

    from .town import lay_town

    yield lay_town()
    _known_kind.cache_clear()
