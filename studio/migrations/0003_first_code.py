from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("studio", "0002_cache_table"),
    ]

    operations = [
        migrations.CreateModel(
            name="FirstCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
    ]
