"""What nobody foresaw: a page with a reference, a log that has it, and in neither what was typed or who it was about."""

from __future__ import annotations

import io
import logging
import re

import pytest
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from linli.platform.logs import Line
from linli.urls import handler500

NAME = "赵不该出现"


def broken(_request: HttpRequest) -> HttpResponse:
    try:
        raise KeyError(NAME)
    except KeyError as error:
        raise IntegrityError(f"Key (name)=({NAME}) already exists") from error


urlpatterns = [path("broken/", broken), path("api/broken/", broken)]
__all__ = ["handler500"]
pytestmark = [pytest.mark.usefixtures("db")]


@pytest.fixture
def log() -> io.StringIO:
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(Line())
    logging.getLogger().addHandler(handler)
    yield told
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def client() -> Client:
    from django.test import override_settings

    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


def test_the_page_gives_a_reference_that_stands_in_the_log_and_nothing_else(client: Client, log: io.StringIO) -> None:
    answer = client.get("/broken/", {"who": NAME})
    assert answer.status_code == 500
    reference = re.search(r"编号 ([0-9a-f]{8})", answer.content.decode())
    assert reference is not None
    assert reference.group(1) in log.getvalue()
    assert "IntegrityError" in log.getvalue()
    assert "builtins.KeyError" in log.getvalue()  # what led to it is told too
    assert "in broken" in log.getvalue()
    for text in (answer.content.decode(), log.getvalue()):
        assert NAME not in text


def test_a_machine_gets_the_same_as_json(client: Client) -> None:
    answer = client.get("/api/broken/")
    assert answer.status_code == 500
    assert answer.json()["code"] == "platform.internal"


def test_a_text_the_database_cannot_keep_is_refused_not_tripped_over() -> None:
    assert Client().get("/sign-in/", {"next": "\x00"}).status_code == 200
    answer = Client().post("/sign-in/", {"username": "a\x00b", "password": "x"})
    assert answer.status_code in (400, 422)
