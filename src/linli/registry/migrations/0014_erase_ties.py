"""An erasure reaches invitations, requests to be bound and mandates too: by a function of the database that asks for the same ground as the record's."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

TIES = """
    CREATE FUNCTION registry_may_erase(erased uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
        SELECT EXISTS (SELECT 1 FROM privacy_request r WHERE r.person_id = erased AND r.kind = 'erase' AND r.state = 'open')
            OR coalesce((SELECT bool_and(CASE WHEN retracted_at IS NULL THEN coalesce(valid_to < (now() AT TIME ZONE 'Asia/Shanghai')::date - 365, false)
                                              ELSE retracted_at < now() - interval '365 days' END)
                         FROM registry_personrecord WHERE person_id = erased), false)
    $$;
    -- Invitations and requests to be bound (theirs, or naming their number) go whole. Mandates they gave, or hold by an account of theirs, end now and lose their words.
    CREATE FUNCTION registry_erase_ties(erased uuid) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE n bigint; m bigint;
    BEGIN
        IF NOT registry_may_erase(erased) THEN
            RAISE EXCEPTION 'not to be erased: %', erased USING ERRCODE = 'restrict_violation';
        END IF;
        DELETE FROM registry_invitation WHERE person_id = erased;
        GET DIAGNOSTICS n = ROW_COUNT;
        DELETE FROM registry_bindrequest WHERE person_id = erased OR phone_index IN
            (SELECT phone_index FROM registry_personrecord WHERE person_id = erased AND phone_index IS NOT NULL);
        GET DIAGNOSTICS m = ROW_COUNT;
        n := n + m;
        UPDATE registry_mandate SET valid_to = greatest(valid_from, least(valid_to, now())), evidence = '',
            ended_by = CASE WHEN ended_by = '' AND valid_to > now() THEN 'system:privacy' ELSE ended_by END, ended_because = ''
          WHERE person_id = erased OR account_id IN (SELECT id FROM platform_account WHERE person_id = erased);
        GET DIAGNOSTICS m = ROW_COUNT;
        RETURN n + m;
    END $$;
    REVOKE ALL ON FUNCTION registry_erase_ties(uuid) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION registry_erase_ties(uuid) TO linli_app;
"""

FORGET = """
    -- At most so many rows of a sort that ended before an instant. The least terms stand here, so that nobody shortens them by a mistake.
    CREATE OR REPLACE FUNCTION registry_forget(what text, before timestamptz, most integer) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE n bigint; least interval;
    BEGIN
        least := CASE what WHEN 'mandates' THEN interval '365 days' WHEN 'grants' THEN interval '365 days'
                           WHEN 'invitations' THEN interval '30 days' WHEN 'contacts' THEN interval '30 days'
                           WHEN 'bind_requests' THEN interval '30 days' END;
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
        ELSIF what = 'bind_requests' THEN
            DELETE FROM registry_bindrequest WHERE id IN (SELECT id FROM registry_bindrequest WHERE decided_at < before LIMIT most);
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
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("registry", "0013_welcome")]
    operations: ClassVar = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.RunSQL(TIES, "DROP FUNCTION registry_erase_ties(uuid); DROP FUNCTION registry_may_erase(uuid);"),
    ]
