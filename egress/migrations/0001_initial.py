import config.ids
import config.migrating
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        config.migrating.Together(
            operations=[
                migrations.CreateModel(
                    name="Secret",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("ciphertext", models.BinaryField()),
                        ("bound_to", models.CharField(max_length=300)),
                        ("hint", models.CharField(blank=True, max_length=8)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
            ],
        ),
    ]
