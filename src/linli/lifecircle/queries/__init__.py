"""Reads of the room: coverage as it was measured, scenarios and what they would change."""

from ..models import CoverageRun
from .coverage import (
    READ,
    BuildingWalk,
    Coverage,
    CoverageRow,
    Serving,
    coverage_of,
    figures_of,
    find_building,
    find_run,
    group_titles,
    latest_coverage,
    list_building_names,
    list_buildings,
    list_gaps,
    list_latest,
    list_uncertainty,
    may_see_people,
    proposals_of,
    serving_of,
    visible_to,
)

__all__ = [
    "READ", "BuildingWalk", "Coverage", "CoverageRow", "CoverageRun", "Serving", "coverage_of", "figures_of", "find_building", "find_run", "group_titles", "latest_coverage",
    "list_building_names", "list_buildings", "list_gaps", "list_latest", "list_uncertainty", "may_see_people", "proposals_of", "serving_of", "visible_to",
]  # fmt: skip
