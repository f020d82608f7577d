"""``linli assess``: a community assessed by an indicator system from what the database holds, as files.

Light at the top: everything heavy is imported when a command runs.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

assess_app = typer.Typer(help="评估 Assessment: indicator systems over what really happened.", no_args_is_help=True)


@assess_app.callback()
def _assess() -> None:
    """Keeps ``run`` a command of its own name."""


@assess_app.command("systems")
def systems() -> None:
    """The indicator systems known, with what each holds."""
    from linli.assessment.rules.system import known_systems

    for one in known_systems():
        typer.echo(f"{one.id} v{one.policy.version}  {one.cadence}  {len(one.leaves)}  {one.title.zh} / {one.title.en}")


@assess_app.command()
def run(  # noqa: PLR0917  options of a command line, given by name
    system: Annotated[str, typer.Option(help="Indicator system: an id such as micro-circulation.")],
    community: Annotated[str, typer.Option(help="Code of the community.")],
    period: Annotated[str, typer.Option(help="2026Q3, 2026H1 or 2026, as the system asks.")],
    out: Annotated[Path, typer.Option(help="Folder for scores.json, scores.xlsx, report.pdf.")],
    weights: Annotated[str, typer.Option(help="Weight set; the first without it.")] = "",
    variant: Annotated[str, typer.Option(help="Reading of a contradiction; the first without it.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print scores.json and nothing else to stdout.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a folder that holds other files.")] = False,
) -> None:
    """Assess from kept values and, where the period is open, fresh live ones. Reads only; exit status 2: bad input, in words on stderr."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.platform.settings")
    import django

    django.setup()
    from linli.assessment.running import assess
    from linli.lifecircle.analysis.files import check_folder, replaced_folder
    from linli.platform.db import require_database
    from linli.reports.assessment import write_report
    from linli.reports.paper import fonts_folder

    check_folder(out, force=force)
    fonts_folder()
    require_database()
    done = assess(system, community, period, weight_set=weights, variant=variant)
    document = json.dumps(done.summary, ensure_ascii=False, indent=1) + "\n"
    with replaced_folder(out) as fresh:
        (fresh / "scores.json").write_text(document, encoding="utf-8")
        (fresh / "scores.xlsx").write_bytes(done.workbook)
        write_report(fresh / "report.pdf", done.summary, past=done.past)
    if as_json:
        sys.stdout.write(document)
    else:
        for line in done.lines:
            typer.echo(line)
        typer.echo(str(out))


@assess_app.command("weights")
def weigh(
    files: Annotated[list[Path], typer.Argument(metavar="CSV...", help="One file a judge: ids across and down, how many times more each matters; 1/3 is a number.")],
    of: Annotated[str, typer.Option(help="Which group of the system is weighed: root, or the id of the indicator that holds it.")] = "root",
) -> None:  # fmt: skip
    """Weights from experts' pairwise judgements (AHP): whether they hold together, which one to look at again, and a group to paste into a weight set."""
    from linli.assessment.judgements import judge, said

    found = judge(files)
    for line in said(found):
        typer.echo(f"# {line.zh} / {line.en}")
    inside = ", ".join(f"{id}: {weight:g}" for id, weight in found.weights().items())
    judges = "1 judge" if len(files) == 1 else f"{len(files)} judges"
    typer.echo(f"- of: {of}\n  total: 100\n  weights: {{{inside}}}")
    typer.echo(
        f"  designed_here: pairwise judgements of {judges}, consistency ratio {found.group.consistency_ratio:.3f}"
    )
