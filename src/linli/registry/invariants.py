"""What must hold of the registry, for ``linli verify``. The database refuses most of it; here it is looked at all the same."""

from __future__ import annotations

from collections.abc import Iterator

from linli.kernel.text import Text
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.installation import installation_kind
from linli.platform.search import index as search
from linli.platform.verify import Finding, findings_of, invariant

from . import mapstore
from .dated import Dated
from .models import DATED, DeviceRecord, MapEdition, PersonRecord


@invariant("registry.no_overlap", Text("同一对象的记录时段不重叠", "Records of one thing do not overlap"))
def no_overlap() -> Iterator[Finding]:
    text = Text(
        "{id} 与 {other_id} 讲的是同一对象（{subject_num}），时段重叠",
        "{id} and {other_id} of {subject_num} overlap in time",
    )
    for kind in DATED:
        table = kind._meta.db_table
        yield from findings_of(
            f"SELECT a.id, b.id AS other_id, a.subject_num FROM {table} a JOIN {table} b"  # noqa: S608  # our own table names
            " ON b.subject_num = a.subject_num AND b.id > a.id AND b.retracted_at IS NULL"
            " AND a.valid_from < coalesce(b.valid_to, 'infinity') AND b.valid_from < coalesce(a.valid_to, 'infinity')"
            " WHERE a.retracted_at IS NULL",
            "registry.overlapping_records",
            text,
        )


@invariant("registry.paths", Text("地方的路径与上级一致", "Paths of places follow their parents"))
def paths() -> Iterator[Finding]:
    yield from findings_of(
        """
        SELECT p.id AS place_id FROM registry_place p
        JOIN registry_placerecord r ON r.place_id = p.id
            AND registry_in_force(r.valid_from, r.valid_to, r.retracted_at, (now() AT TIME ZONE 'Asia/Shanghai')::date)
        LEFT JOIN registry_place above ON above.id = r.parent_id
        WHERE p.path <> coalesce(above.path, '{}'::uuid[])
            || CASE WHEN r.compound_id IS NULL THEN '{}'::uuid[] ELSE ARRAY[r.compound_id] END || p.id
        """,
        "registry.wrong_path",
        Text(
            "地方 {place_id} 的路径不是上级的路径加上自己",
            "the path of place {place_id} is not its parent's and itself",
        ),
    )


@invariant(
    "registry.tree",
    Text("地方都在正确的上级之下、在同一社区之内", "Places stand in the right kind of place, of one community"),
)
def tree() -> Iterator[Finding]:
    yield from findings_of(
        """
        SELECT r.id AS record_id, p.kind, above.kind AS parent_kind FROM registry_placerecord r
        JOIN registry_place p ON p.id = r.place_id LEFT JOIN registry_place above ON above.id = r.parent_id
        LEFT JOIN registry_place compound ON compound.id = r.compound_id
        WHERE r.retracted_at IS NULL AND (
            (above.id IS NULL) <> (p.kind = 'province')
            OR (p.kind = 'community' AND (p.community_id <> p.id OR above.kind <> 'street'))
            OR (p.kind NOT IN ('province', 'city', 'district', 'street', 'community') AND p.community_id IS DISTINCT FROM above.community_id)
            OR (compound.id IS NOT NULL AND (compound.kind <> 'compound' OR compound.community_id <> p.community_id)))
        """,
        "registry.wrong_tree",
        Text(
            "记录 {record_id}：{kind} 放在 {parent_kind} 之下不对",
            "record {record_id}: a {kind} in a {parent_kind} is not right",
        ),
    )


@invariant("registry.shares", Text("业主份额合计不超过整套", "Owners' shares never exceed the whole home"))
def shares() -> Iterator[Finding]:
    yield from findings_of(
        """
        SELECT t.unit_id, a.valid_from AS day, sum(b.share_num::numeric / b.share_den) AS total
        FROM registry_tenurerecord a JOIN registry_tenure t ON t.id = a.tenure_id
        JOIN registry_tenure other ON other.unit_id = t.unit_id
        JOIN registry_tenurerecord b ON b.tenure_id = other.id AND b.kind IN ('owner', 'co_owner')
            AND registry_in_force(b.valid_from, b.valid_to, b.retracted_at, a.valid_from)
        WHERE a.kind IN ('owner', 'co_owner') AND a.retracted_at IS NULL
        GROUP BY t.unit_id, a.id, a.valid_from HAVING sum(b.share_num::numeric / b.share_den) > 1.000000001
        """,
        "registry.shares_too_large",
        Text("房屋 {unit_id} 在 {day} 的份额合计 {total}", "the shares of home {unit_id} on {day} add up to {total}"),
    )


@invariant(
    "registry.one_community",
    Text("住户、住处和权属都在一个社区之内", "Households, homes and tenure stay within one community"),
)
def one_community() -> Iterator[Finding]:
    text = Text("{what} {id} 连着两个社区", "{what} {id} joins two communities")
    statements = {
        "membership": """SELECT 'membership' AS what, m.id FROM registry_membership m
            JOIN registry_household h ON h.id = m.household_id WHERE h.community_id <> m.community_id""",
        "residence": """SELECT 'residence' AS what, r.id FROM registry_residence r
            JOIN registry_place u ON u.id = r.unit_id WHERE u.community_id <> r.community_id OR u.kind <> 'unit'""",
        "tenure": """SELECT 'tenure' AS what, t.id FROM registry_tenure t
            JOIN registry_place u ON u.id = t.unit_id WHERE u.community_id <> t.community_id OR u.kind <> 'unit'""",
        "grant": """SELECT 'grant' AS what, g.id FROM registry_rolegrant g
            JOIN registry_place p ON p.id = g.place_id WHERE g.community_id IS DISTINCT FROM p.community_id""",
        "duty": """SELECT 'duty' AS what, d.id FROM registry_duty d
            JOIN registry_place p ON p.id = d.place_id WHERE p.community_id IS DISTINCT FROM d.community_id""",
    }
    for statement in statements.values():
        yield from findings_of(statement, "registry.two_communities", text)


@invariant(
    "registry.kind_of_life",
    Text("演示系统没有真人，正式系统没有虚构的人", "A demo holds no real people, a real installation no made-up ones"),
)
def kind_of_life() -> Iterator[Finding]:
    with acting(System("verify")):
        wanted = installation_kind() == "demo"
    yield from findings_of(
        f"SELECT id AS person_id FROM registry_person WHERE synthetic <> {wanted}",  # noqa: S608  # a boolean of ours
        "registry.wrong_kind_of_life",
        Text("{person_id} 不该在这个系统里", "{person_id} does not belong in this installation"),
    )


@invariant(
    "registry.erased", Text("删除过的人在册子里没有留下什么", "Of the erased the register holds nothing that was to go")
)
def erased() -> Iterator[Finding]:
    """Records written before their erasure was done; who came back since is registered anew."""
    yield from findings_of(
        """
        SELECT r.id AS record_id, r.person_id FROM registry_personrecord r
        JOIN (SELECT person_id, max(decided_at) AS at FROM privacy_request WHERE kind = 'erase' AND state = 'done' GROUP BY 1) e
            ON e.person_id = r.person_id AND r.recorded_at < e.at
        WHERE r.phone IS NOT NULL OR r.identity_number IS NOT NULL OR r.care_note IS NOT NULL OR r.name_en <> '' OR r.needs <> '{}'
        """,
        "registry.still_held",
        Text(
            "已删除的人 {person_id} 的登记 {record_id} 里还有资料",
            "record {record_id} of {person_id}, who was erased, still holds data",
        ),
    )


@invariant("registry.maps", Text("每份地图都读得出来", "Every map edition can be read"))
def maps() -> Iterator[Finding]:
    with acting(System("verify")):
        for edition in MapEdition.objects.believed().iterator(chunk_size=1):
            try:
                network = mapstore.read_network(edition.network)
                mapstore.read_ground(edition.ground)
                whole = (network.n_nodes, network.n_edges) == (edition.n_nodes, edition.n_edges)
            except (ValueError, KeyError, OSError):
                whole = False
            if not whole:
                data = {"edition_id": edition.id, "community_id": edition.community_id}
                text = Text(
                    "社区 {community_id} 的地图 {edition_id} 读不出来",
                    "map {edition_id} of {community_id} cannot be read",
                )
                yield Finding("registry.unreadable_map", text.fill(**data), data)


@invariant("registry.findable", Text("查找用的词与册子一致", "The search's words follow the register"))
def findable() -> Iterator[Finding]:
    """A word stands for a believed record, and a believed name with a letter in it has words. Mended by ``linli reindex``."""
    for source in search.sources():
        table = source.model._meta.db_table
        if not issubclass(source.model, Dated):
            continue
        yield from findings_of(
            f"SELECT DISTINCT w.record_id, w.kind FROM platform_search_word w LEFT JOIN {table} r ON r.id = w.record_id"  # noqa: S608  # our own table names
            f" WHERE w.kind = '{source.kind}' AND (r.id IS NULL OR r.retracted_at IS NOT NULL)",
            "registry.words_of_nothing",
            Text(
                "{kind} 有指向 {record_id} 的词，但册子里没有这条",
                "{kind} has words of {record_id}, which the register no longer says",
            ),
        )
        if source.model is DeviceRecord:
            continue
        name = "name" if source.model is PersonRecord else "name_zh"
        yield from findings_of(
            f"SELECT r.id AS record_id FROM {table} r WHERE r.retracted_at IS NULL AND r.{name} ~ '[[:alnum:]]'"  # noqa: S608
            " AND NOT EXISTS (SELECT 1 FROM platform_search_word w WHERE w.record_id = r.id)",
            "registry.not_findable",
            Text("{record_id} 有名称，但查不到", "{record_id} has a name but no words to find it by"),
        )
