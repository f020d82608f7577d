"""Synthetic residents come in by the product's own list; 100,000 of them in ``tests/chaos/test_a_street.py``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from linli.engines.synth import SynthPolicy, make_neighbourhood
from linli.kernel.policyfile import find_policy
from linli.platform.db import acting

if TYPE_CHECKING:
    from ..town import Town

N_PEOPLE = 1200


def test_synthetic_people_come_in_whole_by_a_list_of_the_product_s_own(town: Town, tmp_path: Path) -> None:
    from linli.registry.models import Membership, PersonRecord, Place, TenureRecord
    from linli.registry.sample.homes import lay_homes
    from linli.registry.sample.loading import first_day

    from ..synthlists import bring_in, lines_of, write_list
    from ..town import LAYER, lay

    categories = frozenset(
        entry["id"] for entry in find_policy("facility_categories", "cn-community").body["categories"]
    )
    policy = SynthPolicy.from_mapping(find_policy("synthetic", "cn-neighbourhood").body, categories=categories)
    made = make_neighbourhood(5, policy=policy, name_zh="枫林社区", name_en="Fenglin Community", n_people=N_PEOPLE)
    lines = list(lines_of(made, 0, on=made.on))
    write_list(tmp_path / "名单.xlsx", lines)
    with acting(LAYER):
        seat = Place.objects.get(pk=lay("community", "枫林社区", town.street))
        lay_homes(made, 0, seat, first_day(made))
        done, _ = bring_in(tmp_path / "名单.xlsx", seat.pk, on=made.on)
        here = {"community_id": seat.pk}
        assert done.counts["new"] == len({(line["name"], line["born_on"], line["phone"]) for line in lines})
        assert done.counts["homes"] == 0, "every home of the list is one the register knows"
        assert Membership.objects.as_of(made.on).filter(**here).count() == N_PEOPLE
        assert PersonRecord.objects.as_of(made.on).filter(**here).count() == done.counts["new"]
        assert TenureRecord.objects.as_of(made.on).filter(**here).count() == sum("tenure" in line for line in lines)
        again, found = bring_in(tmp_path / "名单.xlsx", seat.pk, on=made.on)
        assert found.plan.is_empty, again.counts
