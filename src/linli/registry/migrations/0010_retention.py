"""What is past its term goes by functions of the database, which look at the term themselves; a record only ever taken back can be erased, too."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

ERASABLE = """
    CREATE OR REPLACE FUNCTION registry_erase_person(erased uuid, is_whole boolean) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE n bigint; stands boolean; gone_long boolean; asked boolean;
    BEGIN
        SELECT coalesce(bool_or(retracted_at IS NULL AND (valid_to IS NULL OR valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date)), false),
               coalesce(bool_and(CASE WHEN retracted_at IS NULL THEN coalesce(valid_to < (now() AT TIME ZONE 'Asia/Shanghai')::date - 365, false)
                                      ELSE retracted_at < now() - interval '365 days' END), false)
          INTO stands, gone_long FROM registry_personrecord WHERE person_id = erased;
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
"""
FORGET = """
    -- At most so many rows of a sort that ended before an instant. The least terms stand here, so that nobody shortens them by a mistake.
    CREATE FUNCTION registry_forget(what text, before timestamptz, most integer) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE n bigint; least interval;
    BEGIN
        least := CASE what WHEN 'mandates' THEN interval '365 days' WHEN 'grants' THEN interval '365 days'
                           WHEN 'invitations' THEN interval '30 days' WHEN 'contacts' THEN interval '30 days' END;
        IF least IS NULL OR before > now() - least THEN
            RAISE EXCEPTION 'not to be forgotten yet: %', what USING ERRCODE = 'restrict_violation';
        END IF;
        IF what = 'mandates' THEN
            DELETE FROM registry_mandate WHERE id IN (SELECT id FROM registry_mandate WHERE valid_to < before LIMIT most);
        ELSIF what = 'grants' THEN
            DELETE FROM registry_rolegrant WHERE id IN (SELECT id FROM registry_rolegrant WHERE valid_to < before LIMIT most);
        ELSIF what = 'invitations' THEN
            DELETE FROM registry_invitation WHERE id IN
                (SELECT id FROM registry_invitation WHERE coalesce(ended_at, expires_at) < before LIMIT most);
        ELSE
            PERFORM set_config('linli.erasing', 'on', true);
            UPDATE registry_dutyrecord SET contact = '', phone = NULL WHERE id IN
                (SELECT id FROM registry_dutyrecord WHERE (contact <> '' OR phone IS NOT NULL)
                    AND (valid_to < (before AT TIME ZONE 'Asia/Shanghai')::date OR retracted_at < before) LIMIT most);
            GET DIAGNOSTICS n = ROW_COUNT;
            PERFORM set_config('linli.erasing', 'off', true);
            RETURN n;
        END IF;
        GET DIAGNOSTICS n = ROW_COUNT;
        RETURN n;
    END $$;
    REVOKE ALL ON FUNCTION registry_forget(text, timestamptz, integer) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION registry_forget(text, timestamptz, integer) TO linli_app;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("registry", "0009_invitations")]
    operations: ClassVar = [
        migrations.RunSQL(ERASABLE, migrations.RunSQL.noop),
        migrations.RunSQL(FORGET, "DROP FUNCTION registry_forget(text, timestamptz, integer);"),
    ]
