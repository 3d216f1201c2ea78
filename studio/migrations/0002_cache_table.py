from django.core.management import call_command
from django.db import migrations


def create_cache_table(apps, schema_editor):
    """The cache counts sign-in attempts for all processes together; its table comes with the others."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("studio", "0001_initial")]

    operations = [migrations.RunPython(create_cache_table, migrations.RunPython.noop)]
