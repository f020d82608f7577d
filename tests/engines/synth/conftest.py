"""One community of 5,000 and the shipped policy, made once."""

from __future__ import annotations

import pytest

from linli.engines.synth import Neighbourhood, SynthPolicy, make_neighbourhood
from linli.kernel.policyfile import find_policy


@pytest.fixture(scope="session")
def categories() -> frozenset[str]:
    """Ids of the shipped facility categories."""
    return frozenset(entry["id"] for entry in find_policy("facility_categories", "cn-community").body["categories"])


@pytest.fixture(scope="session")
def policy(categories: frozenset[str]) -> SynthPolicy:
    return SynthPolicy.from_mapping(find_policy("synthetic", "cn-neighbourhood").body, categories=categories)


@pytest.fixture(scope="session")
def community(policy: SynthPolicy) -> Neighbourhood:
    return make_neighbourhood(1, policy=policy, name_zh="枫林社区", name_en="Fenglin Community")


@pytest.fixture(scope="session")
def street(policy: SynthPolicy) -> Neighbourhood:
    """A street of six communities."""
    return make_neighbourhood(2, policy=policy, name_zh="柳岸街道", name_en="Liu'an Street", n_people=27_000)
