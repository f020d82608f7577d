"""What codes of reads, consents and requests are called on pages."""

from __future__ import annotations

from collections.abc import Iterable

from linli.kernel.text import Text

WHAT = {
    "page": Text("打开了资料页", "opened the record"),
    "list": Text("在名单上看到", "saw them in a list"),
    "export": Text("导出了名单", "took a list away as a file"),
    "unmask": Text("看了遮住的内容", "looked at what is covered"),
    "api": Text("由程序读取", "read by a program"),
    "assist": Text("柜台代办时看到", "saw it while helping at the counter"),
}
FIELDS = {
    "name": Text("姓名", "name"),
    "sex": Text("性别", "sex"),
    "age": Text("年龄", "age"),
    "birth": Text("出生日期", "date of birth"),
    "born_on": Text("出生日期", "date of birth"),
    "home": Text("住处", "home"),
    "household": Text("一家人", "household"),
    "history": Text("登记的经过", "history of the record"),
    "tenure": Text("名下的房", "homes held"),
    "needs": Text("需要照应之处", "needs"),
    "remarks": Text("工作人员的内部备注", "remarks of staff"),
    "phone": Text("完整电话", "whole phone number"),
    "phone_mask": Text("遮住的电话", "covered phone number"),
    "has_phone": Text("有没有登记电话", "whether a phone is recorded"),
    "identity_number": Text("完整证件号", "whole document number"),
    "document_mask": Text("遮住的证件号", "covered document number"),
    "care_note": Text("照应说明", "note on care"),
    "checked_on": Text("上次核对的日子", "day last checked"),
}
REQUESTS = {
    "correct": Text("更正", "Correction"),
    "copy": Text("要一份我的资料", "A copy of my data"),
    "erase": Text("删除我的资料", "Erase my data"),
    "close": Text("注销账号", "Close my account"),
}
STATES = {
    "open": ("yellow", Text("办理中", "Being dealt with")),
    "done": ("green", Text("办好了", "Done")),
    "refused": ("red", Text("没有照办", "Refused")),
    "withdrawn": ("dash", Text("已撤回", "Withdrawn")),
}


def word(words: dict[str, Text], code: str) -> Text:
    """The word for ``code``; the code itself where there is none, so that nothing is hidden."""
    return words.get(code) or Text(code or "—", code or "—")


def fields_text(codes: Iterable[str]) -> Text:
    found = list({word(FIELDS, code).zh: word(FIELDS, code) for code in codes}.values())
    return Text("、".join(one.zh for one in found) or "—", ", ".join(one.en for one in found) or "—")
