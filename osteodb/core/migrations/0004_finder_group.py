"""The role of a part of the system that puts disagreements on record exists in every database."""

from django.db import migrations


def create_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.get_or_create(name="finder")


class Migration(migrations.Migration):
    dependencies = [("core", "0003_drafter_group")]
    operations = [migrations.RunPython(create_group, migrations.RunPython.noop)]
