"""The command line. Commands that compute need no database; those that run an installation start what they need."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from linli.commands.assess import assess_app
from linli.commands.cases import cases_app, simulate_app
from linli.commands.lifecircle import lifecircle_app
from linli.commands.triage import triage_app
from linli.journal.commandline import journal_app
from linli.kernel.errors import Fault, InputError, LinliError
from linli.platform.backup.commandline import backup_app, restore_app
from linli.platform.privacy.commandline import keys_app
from linli.platform.retention.commandline import retention_app

app = typer.Typer(help="Linli 邻里", no_args_is_help=True, pretty_exceptions_enable=False)
policy_app = typer.Typer(help="Policies: check a file, list what is known, compare versions.", no_args_is_help=True)
app.add_typer(policy_app, name="policy")
app.add_typer(lifecircle_app, name="lifecircle")
app.add_typer(assess_app, name="assess")
app.add_typer(triage_app, name="triage")
app.add_typer(cases_app, name="cases")
app.add_typer(simulate_app, name="simulate")
app.add_typer(journal_app, name="journal")
app.add_typer(backup_app, name="backup")
app.add_typer(keys_app, name="keys")
app.add_typer(restore_app, name="restore")
app.add_typer(retention_app, name="retention")


def main() -> None:
    """Run a command; a refusal is said in both languages and ends with status 2, never with a trace."""
    try:
        app()
    except InputError as error:
        for fault in error.faults:
            print(f"{fault.where()}: {fault.message.zh} / {fault.message.en}", file=sys.stderr)
        sys.exit(2)
    except LinliError as error:
        print(f"{error.text.zh}\n{error.text.en}", file=sys.stderr)
        sys.exit(2)


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.platform.settings")
    import django

    django.setup()


def _start_database() -> None:
    """Our own PostgreSQL, unless the installation uses one by ``DATABASE_URL``."""
    if os.environ.get("DATABASE_URL"):
        return
    from linli.platform.home import current_home
    from linli.platform.postgres import Server

    Server(current_home()).start()


@app.command()
def up(
    port: Annotated[int | None, typer.Option(help="Loopback port; the first free one from 8000 by default.")] = None,
    people: Annotated[int | None, typer.Option(help="Size of the synthetic sample; 15,000 by default.")] = None,
) -> None:
    """Start the demo: database, migrations, synthetic sample, web and worker; Ctrl-C stops everything."""
    from linli.demo import up as run

    run(port=port, n_people=people)


@app.command()
def init(
    province: Annotated[
        str, typer.Option(help="The two digits of its national division code, e.g. 43; asked for without it.")
    ] = "",
    username: Annotated[str, typer.Option(help="The first administrator's username; asked for without it.")] = "",
    name: Annotated[str, typer.Option(help="The name shown; asked for without it.")] = "",
) -> None:
    """Begin a real installation: no sample, the first administrator. Then: linli serve."""
    from linli.real import begin

    begin(province=province, username=username, name=name)


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Loopback port; the first free one from 8000 by default.")] = None,
    proxy: Annotated[str, typer.Option(help="Addresses of proxies whose forwarding headers are believed.")] = "",
) -> None:
    """Run a real installation: database, migrations, web and worker; Ctrl-C stops everything. TLS is the proxy's (docs/deploy.md)."""
    from linli.real import serve as run

    run(port=port, proxy=proxy)


@app.command()
def web(
    port: Annotated[int, typer.Option()] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on; the loopback by default.")] = "127.0.0.1",
    proxy: Annotated[str, typer.Option(help="Addresses of proxies whose forwarding headers are believed.")] = "",
) -> None:
    """The web server (ASGI, one process)."""
    import uvicorn

    from linli.platform.supervise import end_with_parent

    end_with_parent()
    _django()
    from linli.platform.web.health import refuse_unsafe_database

    refuse_unsafe_database()
    uvicorn.run(
        "linli.platform.asgi:application", host=host, port=port, log_level="warning", access_log=False, lifespan="off",
        proxy_headers=bool(proxy), forwarded_allow_ips=proxy or None, timeout_graceful_shutdown=3, server_header=False,
    )  # fmt: skip


@app.command()
def worker() -> None:
    """The worker: jobs, sealing of the journal, subscribers."""
    from linli.platform.supervise import end_with_parent

    end_with_parent()
    _django()
    from linli.platform.worker import run_worker

    run_worker()


@app.command()
def warm() -> None:
    """Compile what the engines run, quietly, so that nobody's first click waits for it. Run by `linli up` and `linli serve`."""
    from linli.engines import access, siting, triage
    from linli.platform.supervise import end_with_parent

    end_with_parent()
    os.nice(15)
    access.warm()
    siting.warm()
    triage.warm()


@app.command()
def migrate() -> None:
    """Bring the database to this version and adopt the shipped policies."""
    _start_database()
    _django()
    from linli.platform.actors import System
    from linli.platform.db import acting
    from linli.platform.migrate import migrate as run
    from linli.platform.rulebook.adopt import adopt_known

    n_applied = run()
    with acting(System("policies")) as actor:
        n_adopted = adopt_known(actor=actor)
    print(f"{n_applied} migrations applied, {n_adopted} policies adopted")


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Say what is wrong with this installation and how to mend it."""
    from linli.platform.doctor import examine

    findings = examine()
    if as_json:
        print(json.dumps([finding.as_mapping() for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(finding.line())
    raise typer.Exit(1 if any(finding.state == "fail" for finding in findings) else 0)


@app.command()
def verify(
    what: Annotated[str, typer.Argument(help="journal, or nothing with --all")] = "",
    everything: Annotated[bool, typer.Option("--all")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Run the invariants the rooms have registered; status 1 if one does not hold."""
    if not what and not everything:
        raise typer.BadParameter("name what to verify, or --all")
    _django()
    from linli.platform.db import require_database
    from linli.platform.verify import run_invariants

    require_database()
    outcomes = run_invariants(None if everything else what)
    if as_json:
        print(json.dumps([outcome.as_mapping() for outcome in outcomes], ensure_ascii=False, indent=1))
    else:
        for outcome in outcomes:
            print(outcome.line())
    raise typer.Exit(0 if all(outcome.holds for outcome in outcomes) else 1)


@app.command()
def reindex() -> None:
    """Build the search's words anew from what is registered. Searches go on meanwhile by the old ones."""
    _start_database()
    _django()
    from linli.platform.actors import System
    from linli.platform.db import acting, require_database
    from linli.platform.search.index import rebuild

    require_database()
    with acting(System("search")):
        rebuild(lambda kind, n: print(f"{kind}: {n}"))


@policy_app.command("check")
def policy_check(files: Annotated[list[Path], typer.Argument(help="Policy files (YAML).")]) -> None:
    """Check policy files; every fault with file and line."""
    from linli.kernel.policyfile import read_policy

    faults: list[Fault] = []
    for file in files:
        try:
            policy = read_policy(file)
        except InputError as error:
            faults += error.faults
        else:
            print(f"{file}: {policy.kind}/{policy.id} v{policy.version} sha256 {policy.sha256}")
    if faults:
        raise InputError(faults)


@policy_app.command("list")
def policy_list() -> None:
    """All policies of the package and of LINLI_HOME/policies."""
    from linli.kernel.policyfile import known_policies

    for policy in known_policies():
        print(f"{policy.kind}/{policy.id} v{policy.version}  {policy.title.zh}  {policy.title.en}")


@policy_app.command("diff")
def policy_diff(before: Path, after: Path) -> None:
    """What changed between two versions."""
    from linli.kernel.policyfile import diff_policies, read_policy

    for change in diff_policies(read_policy(before), read_policy(after)):
        print(f"{change.path}: {change.before!r} -> {change.after!r}")


def stop_on_signals() -> threading.Event:
    """An event set by Ctrl-C or SIGTERM."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    return stop
