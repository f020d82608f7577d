"""``linli keys``: which keys there are, a new one for a purpose, what the old one sealed sealed again."""

from __future__ import annotations

from typing import Annotated

import typer

keys_app = typer.Typer(help="Keys of sealed fields: list, make new, seal again.", no_args_is_help=True)
Purpose = Annotated[str, typer.Argument(help="As `linli keys list` names it, such as registry.phone.")]


def _ready() -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.platform.settings")
    import django

    django.setup()
    from linli.platform.db import require_database

    require_database()


@keys_app.command("list")
def list_keys() -> None:
    """Every purpose, its keys, and how many values rest on each."""
    _ready()
    from linli.platform.keys import keyring

    from .rotation import sealed_columns, sealed_under

    for purpose in sorted({one.purpose for one in sealed_columns()}):
        typer.echo(f"{purpose}  现用 / current {keyring().current(purpose).id}")
        for one, counted in sealed_under(purpose):
            told = ", ".join(f"{key}: {n}" for key, n in sorted(counted.items())) or "0"
            typer.echo(f"  {one.table}.{one.column}  {told}")


@keys_app.command("rotate")
def rotate_key(purpose: Purpose) -> None:
    """Make a new key and seal everything of this purpose again. Running it again goes on where it was stopped only with `reseal`."""
    _ready()
    from .rotation import rotate

    typer.echo(f"{purpose}: 新密钥 / new key {rotate(purpose)}")
    _reseal(purpose)


@keys_app.command("reseal")
def reseal_key(purpose: Purpose) -> None:
    """Seal again what still rests on an older key; goes on where a rotation was stopped."""
    _ready()
    _reseal(purpose)


def _reseal(purpose: str) -> None:
    from linli.platform.keys import keyring

    from .rotation import reseal, sealed_under

    n = reseal(purpose, told=lambda column, done: typer.echo(f"  {column}  {done}"))
    current = keyring().current(purpose).id
    left = sum(number for _, counted in sealed_under(purpose) for key, number in counted.items() if key != current)
    typer.echo(f"{n} 个值重新密封，旧密钥下还有 {left} 个 / {n} values sealed again, {left} left under older keys")
    typer.echo("旧密钥仍留在密钥文件里：旧备份要用 / Old keys stay in the key file: older backups need them")
    raise typer.Exit(1 if left else 0)
