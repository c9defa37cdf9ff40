import django.db.models.deletion
import django.utils.timezone
import config.ids
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("labeling", "0013_item_batches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProjectInvitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("lead", "Lead"),
                            ("adjudicator", "Adjudicator"),
                            ("annotator", "Annotator"),
                        ],
                        default="annotator",
                        max_length=12,
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("most_uses", models.PositiveSmallIntegerField(default=1)),
                ("uses", models.PositiveSmallIntegerField(default=0)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="ProjectInvitationUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name="projectinvitation",
            name="invited_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="projectinvitation",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="invitations", to="labeling.project"
            ),
        ),
        migrations.AddField(
            model_name="projectinvitationuse",
            name="invitation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="came",
                to="labeling.projectinvitation",
            ),
        ),
        migrations.AddField(
            model_name="projectinvitationuse",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="projectinvitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("uses__lte", models.F("most_uses"))), name="invitation_not_overused"
            ),
        ),
        migrations.AddConstraint(
            model_name="projectinvitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", ""), ("most_uses", 1), _connector="OR"),
                name="invitation_of_one_person_works_once",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="projectinvitation",
            trigger=pgtrigger.compiler.Trigger(
                name="terms_stay",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."project_id" IS DISTINCT FROM (NEW."project_id") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."token_sha256" IS DISTINCT FROM (NEW."token_sha256") OR OLD."most_uses" IS DISTINCT FROM (NEW."most_uses") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."invited_by_id" IS DISTINCT FROM (NEW."invited_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="a7fe13c9947d0aaf7a7db37c02634d6fb5280828",
                    operation="UPDATE",
                    pgid="pgtrigger_terms_stay_38d45",
                    table="labeling_projectinvitation",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="projectinvitationuse",
            constraint=models.UniqueConstraint(
                fields=("invitation", "user"), name="invitation_once_per_person"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="projectinvitationuse",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="aeeb9b6201d66e05b3436956174b15e4b5e98e5e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_588b0",
                    table="labeling_projectinvitationuse",
                    when="BEFORE",
                ),
            ),
        ),
    ]
