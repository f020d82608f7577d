"""What PostgreSQL itself refuses in the registry: foreign communities, overwriting, overlapping periods, copies that disagree."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from linli.platform import rls

ENDING = ("valid_to", "retracted_at", "retracted_because")
# dated table: (its identity's table, the column naming it)
DATED = {
    "registry_placerecord": ("registry_place", "place_id"),
    "registry_mapedition": ("registry_place", "community_id"),
    "registry_personrecord": ("registry_person", "person_id"),
    "registry_membership": ("registry_person", "person_id"),
    "registry_residence": ("registry_household", "household_id"),
    "registry_tenurerecord": ("registry_tenure", "tenure_id"),
    "registry_organisationrecord": ("registry_organisation", "organisation_id"),
    "registry_dutyrecord": ("registry_duty", "duty_id"),
    "registry_facilityrecord": ("registry_facility", "facility_id"),
    "registry_vacantspacerecord": ("registry_vacantspace", "space_id"),
    "registry_devicerecord": ("registry_device", "device_id"),
}
IDENTITIES = sorted({identity for identity, _ in DATED.values()})
# Read by anybody where the community is public; the others only in scope.
PUBLIC = {
    "registry_place",
    "registry_placerecord",
    "registry_mapedition",
    "registry_facility",
    "registry_facilityrecord",
    "registry_vacantspace",
    "registry_vacantspacerecord",
    "registry_organisation",
    "registry_organisationrecord",
}
SHARED_WHEN_NULL = {
    "registry_place",
    "registry_placerecord",
    "registry_organisation",
    "registry_organisationrecord",
}

ENDS_ONCE = migrations.RunSQL(
    """
    CREATE FUNCTION registry_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.retracted_at IS NOT NULL
           OR (OLD.valid_to IS NOT NULL AND NEW.valid_to IS DISTINCT FROM OLD.valid_to) THEN
            RAISE EXCEPTION 'the past is not rewritten: % is ended or taken back', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE FUNCTION registry_grant_shrinks() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.valid_to IS NOT NULL AND (NEW.valid_to IS NULL OR NEW.valid_to > OLD.valid_to) THEN
            RAISE EXCEPTION 'the past is not rewritten: a grant is not prolonged, it is given anew'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER registry_grant_shrinks BEFORE UPDATE ON registry_rolegrant
        FOR EACH ROW EXECUTE FUNCTION registry_grant_shrinks();
    """,
    "DROP TRIGGER registry_grant_shrinks ON registry_rolegrant;"
    "DROP FUNCTION registry_grant_shrinks(); DROP FUNCTION registry_ends_once();",
)

IN_FORCE = migrations.RunSQL(
    """
    CREATE FUNCTION registry_in_force(valid_from date, valid_to date, retracted_at timestamptz, day date)
        RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
        $$ SELECT retracted_at IS NULL AND valid_from <= day AND (valid_to IS NULL OR valid_to > day) $$;
    """,
    "DROP FUNCTION registry_in_force(date, date, timestamptz, date);",
)


def add_only(table: str) -> migrations.RunSQL:
    """The serving role adds rows and changes none: an identity is what it is."""
    return migrations.RunSQL(
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM linli_app;", f"GRANT UPDATE, DELETE ON {table} TO linli_app;"
    )


def ends_once(table: str) -> migrations.RunSQL:
    """An end, once written, stands; a row taken back stays so."""
    return migrations.RunSQL(
        f"CREATE TRIGGER registry_ends_once BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION registry_ends_once();",
        f"DROP TRIGGER registry_ends_once ON {table};",
    )


def names_its_identity(table: str, identity: str, column: str) -> migrations.RunSQL:
    """The identity exists, and the copied number and community are its own, so that the overlap check looks at the right rows.

    A key with a null in it is not checked; where the community may be null, the number is held by a key of its own.
    """
    keys = {}
    if column != "community_id":
        keys[f"{table}_is_about"] = ((column, "subject_num", "community_id"), ("id", "num", "community_id"))
    if column == "community_id" or table in SHARED_WHEN_NULL:
        keys[f"{table}_has_number"] = ((column, "subject_num"), ("id", "num"))
    add = "".join(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({', '.join(here)})"
        f" REFERENCES {identity} ({', '.join(there)}) DEFERRABLE INITIALLY IMMEDIATE;"
        for name, (here, there) in keys.items()
    )
    return migrations.RunSQL(add, "".join(f"ALTER TABLE {table} DROP CONSTRAINT {name};" for name in keys))


def numbered(identity: str) -> migrations.RunSQL:
    """Targets of the keys above."""
    more = f"ALTER TABLE {identity} ADD CONSTRAINT {identity}_seat UNIQUE (id, num, community_id);"
    less = f"ALTER TABLE {identity} DROP CONSTRAINT {identity}_seat;"
    if identity in SHARED_WHEN_NULL:
        more += f"ALTER TABLE {identity} ADD CONSTRAINT {identity}_num_id UNIQUE (id, num);"
        less += f"ALTER TABLE {identity} DROP CONSTRAINT {identity}_num_id;"
    return migrations.RunSQL(more, less)


def guards() -> list[migrations.RunSQL]:
    found = [ENDS_ONCE, IN_FORCE]
    for identity in IDENTITIES:
        found += [numbered(identity)]
        found += [rls.update_only(identity, ["path"]) if identity == "registry_place" else add_only(identity)]
    for table, (identity, column) in DATED.items():
        found += [
            names_its_identity(table, identity, column),
            rls.no_overlap(table, key="subject_num", name=f"{table}_no_overlap"),
            rls.update_only(table, ENDING),
            ends_once(table),
        ]
    found += [
        rls.update_only("registry_rolegrant", ["valid_to", "ended_because"]),
        rls.scoped("registry_rolegrant", shared_when_null=True),
    ]
    for table in (*IDENTITIES, *DATED):
        found += [rls.scoped(table, public=table in PUBLIC, shared_when_null=table in SHARED_WHEN_NULL)]
    return found


class Migration(migrations.Migration):
    dependencies: ClassVar = [("registry", "0001_initial"), ("platform", "0001_initial")]
    operations: ClassVar = guards()
