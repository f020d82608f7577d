"""The real start: ``linli init`` once, ``linli serve`` from then on. No sample, no made-up person, no account but the first administrator's."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

import typer

from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text
from linli.platform.home import Home, current_home
from linli.platform.supervise import only_one, stand

NOT_BEGUN = define(
    "platform.not_begun",
    zh="这里还没有启用。正式启用：linli init；只是看看：linli up",
    en="Nothing has begun here. To begin for real: linli init; just to look: linli up",
    status=409,
)
BEGUN_ALREADY = define(
    "platform.begun_already",
    zh="这里已经启用，第一位管理员也有了。运行 linli serve",
    en="This installation has begun and has its first administrator. Run linli serve",
    status=409,
)
NO_SUCH_PROVINCE = define(
    "platform.no_such_province",
    zh="没有代码为“{got}”的省级行政区。应是以下之一：{known}",
    en="There is no province of code {got!r}. One of: {known}",
    status=422,
)


@dataclass(frozen=True, slots=True)
class First:
    """The first administrator: what to type at the first sign-in, told once."""

    username: str
    password: str
    province: Text


def begin(*, province: str, username: str, name: str) -> None:
    """Make the database, mark it real, register the province, open the first administrator's account there.

    Killed at any point, it is simply run again: what marks it as done, the grant, is in the same transaction as the account.
    """
    from linli.platform.postgres import Server

    home = current_home()
    home.make()
    with only_one(home) as note:
        note(f"linli init, pid {os.getpid()}")
        server = None if os.environ.get("DATABASE_URL") else Server(home)
        try:
            if server is not None:
                server.start()
            first = _first_administrator(province=province, username=username, name=name)
        finally:
            if server is not None:
                server.stop()
    _tell(first, home)


def serve(*, port: int | None, proxy: str) -> None:
    """Run until Ctrl-C or SIGTERM. Refuses a home that never began, and one born as a demo."""
    stand(
        current_home(),
        port=port,
        prepare=_prepare,
        greet=_greet,
        say=_say,
        web_options=["--proxy", proxy] if proxy else [],
    )


def _prepare() -> None:
    """Migrations and shipped policies for a database that was born real; refuses any other."""
    _migrated()
    from django.db import connections

    from linli.platform.actors import System
    from linli.platform.db import acting
    from linli.platform.installation import be_born, installation_kind
    from linli.platform.rulebook.adopt import adopt_known

    if installation_kind() is None:
        raise LinliError(NOT_BEGUN)
    be_born("real")
    with acting(System("policies")) as actor:
        adopt_known(actor=actor)
    connections.close_all()


def _migrated() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.platform.settings")
    import django

    django.setup()
    from linli.platform.migrate import migrate
    from linli.platform.web.health import refuse_unsafe_database

    refuse_unsafe_database()
    migrate()


def _first_administrator(*, province: str, username: str, name: str) -> First:
    """Ask what was not said, then all of it in one transaction: until then the database is neither real nor a demo."""
    _migrated()
    from linli.platform.actors import System
    from linli.platform.db import acting
    from linli.platform.installation import be_born, refuse_other
    from linli.platform.rulebook.adopt import adopt_known
    from linli.registry.commands.beginning import begin_installation, has_begun
    from linli.registry.queries.divisions import provinces

    operator = System("init")
    refuse_other("real")
    with acting(operator):
        if has_begun():
            raise LinliError(BEGUN_ALREADY)
    known = provinces()
    code = province or _asked(
        "省级行政区代码前两位，如 43 湖南省 / First two digits of the province's code, e.g. 43 Hunan"
    )
    if code not in known:
        words = ", ".join(f"{key} {text.zh}" for key, text in known.items())
        raise LinliError(NO_SUCH_PROVINCE, got=code[:20], known=words)
    username = username or _asked(
        "第一位管理员的用户名（小写字母、数字）/ First administrator's username (small letters, digits)"
    )
    name = name or _asked("显示的名字 / Name shown")
    with acting(operator):
        be_born("real")
        adopt_known(actor=operator)
        account, password = begin_installation(code, known[code], username=username, shown_name=name, actor=operator)
    return First(account.username, password, known[code])


def _asked(question: str) -> str:
    return str(typer.prompt(question)).strip()


def _tell(first: First, home: Home) -> None:
    _say(
        f"\n已启用（{first.province.zh}）。第一位管理员：{first.username}，密码（只显示这一次）：\n\n    {first.password}\n"
    )
    _say(
        f"Begun ({first.province.en}). The first administrator: {first.username}; the password above is shown this once.\n"
    )
    _say("接着 / Next:")
    _say(
        "  1. linli backup keys FILE    把密钥另存到别处，丢了密钥就打不开数据 / put the keys away; without them data does not open"
    )
    _say(
        "  2. linli serve               启动，用上面的密码登录，页面会带着一步步往下做 / start, sign in, and follow the steps shown"
    )
    _say(f"\n密钥 / keys: {home.key_file}\n数据 / data: {home.path}")


def _greet(address: str, seconds: float) -> None:
    _say(f"\n邻里已启动（{seconds:.0f} 秒）  Linli is up ({seconds:.0f} s)   {address}")
    if os.environ.get("LINLI_TLS") != "1":
        _say(
            "◆ 没有 TLS，只在本机使用。对外服务见 docs/deploy.md / No TLS: for this machine only. To serve others, see docs/deploy.md"
        )
    _say("Ctrl-C 停止 / stops\n")


def _say(text: str) -> None:
    typer.echo(text, file=sys.stdout)
    sys.stdout.flush()
