"""What a person or a machine can do here: measure a community by a standard; make, measure, choose and drop scenarios."""

from .measuring import PERMISSION, measure_coverage
from .scenarios import (
    CHOOSE,
    Wish,
    add_change,
    begin_scenario,
    choose_scenario,
    drop_scenario,
    measure_scenario,
    remove_change,
)

__all__ = [
    "CHOOSE", "PERMISSION", "Wish", "add_change", "begin_scenario", "choose_scenario", "drop_scenario", "measure_coverage", "measure_scenario",
    "remove_change",
]  # fmt: skip
