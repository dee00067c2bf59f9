"""The four roles exist in every database."""

from django.db import migrations

ROLES = ("reader", "curator", "reviewer", "administrator")


def create_groups(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(create_groups, migrations.RunPython.noop)]
