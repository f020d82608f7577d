"""``linli simulate`` and ``linli cases``: a synthetic past for a demo, and keys of other systems that report here.

Light at the top: everything heavy is imported when a command runs.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

simulate_app = typer.Typer(help="模拟 Synthetic past and load, in a demo only.", no_args_is_help=True)
cases_app = typer.Typer(help="接诉即办 Cases.", no_args_is_help=True)


@simulate_app.callback()
def _simulate() -> None:
    """Keeps ``history`` a command of its own name while it is the only one."""


@cases_app.callback()
def _cases() -> None:
    """Keeps ``key-make`` a command of its own name."""


@simulate_app.command()
def history(
    days: Annotated[int, typer.Option(min=1, max=3660, help="How far back.")] = 365,
    per_thousand: Annotated[float, typer.Option(min=0.1, max=1000, help="Cases a year for a thousand people.")] = 120,
    seed: Annotated[int, typer.Option(help="The same seed in the same database makes the same past.")] = 1,
) -> None:
    """A past of cases for every community of a demo, brought about by the commands themselves with their own time."""
    _setup()
    from django.db import connections

    from linli.cases import sample
    from linli.kernel.clock import now
    from linli.platform.db import acting, require_database
    from linli.platform.installation import installation_kind
    from linli.registry import queries as registry

    require_database()
    with acting(sample.MACHINE):
        if installation_kind() != "demo":
            typer.echo(
                "只有演示库可以生成历史：这里有真实居民 / only a demo can be given a past: real people live here",
                err=True,
            )
            raise typer.Exit(2)
        rows = [
            (row.place_id, row.name_zh)
            for row in registry.list_places(sample.MACHINE, kind="community").order_by("place_id")
        ]
    for community_id, name in rows:
        with acting(sample.MACHINE):
            n_people = registry.count_totals(sample.MACHINE, community_id).n_persons
        n_cases = max(int(n_people / 1000 * per_thousand * days / 365), 1)
        began = now()
        for n in range(0, n_cases, 200):  # each batch its own transaction: the journal's sealer waits for nobody long
            with acting(sample.MACHINE):
                sample.fill(community_id, now=began, n_cases=min(200, n_cases - n), days=days, seed=seed + n)
        seconds = (now() - began).total_seconds()
        typer.echo(f"{name}: {n_cases} 件 cases, {seconds:.1f} s")
    connections.close_all()


@cases_app.command("key-make")
def key_make(
    community: Annotated[str, typer.Argument(help="Id or division code of the community.")],
    name: Annotated[str, typer.Argument(help="Whose key it is: the city hotline, …")],
) -> None:
    """A key with which another system reports by Open311. It is shown this once."""
    _setup()
    from linli.cases import queries
    from linli.cases.commands.systems import make_key
    from linli.kernel.clock import now
    from linli.platform.db import acting, require_database
    from linli.registry import queries as registry

    require_database()
    with acting(queries.MACHINE):
        rows = registry.list_places(queries.MACHINE, kind="community")
        row = (
            rows.filter(code=community).first()
            if len(community) <= 12
            else rows.filter(place_id=_uuid(community)).first()
        )
        if row is None:
            typer.echo(f"没有这个社区 / there is no such community: {community}", err=True)
            raise typer.Exit(2)
        made, key = make_key(row.place_id, name, now=now())
    typer.echo(f"{made.pk}\n{key}")


@cases_app.command("key-end")
def key_end(key_id: Annotated[str, typer.Argument(help="The id key-make told.")]) -> None:
    """End a key: what comes with it from now on is refused."""
    _setup()
    from linli.cases import queries
    from linli.cases.commands.systems import end_key
    from linli.kernel.clock import now
    from linli.kernel.errors import LinliError
    from linli.platform.db import acting, require_database

    require_database()
    with acting(queries.MACHINE):
        try:
            end_key(_uuid(key_id), now=now())
        except LinliError as error:
            typer.echo(str(error.text), err=True)
            raise typer.Exit(2) from None


@cases_app.command("texts")
def texts(out: Annotated[Path, typer.Argument(help="CSV to write, with columns text and label.")]) -> None:
    """What people wrote and the kind a person decided on, for `linli triage train`. It holds people's words: keep it as you keep the database."""
    _setup()
    from linli.cases import queries
    from linli.platform.db import acting, require_database

    require_database()
    with acting(queries.MACHINE):
        rows = queries.training_texts()
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    typer.echo(f"{out}: {len(rows)} 条，{len({label for _, label in rows})} 类 / texts, kinds")


@cases_app.command("use-model")
def use_model(
    file: Annotated[Path, typer.Argument(help="What `linli triage train` wrote; its labels are ids of case types.")],
) -> None:
    """Let a trained model sort what comes in from now on. Refused: a spoilt file, a label that is no kind of case."""
    _setup()
    from linli.cases import bridges
    from linli.cases.rules.types import case_types, cases_policy
    from linli.engines.triage import TriageError, from_bytes

    try:
        data = file.read_bytes()
        model = from_bytes(data)
    except (OSError, TriageError) as error:
        typer.echo(f"{file}: {error}", err=True)
        raise typer.Exit(2) from None
    unknown = [label for label in model.labels if label not in case_types()]
    if unknown:
        typer.echo(f"没有这些事项类型 / no such kinds of case: {', '.join(unknown[:20])}", err=True)
        raise typer.Exit(2)
    place = bridges.model_file()
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = place.with_suffix(".part")
    part.write_bytes(data)
    part.replace(place)
    share = cases_policy().guess_error_share
    at = model.threshold(share)
    typer.echo(
        f"{place}: {len(model.labels)} 类；{at.share:.0%} 的来件会自己派出去，其中错的不超过 {share:.0%} / "
        f"kinds; {at.share:.0%} of what comes in will go on by itself, at most {share:.0%} of it wrong"
    )


def _setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.platform.settings")
    import django

    django.setup()


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        typer.echo(f"不是编号 / not an id: {text[:60]}", err=True)
        raise typer.Exit(2) from None
