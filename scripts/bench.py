"""Run every benchmark in turn; each prints its ratios against its named peer and the hardware's bound."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"


def main() -> int:
    failed = 0
    for script in sorted(FOLDER.glob("*.py")):
        print(f"\n== {script.stem}", flush=True)
        failed += subprocess.run([sys.executable, str(script)], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
