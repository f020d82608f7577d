"""Emptying what the register says of a person: only for an erasure they asked for, or long after they left; never by the serving role's
own UPDATE."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

ERASABLE = migrations.RunSQL(
    """
    CREATE OR REPLACE FUNCTION registry_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_user <> 'linli_app' AND current_setting('linli.erasing', true) = 'on'
           AND NEW.valid_to IS NOT DISTINCT FROM OLD.valid_to
           AND NEW.retracted_at IS NOT DISTINCT FROM OLD.retracted_at THEN
            RETURN NEW;
        END IF;
        IF OLD.retracted_at IS NOT NULL
           OR (OLD.valid_to IS NOT NULL AND NEW.valid_to IS DISTINCT FROM OLD.valid_to) THEN
            RAISE EXCEPTION 'the past is not rewritten: % is ended or taken back', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;

    -- is_whole: name, sex and birth go, too; refused while the person stands in the register.
    CREATE FUNCTION registry_erase_person(erased uuid, is_whole boolean) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE n bigint; stands boolean; gone_long boolean; asked boolean;
    BEGIN
        SELECT coalesce(bool_or(valid_to IS NULL OR valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date), false),
               coalesce(bool_and(valid_to < (now() AT TIME ZONE 'Asia/Shanghai')::date - 365), false)
          INTO stands, gone_long FROM registry_personrecord WHERE person_id = erased AND retracted_at IS NULL;
        SELECT EXISTS (SELECT 1 FROM privacy_request r WHERE r.person_id = erased AND r.kind = 'erase' AND r.state = 'open')
          INTO asked;
        IF NOT (asked OR gone_long) OR (is_whole AND stands) THEN
            RAISE EXCEPTION 'not to be erased: %', erased USING ERRCODE = 'restrict_violation';
        END IF;
        PERFORM set_config('linli.erasing', 'on', true);
        UPDATE registry_personrecord SET
            name_en = '', phone = NULL, phone_index = NULL, identity_kind = '', identity_number = NULL, identity_index = NULL,
            care_note = NULL, needs = '{}', checked_on = NULL,
            retracted_because = CASE WHEN retracted_at IS NULL THEN retracted_because ELSE 'erased' END,
            name = CASE WHEN is_whole THEN '已删除' ELSE name END,
            sex = CASE WHEN is_whole THEN '' ELSE sex END,
            born_on = CASE WHEN is_whole THEN NULL ELSE born_on END
          WHERE person_id = erased;
        GET DIAGNOSTICS n = ROW_COUNT;
        PERFORM set_config('linli.erasing', 'off', true);
        RETURN n;
    END $$;
    REVOKE ALL ON FUNCTION registry_erase_person(uuid, boolean) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION registry_erase_person(uuid, boolean) TO linli_app;
    """,
    "DROP FUNCTION registry_erase_person(uuid, boolean);",
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("registry", "0007_mandates"), ("privacy", "0002_guards")]
    operations: ClassVar = [ERASABLE]
