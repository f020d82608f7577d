"""``linli journal …``: what an operator does with the journal outside the browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

journal_app = typer.Typer(
    help="The journal: export a chain, check heads kept elsewhere, note a loss.", no_args_is_help=True
)


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.platform.settings")
    import django

    django.setup()


@journal_app.command()
def export(
    out: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    community: Annotated[UUID | None, typer.Option(help="Its id; without it, the chain of the installation.")] = None,
    payloads: Annotated[bool, typer.Option(help="Without payloads, only commitments go out.")] = True,
) -> None:
    """Write a chain as files that docs/verify_journal.py checks without Linli."""
    _django()
    from .export import export_chain
    from .rules import INSTALLATION

    n_facts = export_chain(community or INSTALLATION, out, payloads=payloads)
    typer.echo(f"{n_facts} facts written to {out}")


@journal_app.command()
def check_heads(
    files: Annotated[list[Path], typer.Argument(help="Files of heads kept elsewhere (JSON lines).")],
) -> None:
    """Hold the journal against heads that were kept outside of this machine; status 1 if it is not the same history."""
    _django()
    from .headfiles import parse_line
    from .verification import verify_journal

    heads = [parse_line(line) for file in files for line in file.read_bytes().splitlines() if line.strip()]
    n_found = 0
    for finding in verify_journal(outside=heads):
        n_found += 1
        typer.echo(f"{finding.code}: {finding.text.zh} / {finding.text.en}")
    if n_found == 0:
        typer.echo(f"{len(heads)} heads: the same history")
    raise typer.Exit(1 if n_found else 0)


@journal_app.command()
def acknowledge_loss(
    community: Annotated[UUID | None, typer.Option(help="Its id; without it, the chain of the installation.")] = None,
) -> None:
    """Note that the database lost the end of a chain (an older backup was restored), so that it is sealed again. The head file that
    knew more is kept beside the others, and the loss becomes a fact."""
    _django()
    from linli.kernel.clock import now
    from linli.platform.actors import System
    from linli.platform.db import acting

    from . import commands
    from .rules import INSTALLATION

    operator = System("operator")
    with acting(operator):
        event = commands.acknowledge_loss(community or INSTALLATION, actor=operator, at=now())
    typer.echo(f"positions {event.kept_position + 1} to {event.lost_position} are noted as lost")
