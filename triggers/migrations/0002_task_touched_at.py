from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("triggers", "0001_initial")]

    operations = [migrations.RenameField("task", "tried_at", "touched_at")]
