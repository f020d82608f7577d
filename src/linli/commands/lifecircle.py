"""``linli lifecircle``: a map file analysed against a standard, without database or server.

Light at the top: everything heavy is imported when a command runs.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from linli.kernel.mapdata import MapData
    from linli.kernel.policyfile import Policy
    from linli.lifecircle.analysis import Analysis
    from linli.lifecircle.analysis.proposals import Proposals

lifecircle_app = typer.Typer(help="生活圈 Life circle: what people can reach on foot.", no_args_is_help=True)


@lifecircle_app.callback()
def _lifecircle() -> None:
    """Keeps ``analyse`` a command of its own name while it is the only one."""


@lifecircle_app.command()
def analyse(  # noqa: PLR0917  options of a command line, given by name
    map_file: Annotated[Path, typer.Argument(metavar="FILE", help="OpenStreetMap .osm or .osm.pbf, or .geojson.")],
    out: Annotated[Path, typer.Option(help="Folder for summary.json, three GeoJSON files, report.pdf.")],
    standard: Annotated[
        str, typer.Option(help="Life-circle standard: an id such as changsha-10-15, or a policy file.")
    ],
    people: Annotated[Path | None, typer.Option(help="CSV of residents; estimated from floor area without it.")] = None,
    group: Annotated[
        str | None, typer.Option(help="Who walks, in the files and on paper: everyone, elder_60, …")
    ] = None,
    links: Annotated[
        int, typer.Option(min=0, max=50, help="Propose this many gates, crossings or paths to open (打通断头路).")
    ] = 0,
    sites: Annotated[int, typer.Option(min=0, max=50, help="Propose this many buildings to open a facility in.")] = 0,
    site_for: Annotated[
        str | None, typer.Option("--for", help="Category of --sites; the one most people lack without it.")
    ] = None,
    at: Annotated[
        dt.datetime | None, typer.Option(formats=["%H:%M"], help="Count only what is open at this time of day.")
    ] = None,
    on: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day ages are counted for.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print summary.json and nothing else to stdout.")] = False,
    lang: Annotated[str | None, typer.Option(help="zh or en for what is printed; by LANG, else zh.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a folder that holds other files.")] = False,
) -> None:
    """Analyse a map against a standard and write the result. Exit status 2: bad input, every fault on stderr."""
    from linli.kernel.clock import local_day, now
    from linli.kernel.policyfile import find_policy
    from linli.lifecircle.analysis import analyse as run
    from linli.lifecircle.analysis.files import check_folder, replaced_folder, write_all
    from linli.lifecircle.analysis.people_file import read_people
    from linli.lifecircle.analysis.printed import print_summary
    from linli.lifecircle.analysis.proposals import propose
    from linli.lifecircle.analysis.summary import summarise
    from linli.lifecircle.rules.standard import read_assumptions, read_standard, read_walkers
    from linli.reports.paper import fonts_folder

    language = _language(lang)
    day = on.date() if on else local_day(now())
    check_folder(out, force=force)
    fonts_folder()
    rule = read_standard(_policy("life_circle_standard", standard), find_policy("facility_categories", "cn-community"))
    walkers = read_walkers(find_policy("walkers", rule.walkers_id))
    walkers.group(group or walkers.reference)
    with _progress(language) as tell:
        data = _read_map(map_file, tell)
        rows = read_people(people, data.buildings, on=day) if people else None
        analysis = run(
            data,
            standard=rule,
            walkers=walkers,
            assumed=read_assumptions(find_policy("estimate", "default")),
            on=day,
            people=rows,
            group=group,
            at=at.time() if at else None,
            progress=tell,
        )
        proposals = None
        if links or sites:
            tell("proposals", 0.0)
            proposals = propose(analysis, n_links=links, n_sites=sites, category=site_for)
        summary = summarise(analysis, proposals)
        with replaced_folder(out) as fresh:
            write_all(fresh, analysis, summary, lambda path: _report(path, analysis, tell, proposals), proposals)
    if as_json:
        sys.stdout.write(json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    else:
        print_summary(analysis, language, out, proposals=proposals)


def _policy(kind: str, named: str) -> Policy:
    from linli.kernel.policyfile import find_policy, read_policy

    is_file = named.endswith((".yaml", ".yml")) or os.sep in named
    return read_policy(named) if is_file else find_policy(kind, named)


def _language(asked: str | None) -> str:
    if asked is not None and asked not in ("zh", "en"):
        raise typer.BadParameter("zh / en", param_hint="--lang")
    return asked or ("en" if os.environ.get("LANG", "").lower().startswith("en") else "zh")


STAGES = {
    "read": ("读取地图", "Reading the map"),
    "ground": ("地面", "Ground"),
    "walk": ("步行网", "Walk network"),
    "buildings": ("楼栋", "Buildings"),
    "facilities": ("设施", "Facilities"),
    "done": ("地图读完", "Map read"),
    "walks": ("步行分钟", "Walking minutes"),
    "gaps": ("盲区", "Blind spots"),
    "proposals": ("找能打通的路", "Looking for ways to open"),
    "report": ("排版报告", "Setting the report"),
}


@contextmanager
def _progress(language: str) -> Iterator[Any]:
    """A bar on stderr, only where stderr is a terminal; nothing of it reaches stdout or a log."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=1.0)

        def tell(stage: str, share: float) -> None:
            zh, en = STAGES.get(stage, (stage, stage))
            bar.update(task, description=en if language == "en" else zh, completed=share)

        yield tell


def _read_map(path: Path, tell: Any) -> MapData:
    from linli.registry.mapfiles.mapping import load_mapping
    from linli.registry.mapfiles.reading import read_map

    return read_map(path, mapping=load_mapping("default"), progress=tell)


def _report(path: Path, analysis: Analysis, tell: Any, proposals: Proposals | None) -> None:
    from linli.reports.lifecircle import write_report

    tell("report", 0.0)
    write_report(path, analysis, proposals)
    tell("report", 1.0)
