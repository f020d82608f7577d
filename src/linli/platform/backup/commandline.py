"""``linli backup …`` and ``linli restore …``: what an operator does so that nothing is lost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from linli.platform.postgres import Server

    from .making import Made

MIB = 1024 * 1024


class FolderFirst(TyperGroup):
    """``linli backup DIR`` is ``linli backup make DIR``: a first word that names no command is the folder."""

    main_command = ""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if (
            args
            and args[0] not in self.commands
            and args[0] not in ("--help", "--install-completion", "--show-completion")
        ):
            args = [self.main_command, *args]
        return super().parse_args(ctx, args)


class _Backup(FolderFirst):
    main_command = "make"


class _Restore(FolderFirst):
    main_command = "home"


backup_app = typer.Typer(
    cls=_Backup, no_args_is_help=True, help="Back up: linli backup DIR; check what lies there; put the keys away apart."
)
restore_app = typer.Typer(
    cls=_Restore, no_args_is_help=True, help="Restore: linli restore DIR into an empty home; first the keys."
)
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the backups.")]
PassphraseFile = Annotated[
    Path | None, typer.Option(help="A file whose first line is the passphrase; asked for without it.")
]


@backup_app.command()
def make(
    folder: Folder,
    keep_all: Annotated[bool, typer.Option("--keep-all", help="Do not prune older backups.")] = False,
    by: Annotated[str, typer.Option(hidden=True)] = "hand",
) -> None:
    """Back up the database, files, heads and policies into DIR. Everything goes on running; keys are not in it."""
    server = _database()
    try:
        _django()
        from .runs import back_up

        made = back_up(folder, by=by, prune=not keep_all)
    finally:
        if server is not None:
            server.stop()
    _tell_made(made, folder)


@backup_app.command("list")
def list_backups(folder: Folder) -> None:
    """The backups in DIR, the oldest first."""
    from .store import Store

    store = Store(folder)
    for snapshot_id in store.ids():
        try:
            said = f"{store.read(snapshot_id).n_bytes / MIB:8.1f} MiB"
        except (OSError, ValueError):
            said = "▲ 读不出来 / cannot be read"
        typer.echo(f"{snapshot_id}  {said}")


@backup_app.command()
def check(folder: Folder) -> None:
    """Read every byte in DIR and name what is not as it was written; status 1 if there is any."""
    from linli.platform.home import current_home

    from .checking import check_store
    from .store import Store

    checked = check_store(Store(folder), home=current_home())
    for damage in checked.damages:
        typer.echo(damage.line(), err=True)
    n, mib = len(checked.snapshots), checked.n_bytes / MIB
    if checked.n_named < n:
        typer.echo(
            "没有密钥，只能说出坏的是哪一块，说不出是哪个文件 / Without the key, chunks are named but not the files they belong to"
        )
    typer.echo(f"{n} 份备份，{checked.n_chunks} 块，{mib:.1f} MiB，{len(checked.damages)} 处损坏")
    typer.echo(f"{n} backups, {checked.n_chunks} chunks, {mib:.1f} MiB, {len(checked.damages)} damaged")
    raise typer.Exit(1 if checked.damages else 0)


@backup_app.command("keys")
def backup_keys(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, to be kept away from the backups.")],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write the keys to FILE under a passphrase. Without them no backup opens: keep FILE and passphrase apart from DIR and from each other."""
    from linli.platform.home import current_home

    from .keyfile import save_keys

    save_keys(file, _passphrase(passphrase_file, confirm=True), home=current_home())
    typer.echo(
        f"密钥已写入 {file}。把它放到别处（U 盘、保险柜），口令另外记\nKeys written to {file}. Keep it elsewhere, the passphrase elsewhere again"
    )


@restore_app.command("home")
def restore_home(
    folder: Folder,
    at: Annotated[
        str, typer.Option(help="The beginning of a backup's id (see: linli backup list DIR); the newest without.")
    ] = "",
) -> None:
    """Restore into an empty home, repeat erasures, verify everything, and only then put it in place. Status 1: restored, but verify found something."""
    from linli.platform.home import current_home

    from .restoring import restoring
    from .store import Store

    with restoring(Store(folder), at, home=current_home(), say=_say) as restored:
        from linli.platform.verify import run_invariants

        _say("逐项核对（verify --all）", "Verifying everything (verify --all)")
        outcomes = run_invariants(None)
        for outcome in outcomes:
            typer.echo(outcome.line())
    if restored.erased_again is None:
        _say(
            "▲ 没有抹除清单：这份备份之后被抹去的内容可能又回来了",
            "▲ There is no list of erasures: what was erased since this backup may be back",
        )
    else:
        n = sum(restored.erased_again.values())
        _say(f"重做了 {n} 项抹除", f"{n} erasures were repeated")
    _say(
        f"已恢复到 {restored.snapshot.begun_at}；那之后的事都不在了，包括之后停用的账号和收回的授权，请核对。所有人要重新登录",
        f"Restored to {restored.snapshot.begun_at}; nothing later is there, nor are accounts ended and grants taken back since: look at them. "
        "Everybody signs in anew",
    )
    raise typer.Exit(0 if all(outcome.holds for outcome in outcomes) else 1)


@restore_app.command("keys")
def restore_keys(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What linli backup keys wrote.")],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Put the keys back where LINLI_KEY_FILE says. Overwrites nothing."""
    from linli.platform.home import current_home

    from .keyfile import restore_keys as run

    for path in run(file, _passphrase(passphrase_file, confirm=False), home=current_home()):
        typer.echo(path)


def _passphrase(file: Path | None, *, confirm: bool) -> str:
    if file is not None:
        return file.read_text().partition("\n")[0]
    return str(typer.prompt("口令 / Passphrase", hide_input=True, confirmation_prompt=confirm))


def _tell_made(made: Made, folder: Path) -> None:
    size, new, plain = (n / MIB for n in (made.snapshot.n_bytes, made.n_new_bytes, made.n_plain_bytes))
    typer.echo(
        f"备份 {made.snapshot.id}：{made.n_files} 个文件和数据库，{plain:.1f} MiB；封后 {size:.1f} MiB，其中新写 {new:.1f} MiB，{made.took_s:.1f} 秒"
    )
    typer.echo(
        f"Backup {made.snapshot.id}: {made.n_files} files and the database, {plain:.1f} MiB; sealed {size:.1f} MiB, {new:.1f} MiB of it new, {made.took_s:.1f} s"
    )
    if made.n_pruned:
        typer.echo(f"按政策清掉 {made.n_pruned} 份旧备份 / {made.n_pruned} old backups pruned by policy")
    from linli.platform.home import current_home

    if folder.stat().st_dev == current_home().path.stat().st_dev:
        typer.echo("◆ 备份和数据在同一块盘上，盘坏了两样都没了；请再抄一份到别的机器")
        typer.echo(
            "◆ Backup and data lie on the same disk, and would be lost together: copy DIR to another machine too"
        )


def _say(zh: str, en: str) -> None:
    typer.echo(f"{zh}\n{en}")


def _database() -> Server | None:
    """Our own server, started if it does not run (and then to be stopped again); None if it runs, or is another's."""
    if os.environ.get("DATABASE_URL"):
        return None
    from linli.platform.home import current_home
    from linli.platform.postgres import Server

    server = Server(current_home())
    if not (server.home.pg_data / "PG_VERSION").exists() or server.is_running():
        return None
    server.start()
    return server


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.platform.settings")
    import django

    django.setup()
