"""关怀 measured: text, targets, contrast, no pop-ups, read aloud; and the main forms by keyboard alone.

At every run on the way in and what anybody may read; with ``LINLI_FULL=1`` on all pages without parameters that three roles may open.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from django.urls import get_resolver
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from linli.platform.actors import permissions_of
from tests.rooms.test_permission_matrix import API, walk

from .conftest import SIZES, sign_in

DOORS = (
    "/sign-in/",
    "/sign-in/phone/",
    "/join/",
    "/join/ask/",
    "/around/",
    "/open/",
    "/open/policies/",
    "/open/journal/",
)
"""Measured at every run: the way in, and what anybody may read. ``LINLI_FULL=1`` walks every page of three roles."""
LEAST_TEXT_PX, LEAST_TARGET_PX = 18, 60  # SURFACES habit 4
NOT_PAGES = ("sign-out", "live", "healthz", "readyz", "kit")

MEASURE = """([leastText, leastTarget]) => {
  const seen = (e) => { const s = getComputedStyle(e), b = e.getBoundingClientRect();
    return s.visibility !== 'hidden' && s.display !== 'none' && b.width > 1 && b.height > 1 && !e.closest('.sr-only, .skip, [aria-hidden=true], svg, canvas, [hidden]'); };
  const named = (e) => (e.tagName.toLowerCase() + '.' + [...e.classList].join('.') + ' ' + (e.innerText || e.name || '').slice(0, 24)).trim();
  const small = new Set(), narrow = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) { const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !seen(e) || e.closest('option, script, style, template, .maplibregl-map')) continue;
    const size = parseFloat(getComputedStyle(e).fontSize); if (size < leastText - 0.01) small.add(`${named(e)} ${size}`); }
  for (const e of document.querySelectorAll('button, .btn, .switch, a.go, .tabs a, .choice, select, textarea, input.in, summary, input[type=file]')) {
    if (!seen(e) || e.closest('.maplibregl-map') || e.disabled) continue;
    const b = e.getBoundingClientRect(); if (b.height < leastTarget - 0.6 || b.width < leastTarget - 0.6) narrow.add(`${named(e)} ${Math.round(b.width)}x${Math.round(b.height)}`); }
  const popped = document.querySelectorAll('dialog[open], [role=dialog], [role=alertdialog]').length;
  return { small: [...small], narrow: [...narrow], popped, speaks: document.querySelectorAll('[data-speak]').length,
           over: document.documentElement.scrollWidth - document.documentElement.clientWidth };
}"""


def pages_of(role: str) -> list[str]:
    """Addresses without parameters that the role's rule lets it look at."""
    held = permissions_of(role) if role else frozenset()
    found = set()
    for route in walk(get_resolver().url_patterns):
        rule = route.rule
        if rule is None or route.parameters or "GET" not in rule.methods or route.template.startswith(API):
            continue
        if (
            route.template.startswith("kit/")
            or route.name in NOT_PAGES
            or (rule.permission and rule.permission not in held)
            or "." in route.template
        ):
            continue
        if not role and (rule.audience != "public" or rule.permission):
            continue
        found.add(f"/{route.template}")
    return sorted(found)


def faults_of(page: Page, path: str) -> list[str]:
    try:
        answer = page.goto(path)
    except PlaywrightError as error:
        if "Download is starting" in error.message:
            return []
        raise
    if answer is None or answer.status >= 400 or "text/html" not in answer.headers.get("content-type", ""):
        return []
    told: dict[str, Any] = page.evaluate(MEASURE, [LEAST_TEXT_PX, LEAST_TARGET_PX])
    found = [f"{path} text {one}" for one in told["small"]] + [f"{path} target {one}" for one in told["narrow"]]
    if told["popped"]:
        found.append(f"{path} pops up")
    if not told["speaks"]:
        found.append(f"{path} cannot be read aloud")
    if told["over"] > 0:
        found.append(f"{path} is {told['over']} px too wide")
    axe = Axe().run(page)
    return found + [
        f"{path} {one['id']}: {one['nodes'][0]['target']}"
        for one in axe["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def measured(page: Page, live: Any, pages: Sequence[str], *, role: str, size: str) -> list[str]:
    page.set_viewport_size(SIZES[size])
    page.context.add_cookies([{"name": "theme", "value": "care", "url": live.url}])
    popped: list[str] = []
    page.on("dialog", lambda dialog: (popped.append(f"pops up: {dialog.message}"), dialog.dismiss()))
    if role:
        sign_in(page, role)
    return [fault for path in pages for fault in faults_of(page, path)] + popped


def test_at_the_door_text_targets_contrast_and_voice_are_as_promised(page: Page, live: Any) -> None:
    assert measured(page, live, DOORS, role="", size="phone") == []


@pytest.mark.skipif(os.environ.get("LINLI_FULL") != "1", reason="walks every page: LINLI_FULL=1")
@pytest.mark.parametrize(("role", "size"), [("", "phone"), ("resident", "phone"), ("community_staff", "desk")])
def test_on_every_page_text_targets_contrast_and_voice_are_as_promised(
    page: Page, live: Any, role: str, size: str
) -> None:
    assert measured(page, live, pages_of(role), role=role, size=size) == []


def by_keyboard(page: Page, until: str) -> None:
    """Tab until the focus is on it; it must be seen there."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", until):
            outline = page.evaluate(
                "getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).boxShadow"
            )
            assert outline != "nonenone", f"{until} has no visible focus"
            return
    raise AssertionError(f"{until} is not reached by Tab")


def skip_to_the_content(page: Page) -> None:
    """The first thing Tab comes to leads past the menu, which is longer than anybody would tab through."""
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('a.skip')")
    page.keyboard.press("Enter")


def test_signing_in_and_asking_to_be_bound_by_keyboard_alone(page: Page, live: Any) -> None:
    from tests.world import PASSWORD

    page.goto("/sign-in/")
    by_keyboard(page, "#id_username")
    page.keyboard.type("resident")
    by_keyboard(page, "#id_password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto("/welcome/")
    by_keyboard(page, "button[name=item]")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    page.goto("/join/ask/")
    for field, words in (("#id_name", "王键盘"), ("#id_home", "3-2-501")):
        by_keyboard(page, field)
        page.keyboard.type(words)
    by_keyboard(page, "[name=relation]")
    page.keyboard.press("Space")
    by_keyboard(page, "#id_phone")
    page.keyboard.type("13900000055")
    by_keyboard(page, "form button.pri")
    page.keyboard.press("Enter")
    page.wait_for_url("**/join/ask/received/")


def test_a_request_is_decided_by_keyboard_alone(page: Page, live: Any) -> None:
    page.goto("/join/ask/")
    page.fill("#id_name", "没有这人")
    page.fill("#id_home", "99-9-999")
    page.check("[name=relation] >> nth=0")
    page.fill("#id_phone", "13900000066")
    page.click("form button.pri")
    page.wait_for_url("**/join/ask/received/")
    sign_in(page, "community_staff")
    page.goto("/console/binding/")
    skip_to_the_content(page)
    by_keyboard(page, "main a.go")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/binding/*/")
    skip_to_the_content(page)
    by_keyboard(page, "[name=refusal]")
    page.keyboard.press("Space")
    by_keyboard(page, "main button.btn:not(.pri)")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/binding/?done=refused*")
