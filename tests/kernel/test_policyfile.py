"""Policy files: what is taken, what is refused and at which line, and what ships with the package."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import json
import pickle
import time
from pathlib import Path

import pytest
import rfc8785
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linli.kernel import policytext
from linli.kernel.errors import FaultList, InputError, LinliError
from linli.kernel.policyfile import (
    ABSENT,
    Policy,
    diff_policies,
    find_policy,
    parse_policy,
    read_policy,
    shipped_policies,
)

GOOD = """\
kind: life_circle_standard
id: sample
version: 1
title: {zh: 样例, en: Sample}
effective_from: 2026-01-01
source: [{ref: a plan}]
walkers: default
items:
  - category: canteen
    limit_min: 15
    source: row 1
  - category: health_station
    limit_m: 800
    target_share: 0.9
    source: {limit_m: row 2}
    designed_here: {target_share: a guess}
"""


def faults_of(text: str | bytes) -> list[tuple[int | None, str]]:
    raw = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(InputError) as caught:
        parse_policy(raw, "p.yaml")
    assert all(fault.file == "p.yaml" and fault.message.zh != fault.message.en for fault in caught.value.faults)
    return [(fault.line, fault.message.en) for fault in caught.value.faults]


def one_fault(text: str | bytes) -> tuple[int | None, str]:
    found = faults_of(text)
    assert len(found) == 1, found
    return found[0]


# --- what is read


def test_a_good_file_becomes_an_immutable_policy() -> None:
    policy = parse_policy(GOOD.encode(), "p.yaml")
    assert (policy.kind, policy.id, policy.version) == ("life_circle_standard", "sample", 1)
    assert policy.title.zh == "样例"
    assert policy.effective_from == dt.date(2026, 1, 1)
    assert policy.effective_to is None
    assert policy.source[0].ref == "a plan"
    assert policy.body["items"][1]["limit_m"] == 800
    with pytest.raises(TypeError, match="supersedes"):
        policy.body["walkers"] = "other"  # type: ignore[index]
    with pytest.raises(TypeError):
        policy.body["items"][0]["limit_min"] = 1
    with pytest.raises(AttributeError):
        policy.body["items"].append({})
    with pytest.raises(AttributeError):
        policy.version = 2  # type: ignore[misc]


def test_the_hash_is_sha256_of_the_rfc_8785_bytes_and_blind_to_layout_and_comments() -> None:
    policy = parse_policy(GOOD.encode())
    document = yaml.load(GOOD, yaml.BaseLoader)
    document["version"] = 1
    document["items"][0]["limit_min"] = 15
    document["items"][1] |= {"limit_m": 800, "target_share": 0.9}
    assert policy.sha256 == hashlib.sha256(rfc8785.dumps(document)).hexdigest()
    assert hashlib.sha256(policy.canonical()).hexdigest() == policy.sha256
    other = "# why\n" + GOOD.replace("limit_min: 15", "limit_min: 15.0").replace(
        "{zh: 样例, en: Sample}", "\n  en: Sample\n  zh: 样例"
    )
    assert parse_policy(other.encode()).sha256 == policy.sha256
    assert parse_policy(GOOD.replace("800", "801").encode()).sha256 != policy.sha256


def test_a_policy_survives_copying_pickling_and_json() -> None:
    policy = parse_policy(GOOD.encode())
    assert copy.deepcopy(policy) == policy
    assert pickle.loads(pickle.dumps(policy)) == policy
    assert rfc8785.dumps(json.loads(json.dumps(policy.document))) == policy.canonical()


def test_a_policy_is_in_force_from_its_first_day_until_before_its_last() -> None:
    policy = parse_policy((GOOD + "effective_to: 2027-01-01\n").encode())
    days = [dt.date(2025, 12, 31), dt.date(2026, 1, 1), dt.date(2026, 12, 31), dt.date(2027, 1, 1)]
    assert [policy.is_in_force(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    "word", ["yes", "No", "on", "True", "2026-01-01", "012", "1_000", "0x1F", "12:30", ".5", "+5", ".inf", ".nan"]
)
def test_words_yaml_would_guess_at_stay_words(word: str) -> None:
    faults = FaultList()
    tree = policytext.parse(f"a: {word}".encode(), faults)
    assert tree is not None
    assert tree.value == {"a": word}
    assert not faults.faults


def test_json_words_and_numbers_are_what_json_says() -> None:
    faults = FaultList()
    tree = policytext.parse(b"[true, false, null, ~, -3, 0, 2.50, 1e3, '5', \"true\"]", faults)
    assert tree is not None
    assert tree.value == [True, False, None, None, -3, 0, 2.5, 1000.0, "5", "true"]


# --- what is refused, and where


def test_every_fault_of_a_file_is_told_at_once_in_the_order_of_lines() -> None:
    text = (
        GOOD.replace("version: 1", "version: zero")
        .replace(", en: Sample", "")
        .replace("limit_min: 15\n    source: row 1", "limit_min: -4\n    colour: red")
        .replace("target_share: 0.9", "target_share: 90")
    )
    assert faults_of(text) == [
        (3, 'must be a whole number, got "zero"'),
        (4, "the English text (en) is missing"),
        (10, "must be > 0, got -4"),
        (10, "this number cites nothing: give its source, or designed_here with the reason"),
        (11, "unknown key; known: category, designed_here, good_min, limit_m, limit_min, note, source, target_share"),
        (14, "must be <= 1, got 90"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("version: 1", "version: 1\nversion: 2", 4, "key 'version' is written twice, first on line 3"),
        ("limit_m: 800", "limit_m: 800\n    limit_m: 900", 14, "written twice, first on line 13"),
        ("kind: life_circle_standard", "kind: weather", 1, "unknown kind weather; known: "),
        ("id: sample\n", "", 1, "'id' is missing"),
        ("id: sample", "id: Sample Policy", 2, "is not in the form wanted"),
        ("zh: 样例, ", "", 4, "the Chinese text (zh) is missing"),
        ("zh: 样例", "zh: ' '", 4, "words, not blank"),
        ("effective_from: 2026-01-01", "effective_from: 2026-02-30", 5, "is not in the form wanted: 2026-01-31"),
        ("effective_from: 2026-01-01", "effective_from: 20260101", 5, "must be text"),
        ("source: [{ref: a plan}]\n", "", 1, "source (the documents it rests on) or designed_here"),
        ("limit_m: 800", "limit_m: 800\n    limit_min: 3", 12, "an item has either limit_min"),
        ("category: canteen", "category: 12", 9, "must be text"),
        ("limit_min: 15", "limit_min: yes", 10, 'must be a number, got "yes"'),
        ("limit_min: 15", "limit_min:", 10, "must be a number, got null"),
        ("target_share: 0.9", "target_share: 0.9\n    size: 3", 15, "unknown key"),
        ("walkers: default", "walkers: default\nwalkers2: 3", 8, "unknown key"),
        ("{target_share: a guess}", "{target_share: a guess, other: x}", 16, "names a key that is not here"),
        ("source: {limit_m: row 2}", "source: {limit_m: ''}", 15, "words for all numbers here"),
        ("id: sample", "id: &a sample", 2, "anchors"),
        ("id: sample", "id: !!str sample", 2, "tags"),
        ("category: canteen", "category: *c", 9, "aliases (*name) are not taken"),
        ("limit_m: 800", "limit_m: 9007199254740992", 13, "too large"),
        ("limit_m: 800", "limit_m: 1e999", 13, "too large"),
        ("id: sample", "id: [sample", 3, "not well-formed YAML"),
        ("id: sample", '"a\\0b": sample', 2, "control character U+0000"),
        ("id: sample", "? [a, b]\n: sample", 2, "a key must be plain text"),
        ("walkers: default", "walkers: default\n---\nkind: x", 8, "a second document begins here"),
        ("effective_from: 2026-01-01", "effective_from: 2026-01-01\neffective_to: 2025-01-01", 6, "must be later than"),
    ],
)
def test_a_fault_is_told_with_its_line(before: str, after: str, line: int, words: str) -> None:
    assert before in GOOD
    found = faults_of(GOOD.replace(before, after, 1))
    assert any(line == at and words in said for at, said in found), found


def test_a_number_in_a_list_or_below_needs_a_source_too() -> None:
    text = GOOD.replace("    source: row 1\n", "")
    assert one_fault(text) == (10, "this number cites nothing: give its source, or designed_here with the reason")


def test_a_header_marked_designed_here_speaks_for_the_whole_body() -> None:
    policy = parse_policy((GOOD.replace("    source: row 1\n", "") + "designed_here: all of it\n").encode())
    citation = policy.citation("items", 0, "limit_min")
    assert citation is not None
    assert (citation.origin, citation.words) == ("designed_here", "all of it")


def test_the_nearest_citation_speaks_and_a_named_key_before_the_whole() -> None:
    text = GOOD.replace("source: {limit_m: row 2}", "source: row 2")
    policy = parse_policy(text.encode())
    assert policy.citation("items", 1, "limit_m").words == "row 2"  # type: ignore[union-attr]
    assert policy.citation("items", 1, "target_share").words == "a guess"  # type: ignore[union-attr]
    with pytest.raises(KeyError):
        policy.citation("items", 9, "limit_m")


def test_an_alias_bomb_is_refused_without_being_blown_up() -> None:
    rows = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40)]
    started = time.process_time()
    found = faults_of("\n".join(rows))
    assert time.process_time() - started < 5
    assert any("aliases" in said for _, said in found)


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 50_000, "- " * 50_000])
def test_endless_nesting_is_refused(text: str) -> None:
    assert "nested deeper than 40 levels" in one_fault(text)[1] or "well-formed" in one_fault(text)[1]


def test_a_file_over_the_limit_is_refused_unread() -> None:
    line, words = one_fault(b"#" * (policytext.MAX_BYTES + 1))
    assert line is None
    assert "at most 1048576" in words


def test_text_that_is_not_utf_8_is_refused_at_its_line() -> None:
    assert one_fault(GOOD.encode("gb18030")) == (4, "not UTF-8 text; save the file as UTF-8")


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "word", "~"])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    assert one_fault(text)[0] == 1


def test_a_missing_file_and_a_folder_are_input_faults(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.yaml", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read_policy(path)


@pytest.mark.parametrize("loader", [yaml.SafeLoader, policytext._LOADER])
def test_both_yaml_parsers_give_the_same_policy(loader: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policytext, "_LOADER", loader)
    policy = parse_policy(GOOD.encode())
    assert policy.body["items"][1]["target_share"] == 0.9
    assert policy.sha256 == parse_policy(GOOD.encode()).sha256


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"\xff\xfea\x00")
@example(b'"\\ud800"')
@example("\ufeff: \x85".encode())
def test_no_bytes_make_the_reader_fail_in_another_way(raw: bytes) -> None:
    with pytest.raises(InputError) as caught:
        parse_policy(raw)
    assert caught.value.faults


@settings(max_examples=150)
@given(st.integers(0, len(GOOD) - 1), st.characters(codec="utf-8"))
def test_one_changed_character_is_refused_or_gives_another_hash_or_the_same_content(at: int, character: str) -> None:
    before = parse_policy(GOOD.encode())
    try:
        after = parse_policy((GOOD[:at] + character + GOOD[at + 1 :]).encode())
    except InputError:
        return
    assert (after.sha256 == before.sha256) == (after.document == before.document)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"])), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON)
def test_json_is_read_as_json_reads_it(value: object) -> None:
    faults = FaultList()
    tree = policytext.parse(json.dumps(value, ensure_ascii=False).encode(), faults)
    assert not faults.faults
    assert tree is not None
    assert tree.value == value


# --- finding and comparing


def write(home: Path, text: str, name: str = "sample.yaml") -> None:
    folder = home / "policies" / "life_circle_standard"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_the_higher_version_in_the_home_folder_wins_and_the_older_can_still_be_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path))
    shipped = find_policy("life_circle_standard", "changsha-10-15")
    text = (
        Path(shipped.file)
        .read_text("utf-8")
        .replace("version: 1", "version: 2")
        .replace("limit_m: 800", "limit_m: 700")
    )
    write(tmp_path, text)
    found = find_policy("life_circle_standard", "changsha-10-15")
    assert found.version == 2
    assert find_policy("life_circle_standard", "changsha-10-15", version=1) == shipped
    assert [(change.path, change.before, change.after) for change in diff_policies(shipped, found)] == [
        ("version", 1, 2),
        ("items[health_station].limit_m", 800, 700),
    ]


def test_a_published_version_with_other_content_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path))
    shipped = find_policy("life_circle_standard", "changsha-10-15")
    write(tmp_path, Path(shipped.file).read_text("utf-8").replace("limit_m: 800", "limit_m: 700"))
    with pytest.raises(InputError, match="needs a new version number"):
        find_policy("life_circle_standard", "changsha-10-15")


def test_a_faulty_file_in_the_home_folder_is_told_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path))
    write(tmp_path, GOOD.replace("version: 1", "version: 0"))
    with pytest.raises(InputError, match=r"sample\.yaml:3: version|sample\.yaml:3"):
        find_policy("life_circle_standard", "sample")


def test_a_faulty_file_of_another_kind_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path))
    write(tmp_path, GOOD.replace("version: 1", "version: 0"))
    assert find_policy("walkers", "default").version == 1


def test_a_file_in_the_folder_of_another_kind_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path))
    write(tmp_path, Path(find_policy("walkers", "default").file).read_text("utf-8"))
    with pytest.raises(InputError, match="belongs in the folder walkers/"):
        find_policy("life_circle_standard", "changsha-10-15")


def test_asking_for_an_unknown_policy_tells_which_there_are() -> None:
    with pytest.raises(LinliError, match="changsha-10-15") as caught:
        find_policy("life_circle_standard", "mars")
    assert caught.value.code == "policy.unknown"
    assert caught.value.status == 404


def test_a_difference_names_what_came_and_what_went() -> None:
    before = parse_policy(GOOD.encode())
    after = parse_policy(GOOD.replace("canteen", "barber").replace("walkers: default", "walkers: others").encode())
    changes = {change.path: change for change in diff_policies(before, after)}
    assert set(changes) == {"walkers", "items[canteen]", "items[barber]"}
    assert changes["items[canteen]"].after is ABSENT
    assert changes["items[barber]"].before is ABSENT
    assert diff_policies(before, before) == []


# --- what ships

STANDARDS = shipped_policies("life_circle_standard")
ROLES = {policy.id: policy for policy in shipped_policies("roles")}
SCHEMAS = Path(STANDARDS[0].file).parents[1] / "schemas"
DOCS = Path(__file__).parents[2] / "docs"


def test_every_shipped_policy_is_good_named_after_its_file_and_its_kind_is_in_the_docs() -> None:
    shipped = shipped_policies()
    described = "".join(page.read_text("utf-8") for page in DOCS.rglob("*.md"))
    for policy in shipped:
        assert Path(policy.file).stem.split(".v")[0] == policy.id
        assert f"`{policy.kind}`" in described
    assert {"life_circle_standard", "roles", "walkers"} <= {policy.kind for policy in shipped}


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda policy: policy.id)
def test_a_standard_names_facility_categories_and_walkers_that_exist(standard: Policy) -> None:
    catalogue = find_policy("facility_categories", "cn-community")
    known = {entry["id"] for entry in catalogue.body["categories"]}
    used = [item["category"] for part in ("items", "provisions") for item in standard.body.get(part, ())]
    assert set(used) <= known
    assert find_policy("walkers", standard.body["walkers"])
    assert len({item["category"] for item in standard.body["items"]}) == len(standard.body["items"])


def test_the_sixteen_roles_are_there_and_name_only_roles_that_exist() -> None:
    assert set(ROLES) == {
        "resident", "owner", "committee_member", "elder_helper", "volunteer", "carer", "grid_worker", "community_staff",
        "planner", "property_manager", "department_handler", "department_lead", "street_officer", "assessor", "auditor",
        "admin",
    }  # fmt: skip
    for role in ROLES.values():
        assert {*role.body["granted_by"], *role.body.get("excludes", ())} <= set(ROLES)
        assert all(role.id in ROLES[other].body["excludes"] for other in role.body.get("excludes", ()))


def test_the_portal_roles_hold_no_right_over_the_register_and_the_console_roles_need_a_second_factor() -> None:
    for role in ROLES.values():
        permissions = set(role.body["permissions"])
        assert ("console.use" in permissions) == (role.body["face"] == "console")
        if role.body["face"] == "portal":
            assert permissions <= {"lifecircle.read"}
        else:
            assert role.body["second_factor"] == "required"


def holders(permission: str) -> set[str]:
    return {role.id for role in ROLES.values() if permission in role.body["permissions"]}


def test_rights_over_people_are_held_by_as_few_roles_as_can_be() -> None:
    assert holders("registry.person.read") == holders("registry.household.read") == {"grid_worker", "community_staff"}
    assert holders("registry.person.unmask") == holders("registry.person.change") == {"community_staff"}
    assert holders("registry.tenure.read") == holders("registry.tenure.change") == {"community_staff"}
    assert holders("journal.read") == {"auditor"}
    assert holders("policy.change") == {"admin"}


def test_whoever_watches_changes_nothing_and_whoever_rules_the_system_reads_nobody() -> None:
    assert not any(p.endswith((".change", ".run", ".unmask")) for p in ROLES["auditor"].body["permissions"])
    assert not any(".person." in p or ".household." in p or ".tenure." in p for p in ROLES["admin"].body["permissions"])
    assert "auditor" in ROLES["admin"].body["excludes"]


def test_a_right_to_change_always_brings_the_right_to_read_and_every_right_has_a_holder() -> None:
    for role in ROLES.values():
        permissions = role.body["permissions"]
        for permission in permissions:
            if permission.endswith((".change", ".unmask")):
                assert permission.rsplit(".", 1)[0] + ".read" in permissions, (role.id, permission)
    schema = json.loads((SCHEMAS / "roles.schema.json").read_text("utf-8"))
    for permission in schema["$defs"]["permission"]["enum"]:
        assert holders(permission), permission


def test_only_a_role_that_may_change_grants_grants_roles() -> None:
    for role in ROLES.values():
        for granter in role.body["granted_by"]:
            assert "registry.grant.change" in ROLES[granter].body["permissions"]


def test_the_walkers_know_the_pace_of_the_elderly_and_what_stops_a_wheelchair() -> None:
    from linli.kernel.mapdata import EDGE_KINDS

    walkers = find_policy("walkers", "default")
    groups = {group["id"]: group for group in walkers.body["groups"]}
    assert set(groups) == {"everyone", "elder_60", "child", "wheelchair", "stroller"}
    assert groups["elder_60"]["speed_m_per_min"] == 52
    assert groups["wheelchair"]["barred"] == ("steps",)
    assert walkers.body["reference"] in groups
    schema = json.loads((SCHEMAS / "walkers.schema.json").read_text("utf-8"))
    assert tuple(schema["$defs"]["edge_kind"]["enum"]) == EDGE_KINDS
