"""The role of a part of the system that writes drafts and nothing else exists in every database."""

from django.db import migrations


def create_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.get_or_create(name="drafter")


class Migration(migrations.Migration):
    dependencies = [("core", "0002_role_groups")]
    operations = [migrations.RunPython(create_group, migrations.RunPython.noop)]
