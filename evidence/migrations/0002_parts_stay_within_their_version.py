"""A number's population and locator belong to the number's own version: the database says so.

Foreign keys over two columns, which Django's models cannot express.
"""

from django.db import migrations

PARTS = [
    ("measurement", "population"),
    ("measurement", "locator"),
    ("comparison", "population"),
    ("comparison", "locator"),
    ("mechanismassertion", "locator"),
]
COMPARED = ["experimental", "control"]


def foreign_key(table: str, column: str, parent: str) -> migrations.RunSQL:
    name = f"evidence_{table}_{column}_of_same_version"
    return migrations.RunSQL(
        f"ALTER TABLE evidence_{table} ADD CONSTRAINT {name} "
        f"FOREIGN KEY ({column}_id, version_id) REFERENCES evidence_{parent} (id, version_id) "
        "DEFERRABLE INITIALLY DEFERRED",
        reverse_sql=f"ALTER TABLE evidence_{table} DROP CONSTRAINT {name}",
    )


def unique_pair(parent: str) -> migrations.RunSQL:
    name = f"evidence_{parent}_id_version"
    return migrations.RunSQL(
        f"ALTER TABLE evidence_{parent} ADD CONSTRAINT {name} UNIQUE (id, version_id)",
        reverse_sql=f"ALTER TABLE evidence_{parent} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]
    operations = [
        *[unique_pair(parent) for parent in ("population", "locator", "measurement")],
        *[foreign_key(table, part, part) for table, part in PARTS],
        *[foreign_key("comparison", column, "measurement") for column in COMPARED],
    ]
