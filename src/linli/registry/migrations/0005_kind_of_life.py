"""A demo holds synthetic people only, a real installation none: the database refuses the other kind, whatever way it comes.

Looked at once a statement, so that an import of 50,000 pays for one look.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION registry_guard_kind_of_life() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE born text;
BEGIN
    SELECT kind INTO born FROM platform_installation;
    IF born IS NOT NULL AND EXISTS (SELECT 1 FROM fresh WHERE synthetic <> (born = 'demo')) THEN
        RAISE EXCEPTION 'a % installation does not take people of the other kind', born USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER linli_kind_of_life AFTER INSERT ON registry_person
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION registry_guard_kind_of_life();
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_findable"), ("platform", "0001_initial")]

    operations = [
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER linli_kind_of_life ON registry_person; DROP FUNCTION registry_guard_kind_of_life();",
        )
    ]
