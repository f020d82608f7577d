"""Every route × method × role × (own community, another, nobody signed in): each is open to those its rule names and to nobody else.

Rows are made from the URL resolver and the API's operations; a route without a rule, or with a parameter this file cannot fill, fails. Sampled
with a printed seed; ``LINLI_FULL=1`` walks all.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from linli.kernel.policyfile import known_policies
from linli.platform.actors import permissions_of
from linli.platform.testkit import TestDatabases, using_database
from linli.platform.web.api import api
from linli.platform.web.page import Rule
from tests.world import ROLES, World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SAMPLE = 900
N_PARTS = 2  # walked beside each other
SEED = random.SystemRandom().randrange(10**6)
GLOBAL_PARAMETERS = {"kind", "policy_id", "chain", "path", "collection", "type_id", "purpose"}  # not of a community
PUBLIC_THINGS = (
    "place_id",
    "facility_id",
    "organisation_id",
    "space_id",
    "feature_id",
)  # tables anybody may read where a community is public
OURS = {200, 201, 202, 204, 301, 302, 303, 304, 400, 409, 415, 422}


@dataclass(frozen=True)
class Route:
    name: str
    template: str
    parameters: tuple[str, ...]
    rule: Rule | None
    methods: tuple[str, ...]
    is_api: bool


def walk(patterns: list[Any], prefix: str = "", names: tuple[str, ...] = ()) -> Iterator[Route]:
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk(entry.url_patterns, route, (*names, *entry.pattern.converters))
        elif isinstance(entry, URLPattern):
            yield from routes_of(entry, route, (*names, *entry.pattern.converters))


def routes_of(entry: URLPattern, template: str, parameters: tuple[str, ...]) -> Iterator[Route]:
    rule = getattr(entry.callback, "linli_rule", None)
    yield Route(entry.name or template, template, parameters, rule, rule.methods if rule else (), is_api=False)


def api_routes() -> Iterator[Route]:
    """Every operation of the API, asked from its routers: one address may hold several, each with its own rule."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            template = f"{API}{prefix.strip('/')}{path}".replace("//", "/")
            names = tuple(name.split(":")[-1] for name in re.findall(r"{([^}]+)}", template))
            for operation in view.operations:
                rule = getattr(operation.view_func, "linli_rule", None)
                yield Route(f"api:{template}", template, names, rule, tuple(operation.methods), is_api=True)


def all_routes() -> list[Route]:
    pages = [route for route in walk(get_resolver().url_patterns) if not route.template.startswith(API)]
    return [*pages, *api_routes()]


API = "api/v1/"


def test_every_route_has_a_rule() -> None:
    bare = [route.template for route in all_routes() if route.rule is None]
    assert bare == []


def test_every_parameter_of_a_route_can_be_filled(in_world: World) -> None:
    known = set(in_world.objects(in_world.own)) | GLOBAL_PARAMETERS
    assert {name for route in all_routes() for name in route.parameters} - known == set()


def address(route: Route, values: dict[str, Any]) -> str:
    def filled(found: re.Match[str]) -> str:
        return str(values[found.group(1).split(":")[-1]])

    return "/" + re.sub(r"[<{]([^>}]+)[>}]", filled, route.template)


def rows() -> list[tuple[Route, str, str, str]]:
    """(route, method, who, whose): who is a role or nobody; whose is own or other."""
    found = []
    for route in all_routes():
        if route.rule is None:
            continue
        for method in METHODS:
            for who in (*ROLES, "nobody"):
                found.append((route, method, who, "own"))
                if set(route.parameters) - GLOBAL_PARAMETERS:
                    found.append((route, method, who, "other"))
    if os.environ.get("LINLI_FULL") == "1":
        return found
    seed = int(os.environ.get("LINLI_SEED", SEED))
    print(f"permission matrix: {SAMPLE} of {len(found)} rows, LINLI_SEED={seed}")
    return random.Random(seed).sample(found, min(SAMPLE, len(found)))


# Granted on what holds both communities, so that the other one is theirs as well.
ABOVE_BOTH = {
    policy.id for policy in known_policies("roles") if not {"community", "grid"} & set(policy.body["granted_on"])
}


def expected(route: Route, method: str, who: str, whose: str) -> set[int]:
    whose = "own" if who in ABOVE_BOTH else whose
    rule = route.rule
    assert rule is not None
    if route.is_api and method == "HEAD":
        return {200, 401, 403, 404, 405}  # ninja answers HEAD or not, by its version
    if method not in route.methods and not (method == "HEAD" and "GET" in route.methods):
        return {405}
    is_open = rule.audience in ("public", "demo") and rule.permission is None
    if route.template.startswith("open311/") and is_open:
        return OURS | {403, 404}  # no cookie counts there: who sends no key may read what is public, and report nothing
    if who == "nobody":
        return (OURS if whose == "own" else OURS | {404}) if is_open else {302, 401}
    if rule.permission and rule.permission not in permissions_of(who):
        return {403}
    if (
        whose == "other"
        and method in ("GET", "HEAD")
        and not set(route.parameters) - {*PUBLIC_THINGS, *GLOBAL_PARAMETERS}
    ):
        return {200, 403, 404}
    # A permission held is not yet a right to that very thing: commands and queries may still hide it.
    return {403, 404, 302, 200, 204, 400, 409, 422} if is_open or whose == "own" else {403, 404}


@pytest.fixture
def walked(databases: TestDatabases, world: str, worker_id: str) -> Iterator[World]:
    """A world of the walk's own, each request in its own transaction: one open for minutes would hold up whoever seals meanwhile."""
    with databases.copy(world, f"walked_{worker_id}") as name, using_database(name):
        yield World()


@pytest.mark.parametrize("part", range(N_PARTS))
def test_every_route_is_open_to_those_its_rule_names_and_to_nobody_else(walked: World, part: int) -> None:
    in_world = walked
    fixed = {"kind": "roles", "policy_id": "planner", "type_id": "street_lamp"}
    values = {
        "own": in_world.objects(in_world.own) | fixed | {"chain": in_world.own},
        "other": in_world.objects(in_world.other) | fixed | {"chain": in_world.other},
    }
    clients = {role: in_world.client(role) for role in ROLES} | {"nobody": Client()}
    wrong = []
    for route, method, who, whose in rows()[part::N_PARTS]:
        if route.template.startswith(("sign-out", "live")):
            continue  # the one would sign the walker out, the other is an endless stream (tests/rooms/platform/test_live.py)
        path = address(route, values["own"] | values[whose])
        clients[who].raise_request_exception = False
        answer = clients[who].generic(method, path, data=b"", content_type="application/x-www-form-urlencoded")
        if answer.status_code not in expected(route, method, who, whose) or answer.status_code >= 500:
            wrong.append(f"{method} {path} as {who} ({whose}): {answer.status_code}")
    assert wrong == [], "\n".join(wrong[:40])


def test_what_is_another_community_s_never_shows(in_world: World) -> None:
    """Pages open to a role in its own community hold no name and no id of people elsewhere."""
    secret = in_world.secrets_of(in_world.other)
    client = in_world.client("community_staff")
    for route in all_routes():
        if route.rule is None or "GET" not in route.methods or route.parameters or route.template.startswith("live"):
            continue
        text = client.get(address(route, {}), follow=True).content.decode(errors="replace")
        shown = [word for word in secret if word in text]
        assert shown == [], f"{route.template} shows {shown[:3]}"


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_first_page(in_world: World, role: str) -> None:
    answer = in_world.client(role).get("/", follow=True)
    assert answer.status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_no_door_leads_to_a_refusal(in_world: World, role: str) -> None:
    """Whatever a role's pages offer as a link, it may open: one door of each kind, two pages deep."""
    client = in_world.client(role)
    client.raise_request_exception = False
    kinds, refused = set(), []
    todo = [("/", 0)]
    while todo:
        path, depth = todo.pop(0)
        answer = client.get(path, follow=True)
        if answer.status_code >= 400:
            refused.append(f"{path}: {answer.status_code}")
        if answer.streaming or depth == 2 or "html" not in answer.get("Content-Type", ""):
            continue
        for link in LINK.findall(answer.content.decode()):
            kind = resolve_kind(link)
            if kind and kind not in kinds:
                kinds.add(kind)
                todo.append((link, depth + 1))
    assert len(kinds) > 3
    assert refused == []


LINK = re.compile(r'<a [^>]*href="(/[^"?#]*)')


def resolve_kind(link: str) -> str | None:
    """The route a link leads to; None for files of the machine and the stream."""
    try:
        found = resolve(link).route
    except Resolver404:
        return link  # leads nowhere: asked for, and told of
    return None if found.startswith(("static", "live")) else found
