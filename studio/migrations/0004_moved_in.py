from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("studio", "0003_first_code"),
    ]

    operations = [
        migrations.AddField(
            model_name="companypreferences",
            name="is_moved_in",
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
