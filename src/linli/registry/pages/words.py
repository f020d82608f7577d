"""What codes of the registry are called on pages."""

from __future__ import annotations

from collections.abc import Sequence

from linli.kernel.errors import LinliError
from linli.kernel.policyfile import find_policy, known_policies
from linli.kernel.text import Text
from linli.platform.kit.tables import Choice

from ..catalogues import catalogue, facility_categories

PLACE_KINDS = {
    "province": Text("省", "Province"),
    "city": Text("市", "City"),
    "district": Text("区县", "District"),
    "street": Text("街道", "Street"),
    "community": Text("社区", "Community"),
    "grid": Text("网格", "Grid"),
    "compound": Text("小区", "Compound"),
    "building": Text("楼栋", "Building"),
    "entrance": Text("单元", "Entrance"),
    "unit": Text("房屋", "Home"),
}
PLACE_USES = {
    "residential": Text("住宅", "Homes"),
    "commercial": Text("商业", "Shops"),
    "office": Text("办公", "Offices"),
    "public": Text("公共服务", "Public services"),
    "education": Text("教育", "Education"),
    "health": Text("医疗", "Health"),
    "industrial": Text("工业", "Industry"),
    "ancillary": Text("附属用房", "Outbuilding"),
    "other": Text("其他", "Other"),
}
SEXES = {"": Text("未登记", "Not recorded"), "female": Text("女", "Female"), "male": Text("男", "Male")}
DOCUMENTS = {
    "resident": Text("居民身份证", "Citizen identity card"),
    "passport": Text("护照", "Passport"),
    "other": Text("其他证件", "Another document"),
}
MEMBERS = {
    "head": Text("户主", "Head"),
    "spouse": Text("配偶", "Spouse"),
    "child": Text("子女", "Child"),
    "parent": Text("父母", "Parent"),
    "grandchild": Text("孙辈", "Grandchild"),
    "grandparent": Text("祖辈", "Grandparent"),
    "relative": Text("其他亲属", "Relative"),
    "carer": Text("照护人员", "Carer"),
    "flatmate": Text("合住", "Flatmate"),
}
TENURES = {
    "owner": Text("业主", "Owner"),
    "co_owner": Text("共有人", "Co-owner"),
    "tenant": Text("租户", "Tenant"),
    "family": Text("家属", "Family"),
}
ORGANISATIONS = {
    "residents_committee": Text("居委会", "Residents' committee"),
    "party_branch": Text("党组织", "Party branch"),
    "owners_committee": Text("业委会", "Owners' committee"),
    "property_company": Text("物业公司", "Property company"),
    "social_organisation": Text("社会组织", "Social organisation"),
    "department": Text("政府部门", "Department"),
    "institution": Text("事业单位", "Institution"),
    "utility": Text("公用事业", "Utility"),
    "shop": Text("商户", "Shop"),
    "company": Text("企业", "Company"),
}
FACILITY_STATUS = {
    "open": ("green", Text("开放", "Open")),
    "closed": ("ring", Text("关闭", "Closed")),
    "planned": ("dash", Text("规划", "Planned")),
}
SPACE_STATES = {
    "idle": ("yellow", Text("闲置", "Idle")),
    "promised": ("blue", Text("已安排", "Promised")),
    "in_use": ("green", Text("在用", "In use")),
}
DEVICE_STATUS = {
    "working": ("green", Text("正常", "Working")),
    "faulty": ("red", Text("故障", "Faulty")),
    "removed": ("ring", Text("拆除", "Removed")),
}


def code_text(words: dict[str, Text], code: str) -> Text:
    """The word for ``code``; the code itself where there is none, so that nothing is hidden."""
    return words.get(code) or Text(code or "—", code or "—")


def choices(words: dict[str, Text]) -> tuple[Choice, ...]:
    return tuple(Choice(code, text) for code, text in words.items() if code)


def marked_choices(words: dict[str, tuple[str, Text]]) -> tuple[Choice, ...]:
    return tuple(Choice(code, text) for code, (_, text) in words.items())


def categories() -> dict[str, Text]:
    """The facility categories of the policy, in its order."""
    return facility_categories()


def device_kinds() -> dict[str, Text]:
    return catalogue("device-kinds")


def category_choices() -> Sequence[Choice]:
    return choices(categories())


def role_title(role: str) -> Text:
    try:
        return find_policy("roles", role).title
    except LinliError:  # a role of an installation that has since dropped its policy
        return Text(role, role)


def roles() -> list[str]:
    """The roles of the policies, in their order."""
    return sorted({str(policy.id) for policy in known_policies("roles")})


def machine(code: str) -> Text:
    """An actor's code where it names no person: the system, with its purpose."""
    purpose = code.partition(":")[2] or code
    return Text(f"系统（{purpose}）", f"The system ({purpose})")
