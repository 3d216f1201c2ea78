from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("preproduction", "0016_morning_mail"),
        ("studio", "0014_long_acts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="order",
            name="preproduction_order_newest",
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("withdrawn_on__isnull", True)),
                fields=["-order_date", "-id"],
                name="preproduction_order_newest",
            ),
        ),
    ]
