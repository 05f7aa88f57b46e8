from django.db import migrations

SQLITE = "CREATE VIRTUAL TABLE search_entry USING fts5(grams, detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 0')"
POSTGRESQL = (
    "CREATE TABLE search_entry (rowid bigint PRIMARY KEY, grams tsvector NOT NULL)",
    "CREATE INDEX search_entry_grams ON search_entry USING gin (grams)",
)


def create(apps, schema_editor):
    statements = (SQLITE,) if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE search_entry")


class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.RunPython(create, drop)]
