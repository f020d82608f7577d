"""Write ``docs/errors.md`` from the errors the code defines; ``--check`` only says whether it is up to date."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "errors.md"
HEAD = """# Errors

Every refusal has a code, a sentence in both languages and an HTTP status. Logs and the API carry the code; people read the sentence.
This page is written by `python scripts/docs_errors.py` from the code itself.
"""


def render() -> str:
    """The page, from every definition in the package."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.platform.settings")
    django.setup()
    import linli
    from linli.kernel.errors import definitions

    for module in pkgutil.walk_packages(linli.__path__, "linli."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    parts = [HEAD]
    for definition in definitions():
        parts.append(
            f"## {definition.code}\n\n{definition.text.zh}\n\n{definition.text.en}\n\nHTTP {definition.status}\n"
        )
    return "\n".join(parts)


def main() -> int:
    page = render()
    if "--check" in sys.argv:
        return 0 if PAGE.exists() and PAGE.read_text() == page else 1
    PAGE.write_text(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
