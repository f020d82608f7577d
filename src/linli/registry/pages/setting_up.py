"""The registry's steps of setting up a community, and the page of the first: where it lies."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.policyfile import known_policies
from linli.kernel.text import Text
from linli.platform.models import Account
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.platform.web.setup import Progress, Step, add_step

from ..commands.beginning import found_community
from ..commands.invitations import INVITE
from ..forms.beginning import CommunityForm, tops
from ..models import Duty, Invitation, MapEdition, Membership, Organisation, Person, Place, PlaceRecord, RoleGrant

PLACE = "registry.place.change"
NOT_YET = Text("还没有", "Not yet")
BY_ADMIN = Text("由管理员做", "An administrator does this")
BY_STAFF = Text("由社区工作者做", "A community worker does this")


@page(permission=PLACE, methods=("GET", "POST"))
def community_new(request: Request) -> HttpResponseBase:
    """City, district, street and community in one form: what is registered already is taken as it is."""
    form = CommunityForm(request.POST or None, tops=tops(request.actor))
    if form.is_valid() and form.carried_out(
        lambda: found_community(form.chain(), below=form.top_id(), actor=request.actor)
    ):
        return HttpResponseRedirect(f"{reverse('console:setup')}?done=place")
    context = {"form": form, "back_url": reverse("console:setup"), "submit": Text("登记", "Register")}
    return render(request, "registry/community_new.html", context, status=422 if form.errors else 200)


def open_steps() -> None:
    """In the order in which one can build on the other: people are entered by community workers, so their accounts come first."""
    add_step(Step(
        "place", 10, Text("地方", "Place"),
        Text("社区在哪个市、区、街道。后面登记的一切都在它里面。", "In which city, district and street the community lies. All else is registered in it."),
        BY_ADMIN, PLACE, "registry:community-new", _place, Text("登记社区", "Register the community"),
    ))  # fmt: skip
    add_step(Step(
        "map", 20, Text("地图", "Map"),
        Text("导入一张地图（OpenStreetMap 或 GeoJSON），楼栋、设施和步行路就都有了；先预览，确认才写入。",
             "Import a map (OpenStreetMap or GeoJSON): buildings, facilities and footways come with it. It is shown first and written when you confirm."),
        BY_ADMIN, "registry.import.run", "registry:import-map", _map, Text("导入地图", "Import a map"),
        (("registry:places", Text("看楼栋", "See the buildings"), "registry.place.read"),),
    ))  # fmt: skip
    add_step(Step(
        "staff", 30, Text("工作人员", "Staff"),
        Text("先给每位工作人员开一个账号，再授角色和地方：社区工作者管全社区，网格员管一个网格。没有角色的账号什么也看不到。",
             "Open an account for each worker, then grant a role on a place: community workers on the community, grid workers on a grid. An account without a role sees nothing."),
        BY_ADMIN, "account.change", "registry:account-new", _staff, Text("开账号", "Open an account"),
        (("registry:grant-new", Text("授角色", "Grant a role"), "registry.grant.change"), ("registry:accounts", Text("看账号", "See the accounts"), "account.read")),
    ))  # fmt: skip
    add_step(Step(
        "people", 40, Text("居民和住户", "People and households"),
        Text("把手上的表格（CSV 或 XLSX）导进来：有错的行逐条指出，预览以后再写入；也可以一个一个登记。",
             "Import the list you have (CSV or XLSX): every faulty row is named, and it is shown before it is written. Or register one by one."),
        BY_STAFF, "registry.person.change", "registry:import-people", _people, Text("导入名单", "Import a list"),
        (("registry:person-new", Text("一个一个登记", "Register one by one"), "registry.person.change"), ("registry:people", Text("看居民", "See the people"), "registry.person.read"),),
    ))  # fmt: skip
    add_step(Step(
        "organisations", 50, Text("单位和职责", "Organisations and duties"),
        Text("居委会、物业、卫生站这些单位，谁管哪一块、电话是多少。把手上的责任清单导进来，或一个一个登记。以后派单按它找人。",
             "Committee, property company, clinic: who sees to what, and at which number. Import the duty list you have, or register one by one. Work is dispatched by it."),
        BY_ADMIN, "registry.organisation.change", "registry:import-organisations", _organisations, Text("导入清单", "Import a list"),
        (("registry:organisation-new", Text("一个一个登记", "Register one by one"), "registry.organisation.change"),
         ("registry:organisations", Text("看单位、写职责", "See them and write duties"), "registry.organisation.read")),
    ))  # fmt: skip
    add_step(Step(
        "invitations", 60, Text("请居民进来", "Residents in"),
        Text("给一幢楼打印邀请，每人一张，上门时当面交；登记了手机号的，用验证码也能进来；没有邀请的，在网上申请，您来核对。",
             "Print invitations for a building, one sheet each, and hand them over at the door. Who has a registered number comes in by a code; who has neither asks, and you compare."),
        BY_STAFF, INVITE, "registry:places", _invitations, Text("选一幢楼，打印邀请", "Choose a building and print"),
        (("registry:bind-queue", Text("看申请", "See the requests"), INVITE),),
    ))  # fmt: skip


def _place(community_id: UUID) -> Progress:
    name = PlaceRecord.objects.believed().filter(place_id=community_id).order_by("-valid_from").first()
    return Progress(name is not None, Text(name.name_zh, name.name_en or name.name_zh) if name else NOT_YET)


def _map(community_id: UUID) -> Progress:
    has_map = MapEdition.objects.believed().filter(community_id=community_id).exists()
    n = Place.objects.filter(community_id=community_id, kind="building").count()
    return Progress(has_map or n > 0, Text(f"{n:,} 幢楼", f"{n:,} buildings") if n else NOT_YET)


def _staff(community_id: UUID) -> Progress:
    """Done once a community worker can sign in: the next step is theirs."""
    at_work = [policy.id for policy in known_policies("roles") if policy.body["face"] == "console"]
    held = RoleGrant.objects.filter(community_id=community_id, role__in=at_work, valid_to=None).exclude(account=None)
    n = held.values("account_id").distinct().count()
    return Progress(held.filter(role="community_staff").exists(), Text(f"{n:,} 人", f"{n:,} people") if n else NOT_YET)


def _people(community_id: UUID) -> Progress:
    n = Membership.objects.filter(community_id=community_id, retracted_at=None).values("person_id").distinct().count()
    return Progress(n > 0, Text(f"{n:,} 人已入户", f"{n:,} people in households") if n else NOT_YET)


def _organisations(community_id: UUID) -> Progress:
    n = Organisation.objects.filter(community_id=community_id).count()
    n_duties = Duty.objects.filter(community_id=community_id).count()
    said = Text(f"{n:,} 个单位，{n_duties:,} 项职责", f"{n:,} organisations, {n_duties:,} duties") if n else NOT_YET
    return Progress(n > 0 and n_duties > 0, said)


def _invitations(community_id: UUID) -> Progress:
    """Done once somebody who lives here can come in."""
    n_sheets = Invitation.objects.filter(community_id=community_id).count()
    people = Person.objects.filter(community_id=community_id)
    n_in = Account.objects.filter(person_id__in=people.values("pk"), ended_at=None).count()
    said = Text(f"印了 {n_sheets:,} 张，{n_in:,} 人进来了", f"{n_sheets:,} sheets printed, {n_in:,} people in")
    return Progress(n_in > 0, said if n_sheets or n_in else NOT_YET)
