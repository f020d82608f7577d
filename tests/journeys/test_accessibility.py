"""axe finds nothing serious on any page that can be opened without an id, in light, dark and care.

Every page in one of the three, drawn with a printed seed; ``LINLI_FULL=1`` walks all.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page

from .conftest import SIZES, sign_in

PUBLIC = ("/", "/sign-in/", "/around/", "/open/", "/open/policies/", "/open/journal/", "/open/lifecircle/")
STAFF = (
    "/console/", "/console/places/", "/console/people/", "/console/facilities/", "/console/organisations/",
    "/console/spaces/", "/console/devices/", "/console/policies/", "/console/lifecircle/", "/console/lifecircle/hours/",
    "/console/lifecircle/blocks/", "/console/lifecircle/island/?n=2", "/console/lifecircle/station/",
    "/console/lifecircle/units/?least=300&most=900&kept=compound", "/me/",
)  # fmt: skip

THEMES = ("light", "dark", "care")
# One for all workers of a run, so that together they look at every page.
SEED = os.environ.get("LINLI_SEED") or os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(random.SystemRandom().random())


def drawn(pages: Sequence[str], theme: str) -> list[str]:
    """The pages to be looked at in a theme."""
    if os.environ.get("LINLI_FULL") == "1":
        return list(pages)
    print(f"accessibility: each page in one theme, LINLI_SEED={SEED}")
    return [path for path in pages if random.Random(f"{SEED}{path}").choice(THEMES) == theme]


def serious(page: Page) -> list[str]:
    result = Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"{page.url} {found['id']}: {node['target']}"
        for found in result["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"][:3]
    ]


def dress(page: Page, theme: str, url: str) -> None:
    page.context.add_cookies([{"name": "theme", "value": theme, "url": url}])


@pytest.mark.parametrize("theme", THEMES)
def test_public_pages_have_no_serious_barrier(page: Page, live, theme: str) -> None:
    page.set_viewport_size(SIZES["phone"])
    dress(page, theme, live.url)
    found: list[str] = []
    for path in drawn(PUBLIC, theme):
        page.goto(path)
        found += serious(page)
    assert found == []


@pytest.mark.parametrize("theme", THEMES)
def test_staff_pages_have_no_serious_barrier(page: Page, live, theme: str) -> None:
    sign_in(page, "community_staff")
    dress(page, theme, live.url)
    found: list[str] = []
    for path in drawn(STAFF, theme):
        page.goto(path)
        found += serious(page)
    assert found == []


@pytest.mark.parametrize("size", SIZES)
def test_no_page_is_wider_than_the_screen(page: Page, size: str) -> None:
    sign_in(page, "community_staff")
    page.set_viewport_size(SIZES[size])
    wide = []
    for path in (*PUBLIC, *STAFF):
        page.goto(path)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide.append(f"{path}: {over} px")
    assert wide == []
