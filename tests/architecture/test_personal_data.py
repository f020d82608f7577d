"""Every column of every table is graded, or named as saying nothing of a person; what is graded as sealed is bytes."""

from __future__ import annotations

import re

from django.apps import apps

from linli.kernel.policyfile import find_policy, known_policies
from linli.platform.privacy.holdings import holdings
from linli.platform.retention.rules import known_rules

TABLES = {table["id"]: table for table in find_policy("personal_data", "default").body["tables"]}
WITHOUT = set(find_policy("personal_data", "default").body["without_persons"])


def models() -> dict[str, set[str]]:
    ours = [model for model in apps.get_models() if model.__module__.startswith("linli.")]
    return {model._meta.db_table: {field.column for field in model._meta.local_concrete_fields} for model in ours}


def test_every_table_is_graded_or_named_as_without_persons() -> None:
    assert set(models()) - set(TABLES) - WITHOUT == set(), "say in policies/personal_data/default.yaml what it holds"
    assert set(TABLES) & WITHOUT == set()
    assert (set(TABLES) | WITHOUT) - set(models()) == set(), "a table that is no more"


def test_every_column_of_a_table_with_persons_is_graded_or_named_as_plain() -> None:
    for name, table in TABLES.items():
        graded = [column["id"] for column in table["columns"]]
        assert sorted([*graded, *table["plain"]]) == sorted(models()[name]), name


def test_a_table_without_persons_has_no_person_in_it() -> None:
    for name in WITHOUT:
        named = {column for column in models()[name] if column in ("person_id", "person_ids", "phone_index", "born_on")}
        assert named == set(), name


def test_a_term_is_a_rule_that_is_carried_out() -> None:
    rules = known_rules()
    assert {table["term"] for table in TABLES.values() if "term" in table} - set(rules) == set()
    unsaid = [
        name
        for name, table in TABLES.items()
        if "term" not in table and re.search(r"[0-9] ?(天|年|个月|小时)", table["keep"]["zh"])
    ]
    assert unsaid == [], "a term in numbers needs its rule in the policy retention"


def test_every_table_of_persons_is_told_and_erased_by_a_room_or_says_why_not() -> None:
    for verb, reason in (("tells", "untold"), ("erases", "unerased")):
        done = {table for one in holdings() for table in getattr(one, verb)}
        assert done - set(TABLES) == set(), f"a holding {verb} what is not graded"
        reasoned = {name for name, table in TABLES.items() if reason in table}
        assert set(TABLES) - done - reasoned == set(), (
            f"no holding {verb} it, and the policy gives no reason ({reason})"
        )
        assert done & reasoned == set(), f"a holding {verb} it: the reason why not is out of date"


def test_what_an_erasure_is_to_empty_lies_in_tables_that_are_erased() -> None:
    erased = {table for one in holdings() for table in one.erases}
    for name, table in TABLES.items():
        assert (name in erased) >= any(column["erased"] != "kept" for column in table["columns"]), name


def test_sensitive_words_are_sealed_and_those_who_see_are_roles() -> None:
    columns = {(table["id"], column["id"]): column for table in TABLES.values() for column in table["columns"]}
    for sealed in (
        ("registry_personrecord", "identity_number"),
        ("registry_personrecord", "care_note"),
        ("privacy_copy", "content"),
    ):
        assert columns[sealed]["sensitive"]
        table = next(model for model in apps.get_models() if model._meta.db_table == sealed[0])
        assert table._meta.get_field(sealed[1]).get_internal_type() == "BinaryField"
    roles = {policy.id for policy in known_policies("roles")}
    assert {role for table in TABLES.values() for role in table["seen_by"]} <= roles
