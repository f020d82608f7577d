"""Language and look are cookies set by a plain form."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.usefixtures("db")


def test_the_reader_chooses_english_and_care_and_pages_say_so() -> None:
    client = Client()
    client.post("/preferences/", {"lang": "en", "next": "/sign-in/"})
    client.post("/preferences/", {"theme": "care-2", "next": "/sign-in/"})
    page = client.get("/sign-in/").content.decode()
    assert '<html lang="en" data-theme="care" data-scale="2">' in page
    assert "Sign in" in page
    assert "登录" not in page


def test_an_unknown_choice_changes_nothing() -> None:
    client = Client()
    answer = client.post("/preferences/", {"theme": "<script>", "lang": "xx", "next": "/"})
    assert answer.status_code == 302
    assert "theme" not in answer.cookies
    assert "lang" not in answer.cookies


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_going_back_never_leaves_this_site(target: str) -> None:
    answer = Client().post("/preferences/", {"theme": "dark", "next": target})
    assert answer.headers["Location"] == "/"


def test_every_page_forbids_what_is_not_ours() -> None:
    answer = Client().get("/sign-in/")
    policy = answer.headers["Content-Security-Policy"]
    for part in (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_health_is_told_without_a_page() -> None:
    assert Client().get("/healthz").content == b"ok\n"
    ready = Client().get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["ready"] is True
