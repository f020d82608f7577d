"""Synthetic residents as the lists a street office would send in, one a community, in the product's own columns; and their import."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from linli.engines.synth import Neighbourhood
from linli.engines.synth.population import ROLES, SEXES, TENURE_KINDS, running
from linli.kernel.errors import FaultList
from linli.platform.kit.tables.export import texts_as_xlsx
from linli.registry.commands.imports import PeopleImport, import_people
from linli.registry.mapcolumns import building_columns
from linli.registry.models import TableImport
from linli.registry.tablefiles import load_layout, read_table
from linli.registry.tablefiles.columns import suggest

from .town import LAYER


def lines_of(made: Neighbourhood, number: int, *, on: dt.date) -> Iterator[dict[str, str]]:
    """A line for everybody who lives in community ``number`` on the day, and one for each home somebody holds there without living in it."""
    people = made.population
    holds: dict[int, dict[int, int]] = defaultdict(dict)
    for row in np.flatnonzero(running(people.tenures.from_on, people.tenures.to_on, on)):
        if _community(made, int(people.tenures.unit[row])) == number:
            holds[int(people.tenures.person[row])][int(people.tenures.unit[row])] = int(row)
    for row in np.flatnonzero(running(people.memberships.from_on, people.memberships.to_on, on)):
        person, unit = (
            int(people.memberships.person[row]),
            int(people.households.unit[people.memberships.household[row]]),
        )
        if _community(made, unit) == number:
            said = {"role": ROLES[int(people.memberships.role[row])], "resides": "yes"}
            yield (
                _person(made, person) | _home(made, unit) | said | _tenure(made, holds.get(person, {}).pop(unit, None))
            )
    for person, units in holds.items():
        for unit, row in units.items():
            yield _person(made, person) | _home(made, unit) | {"resides": "no"} | _tenure(made, row)


def _community(made: Neighbourhood, unit: int) -> int:
    return int(made.buildings.community[made.population.units.building[unit]])


def _person(made: Neighbourhood, index: int) -> dict[str, str]:
    table = made.population.persons
    return {
        "name": table.name_zh[index], "sex": SEXES[int(table.sex[index])], "born_on": str(table.born_on[index]), "phone": table.phone[index],
    }  # fmt: skip


def _home(made: Neighbourhood, unit: int) -> dict[str, str]:
    units = made.population.units
    building = int(units.building[unit])
    number = int(made.buildings.compound[building])
    return {
        "compound": made.compounds[number].name.zh if number >= 0 else "",
        "building": building_columns(made.map.buildings[building])["name_zh"],
        "entrance": str(int(units.stair[unit])),
        "unit": units.label[unit],
    }


def _tenure(made: Neighbourhood, row: int | None) -> dict[str, str]:
    if row is None:
        return {}
    table = made.population.tenures
    share = f"{int(table.share_num[row])}/{int(table.share_den[row])}" if table.share_num[row] else ""
    return {"tenure": TENURE_KINDS[int(table.kind[row])], "share": share}


def write_list(path: Path, lines: list[dict[str, str]]) -> None:
    """As *Download the current list* writes it: headings and codes in words."""
    layout = load_layout("people")
    rows: list[list[str]] = [[column.title.zh for column in layout.columns]]
    for line in lines:
        rows.append(
            [
                column.said[value].zh if (value := line.get(column.id, "")) in column.said else value
                for column in layout.columns
            ]
        )
    path.write_bytes(texts_as_xlsx(rows, layout.title.zh))


def bring_in(path: Path, community_id: UUID, *, on: dt.date) -> tuple[TableImport, PeopleImport]:
    """Preview, then import, by the columns the product suggests for its own headings."""
    layout = load_layout("people")
    sheet = read_table(
        path,
        file=path.name,
        limits=layout.limits,
        faults=FaultList(file=path.name, limit=layout.limits.faults_told),
    )
    columns: Any = suggest(sheet.headings, layout)
    done = TableImport.objects.create(
        community_id=community_id, noun="people", file=path.name, upload="x", valid_from=on, started_by="t", synthetic=True, columns=columns
    )  # fmt: skip
    done.digest = import_people(done, path, actor=LAYER, dry_run=True).digest
    return done, import_people(done, path, actor=LAYER, dry_run=False)
