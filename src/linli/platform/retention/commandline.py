"""``linli retention``: what would go tonight, and carrying it out now."""

from __future__ import annotations

import typer

retention_app = typer.Typer(help="How long things are kept: look, and carry it out by hand.", no_args_is_help=True)


def _ready() -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.platform.settings")
    import django

    django.setup()
    from linli.platform.db import require_database

    require_database()


@retention_app.command("show")
def show() -> None:
    """Every rule, its term, and how much would go now. Changes nothing."""
    _ready()
    from linli.kernel.clock import now
    from linli.platform.db import acting

    from .running import MACHINE, tonight

    with acting(MACHINE):
        for term, n in tonight(now=now()):
            typer.echo(f"{term.rule.id:16} {term.keep_days:6} d  {n:8}  {term.about.zh} / {term.about.en}")


@retention_app.command("run")
def run() -> None:
    """Carry the terms out now, whatever the hour. Status 1 if a rule failed."""
    _ready()
    from linli.kernel.clock import now

    from .running import carry_out_now

    done = carry_out_now(now=now())
    for rule, n in sorted(done.counts.items()):
        typer.echo(f"{rule:16} {n}")
    for rule in done.failed:
        typer.echo(f"{rule:16} 没做成 / failed")
    typer.echo(f"清除了 {sum(done.counts.values())} / {sum(done.counts.values())} gone")
    raise typer.Exit(1 if done.failed else 0)
