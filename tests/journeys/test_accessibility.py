"""axe finds nothing serious on any page that can be opened without an id, in light, dark and care."""

from __future__ import annotations

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page

from .conftest import SIZES, sign_in

PUBLIC = ("/", "/sign-in/", "/around/", "/open/", "/open/policies/", "/open/journal/", "/open/lifecircle/")
STAFF = (
    "/console/", "/console/places/", "/console/people/", "/console/facilities/", "/console/organisations/",
    "/console/spaces/", "/console/devices/", "/console/policies/", "/console/lifecircle/", "/console/lifecircle/hours/",
    "/console/lifecircle/units/?least=300&most=900&kept=compound", "/me/",
)  # fmt: skip


def serious(page: Page) -> list[str]:
    result = Axe().run(page)
    return [
        f"{page.url} {found['id']}: {node['target']}"
        for found in result["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"][:3]
    ]


def dress(page: Page, theme: str, url: str) -> None:
    page.context.add_cookies([{"name": "theme", "value": theme, "url": url}])


@pytest.mark.parametrize("theme", ["light", "dark", "care"])
def test_public_pages_have_no_serious_barrier(page: Page, live, theme: str) -> None:
    page.set_viewport_size(SIZES["phone"])
    dress(page, theme, live.url)
    found: list[str] = []
    for path in PUBLIC:
        page.goto(path)
        found += serious(page)
    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark", "care"])
def test_staff_pages_have_no_serious_barrier(page: Page, live, theme: str) -> None:
    sign_in(page, "community_staff")
    dress(page, theme, live.url)
    found: list[str] = []
    for path in STAFF:
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
