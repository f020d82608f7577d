"""How the journal's codes are said to people."""

from __future__ import annotations

from linli.kernel.text import Text

from .models import Parked

PARKED_STATES: dict[str, tuple[str, Text]] = {
    Parked.State.PARKED: ("red", Text("已搁置", "Parked")),
    Parked.State.RETRYING: ("yellow", Text("稍后再试", "Trying again")),
    Parked.State.WAITING: ("ring", Text("在排队", "Waiting")),
}


def actor_text(code: str) -> Text:
    """``person:<id>`` by the end of its id, never a name: whoever reads the journal need not know people."""
    kind, _, name = code.partition(":")
    match kind:
        case "system":
            return Text(f"系统（{name}）", f"System ({name})")
        case "person":
            return Text(f"账号 …{name[-8:]}", f"Account …{name[-8:]}")
        case "pseudonym":
            return Text(f"化名 …{name[-8:]}", f"Pseudonym …{name[-8:]}")
    return Text("未登录的人", "Somebody not signed in")
