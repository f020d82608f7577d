"""The interface for machines under generated requests, valid and not, by four roles: no server error, no answer its description does not
know, nothing it says it cannot keep.

A few examples of each operation by a printed seed; ``LINLI_FULL=1`` asks many.
"""

from __future__ import annotations

import os
import random
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from linli.platform.testkit import using_database
from tests.live import Live
from tests.world import World

ASKING = ("resident", "community_staff", "auditor", "admin")
N_EXAMPLES = 200 if os.environ.get("LINLI_FULL") == "1" else 12
TOKEN = "a" * 32
"""Of a browser's form: without it a session's writing would be refused before it is looked at."""
CHECKS = (not_a_server_error, status_code_conformance, response_schema_conformance)


@pytest.mark.parametrize("role", ASKING)
def test_no_request_breaks_an_operation(live: Live, role: str) -> None:
    with using_database(live.environment["LINLI_DATABASE"]):
        world = World()
        cookie = world.client(role).cookies["sessionid"].value
        known = world.objects(world.own)
    seed = int(os.environ.get("LINLI_SEED", random.SystemRandom().randrange(10**6)))
    print(f"LINLI_SEED={seed}")
    schema = schemathesis.openapi.from_url(f"{live.url}api/v1/openapi.json")
    operations = [result.ok() for result in schema.get_all_operations()]
    assert operations
    for operation in operations:
        ask(operation, {"sessionid": cookie, "csrftoken": TOKEN}, known, seed)


def ask(operation: Any, cookies: dict[str, str], known: dict[str, Any], seed: int) -> None:
    """Generated calls of one operation: with ids that exist in turn with ids made up."""

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=N_EXAMPLES, deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck)
    )
    @hypothesis.given(case=operation.as_strategy(), is_real=hypothesis.strategies.booleans())
    def calls(case: Any, is_real: bool) -> None:
        if is_real:
            for name in set(case.path_parameters or {}) & set(known):
                case.path_parameters[name] = str(known[name])
        answer = case.call(cookies=cookies, headers={"X-CSRFToken": TOKEN})
        case.validate_response(answer, checks=CHECKS)

    calls()
