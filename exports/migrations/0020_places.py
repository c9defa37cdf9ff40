from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="publication",
            name="published_once_per_repo",
        ),
        migrations.AddField(
            model_name="destination",
            name="access_key",
            field=models.CharField(blank=True, max_length=128),
        ),
        migrations.AddField(
            model_name="destination",
            name="gating",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not gated"),
                    ("auto", "Gated: readers accept terms"),
                    ("manual", "Gated: somebody lets each reader in"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="destination",
            name="kind",
            field=models.CharField(
                choices=[
                    ("hub", "Hugging Face Hub"),
                    ("s3", "S3-compatible storage"),
                    ("folder", "Folder on the server"),
                ],
                default="hub",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="destination",
            name="region",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="publication",
            name="paused_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="publication",
            name="purpose",
            field=models.CharField(
                choices=[("publish", "Publish"), ("restore", "Restore"), ("erase", "Erase")],
                default="publish",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="destination",
            name="endpoint",
            field=models.URLField(blank=True, default="https://huggingface.co", max_length=300),
        ),
        migrations.AlterField(
            model_name="destination",
            name="repo_id",
            field=models.CharField(max_length=193),
        ),
        migrations.AlterField(
            model_name="publication",
            name="endpoint",
            field=models.URLField(blank=True, max_length=300),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.UniqueConstraint(
                condition=models.Q(("purpose", "publish"), ("state", "done")),
                fields=("release", "endpoint", "repo_id"),
                name="published_once_per_repo",
            ),
        ),
    ]
