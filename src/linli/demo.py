"""The demo start: ``make up``. Loopback only, synthetic people, three communities, random passwords, a banner on every page."""

from __future__ import annotations

import os
import secrets
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linli.sample import DemoAccount

from linli.platform.home import Home, current_home
from linli.platform.supervise import stand


def up(*, port: int | None = None, n_people: int | None = None) -> None:
    """Run the demo until Ctrl-C or SIGTERM. Every step may be repeated after a crash at any point."""
    accounts: list[DemoAccount] = []
    stand(
        current_home(),
        port=port,
        prepare=lambda: accounts.extend(_prepare(n_people)),
        greet=lambda address, seconds: _greet(address, accounts, seconds),
        say=_say,
    )


def _prepare(n_people: int | None) -> list[DemoAccount]:
    """Migrate, adopt policies, load the sample into an empty database; the demo accounts with their passwords."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.platform.settings")
    import django

    django.setup()
    from linli.platform.actors import System
    from linli.platform.db import acting
    from linli.platform.installation import be_born
    from linli.platform.migrate import migrate
    from linli.platform.rulebook.adopt import adopt_known
    from linli.sample import N_PEOPLE, ensure_sample

    migrate()
    be_born("demo")
    with acting(System("policies")) as actor:
        adopt_known(actor=actor)
    accounts = ensure_sample(password=demo_password(current_home()), say=_say, n_people=n_people or N_PEOPLE)
    from django.db import connections

    connections.close_all()
    return accounts


def demo_password(home: Home) -> str:
    """This installation's password of all demo accounts: random, kept in its secrets."""
    from linli.platform.home import read_or_make_secret

    path = home.secrets / "demo_password"
    if not path.exists():
        alphabet = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread on paper
        fresh = "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(3))
        path.touch(mode=0o600)
        path.write_text(fresh)
    return read_or_make_secret(path)


def _greet(address: str, accounts: list[DemoAccount], seconds: float) -> None:
    password = demo_password(current_home())
    _say(f"\n邻里已启动（{seconds:.0f} 秒）  Linli is up ({seconds:.0f} s)   {address}")
    _say("示例数据，人物全是虚构的；仅本机可访问。 Synthetic sample; this machine only.")
    _say(f"\n演示账号，密码都是 / demo accounts, one password:  {password}\n")
    from linli.kernel.policyfile import find_policy

    for account in accounts:
        title = find_policy("roles", account.role).title
        _say(f"  {account.username:<20} {title.zh} {title.en} · {account.where.zh}")
    _say("\nCtrl-C 停止 / stops\n")


def _say(text: str) -> None:
    print(text, file=sys.stdout, flush=True)
