"""The tag mapping and the categories it maps to: shipped ones are whole, faulty ones are refused."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from linli.kernel.errors import InputError, LinliError
from linli.kernel.mapdata import EDGE_KINDS
from linli.kernel.policyfile import find_policy
from linli.registry.mapfiles import load_mapping

SECTION_3 = [
    "kindergarten",
    "nursery",
    "elder_station",
    "health_station",
    "service_centre",
    "service_complex",
    "culture_space",
    "convenience_store",
    "vegetable_shop",
    "canteen",
    "barber",
    "pocket_park",
    "leisure_fitness",
    "smart_supermarket",
    "smart_shop",
    "smart_restaurant",
    "smart_parcel_station",
    "smart_bookshop",
    "smart_gym",
    "parking",
    "bicycle_shed",
    "ev_charging",
    "parcel_locker",
    "school",
    "nursing_home",
    "community_hospital",
    "neighbourhood_centre",
    "after_school",
    "emergency_shelter",
    "micro_fire_station",
    "emergency_store",
    "youth_station",
    "health_post",
    "service_point_24h",
    "permeable_paving",
    "rain_garden",
    "green_cover",
    "circle_cell",
    "governance_unit",
    "stairwell_age_friendly",
    "facility_classes_8",
]


@pytest.fixture
def document() -> dict[str, Any]:
    path = Path(find_policy("osm_mapping", "default").file)
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return copy.deepcopy(loaded) | {"effective_from": "2026-01-01"}


def test_every_row_of_the_inventorys_facility_table_has_its_category() -> None:
    known = {one["id"]: one for one in find_policy("facility_categories", "cn-community").body["categories"]}
    assert set(SECTION_3) <= set(known)
    assert all("source" in known[name] for name in SECTION_3)
    assert all("designed_here" in one for name, one in known.items() if name not in SECTION_3)


def test_every_category_belongs_to_a_group_and_no_id_comes_twice() -> None:
    body = find_policy("facility_categories", "cn-community").body
    groups = {one["id"] for one in body["groups"]}
    ids = [one["id"] for one in body["categories"]]
    assert len(ids) == len(set(ids))
    assert {one["group"] for one in body["categories"]} <= groups


def test_the_mapping_may_come_as_an_id_a_policy_a_file_or_a_document(document: dict[str, Any]) -> None:
    policy = find_policy("osm_mapping", "default")
    whole = load_mapping("default")
    assert load_mapping(policy) == load_mapping(Path(policy.file)) == load_mapping(document) == whole
    assert {kind for _, kind in whole.walk.ways} == {
        EDGE_KINDS.index(name) for name in ("path", "road", "crossing", "steps", "ramp", "lift")
    }


def test_a_mapping_to_an_unknown_category_is_refused_with_its_place(document: dict[str, Any]) -> None:
    document["facilities"]["rules"][3]["category"] = "casino"
    with pytest.raises(InputError) as refused:
        load_mapping(document)
    assert refused.value.faults[0].feature == "facilities.rules[3].category"


def test_categories_of_ones_own_may_be_given(document: dict[str, Any]) -> None:
    document["facilities"]["rules"] = [{"category": "tea_house", "any": [{"amenity": "cafe"}]}]
    assert load_mapping(document, categories=["tea_house"]).categories == {"tea_house"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["walk"].pop("ways"),
        lambda d: d["walk"]["ways"][0].update(kind="escalator"),
        lambda d: d["walk"].update(locked=[False]),
        lambda d: d["buildings"].update(levels={"least": 1}),
        lambda d: d["limits"].update(pbf_bytes="64 MB"),
        lambda d: d["ground"]["rules"][0].update(kind="lava"),
        lambda d: d.update(surprise=1),
    ],
)
def test_a_mapping_of_the_wrong_shape_is_refused(document: dict[str, Any], spoil: Any) -> None:
    spoil(document)
    with pytest.raises(InputError):
        load_mapping(document)


def test_a_policy_of_another_kind_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        load_mapping(find_policy("facility_categories", "cn-community"))
    assert "kind osm_mapping" in refused.value.faults[0].message.en


def test_an_unknown_id_names_the_known_ones() -> None:
    with pytest.raises(LinliError) as refused:
        load_mapping("atlantis")
    assert "default" in refused.value.text.en
