"""What the tests need beyond Python packages: a browser. Installs Debian packages only as root, after saying so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = {"chromium": "chromium", "pdftoppm": "poppler-utils"}


def main() -> int:
    missing = [package for program, package in PACKAGES.items() if shutil.which(program) is None]
    if not missing:
        return 0
    names = " ".join(missing)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(f"missing: {names}. Tests that need them will be skipped; install with: sudo apt-get install {names}")
        return 1 if os.environ.get("CI") == "true" else 0
    print(f"installing Debian packages as root: {names}", flush=True)
    quiet = {"stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    done = subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], check=False, **quiet
    )
    if done.returncode:
        print(f"could not install {names}")
    return done.returncode if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
