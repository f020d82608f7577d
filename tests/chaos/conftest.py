"""Long campaigns: collected only for ``make chaos`` (``LINLI_CHAOS=1``), never with the suite."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("LINLI_CHAOS") == "1" else ["test_*.py"]
