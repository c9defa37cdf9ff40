import config.ids
import config.migrating
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        config.migrating.Together(
            operations=[
                migrations.CreateModel(
                    name="ConsentVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(unique=True)),
                        ("text", models.TextField()),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name="SignInAttempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=64)),
                        ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ],
                    options={
                        "indexes": [models.Index(fields=["key", "at"], name="sign_in_attempt_newest")],
                    },
                ),
                migrations.CreateModel(
                    name="User",
                    fields=[
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("email", models.EmailField(max_length=254, unique=True)),
                        ("name", models.CharField(blank=True, max_length=120)),
                        ("is_active", models.BooleanField(default=True)),
                        ("is_demo", models.BooleanField(default=False)),
                        ("is_consent_due", models.BooleanField(db_default=False, default=False)),
                        ("joined_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                                name="user_email_lower_case",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Invitation",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=config.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invitations",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("token_sha256", models.CharField(max_length=64, unique=True)),
                        (
                            "invited_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("expires_at", models.DateTimeField()),
                        ("accepted_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="AuditEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("act", models.CharField(max_length=80)),
                        ("object_type", models.CharField(max_length=80)),
                        ("object_id", models.CharField(max_length=64)),
                        ("detail", models.JSONField(default=dict)),
                        ("address", models.CharField(blank=True, max_length=64)),
                        ("previous_hash", models.CharField(blank=True, max_length=64)),
                        ("hash", models.CharField(max_length=64, unique=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="ConsentRecord",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="consents",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.consentversion",
                            ),
                        ),
                        ("is_given", models.BooleanField()),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["user", "-created_at"], name="consent_newest")],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="consentversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="3a326ac50a863ed64e002a0f4b016688f0d58190",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_7462d",
                            table="accounts_consentversion",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="consentversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="asks_again",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        UPDATE accounts_user u SET is_consent_due = true\n        WHERE (SELECT r.is_given FROM accounts_consentrecord r WHERE r.user_id = u.id\n               ORDER BY r.created_at DESC, r.id DESC LIMIT 1);\n        RETURN NEW;\n    ",
                            hash="3b2979cf89dba23694f8926bb788bfd95093632b",
                            operation="INSERT",
                            pgid="pgtrigger_asks_again_b9fdc",
                            table="accounts_consentversion",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="auditevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="7b732c5f4d9c0b519ac859053fcea89f0fcc34eb",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_a0b21",
                            table="accounts_auditevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="auditevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="chained",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE newest accounts_auditevent%ROWTYPE;",
                            func="\n        PERFORM pg_advisory_xact_lock(hashtext('accounts_auditevent'));\n        SELECT * INTO newest FROM accounts_auditevent ORDER BY id DESC LIMIT 1;\n        NEW.id = coalesce(newest.id, 0) + 1;\n        NEW.previous_hash = coalesce(newest.hash, '');\n        NEW.hash = encode(sha256(convert_to(jsonb_build_array(\n    NEW.id, NEW.previous_hash, to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), NEW.actor_id,\n    NEW.act, NEW.object_type, NEW.object_id, NEW.detail, NEW.address)::text, 'UTF8')), 'hex');\n        RETURN NEW;\n    ",
                            hash="01465e19b049cfdedbfe5ab49b75ff81522683fd",
                            operation="INSERT",
                            pgid="pgtrigger_chained_dda59",
                            table="accounts_auditevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="consentrecord",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="18401a05fa73efb33c33fb5d6b45854f8316e254",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_0ab61",
                            table="accounts_consentrecord",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="consentrecord",
                    trigger=pgtrigger.compiler.Trigger(
                        name="answered",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        UPDATE accounts_user SET is_consent_due = false\n        WHERE id = NEW.user_id AND is_consent_due\n          AND NEW.version_id = (SELECT v.id FROM accounts_consentversion v ORDER BY v.number DESC LIMIT 1);\n        RETURN NEW;\n    ",
                            hash="8602b37362c6c38362fa63b2e56f0359422d7b55",
                            operation="INSERT",
                            pgid="pgtrigger_answered_c16d1",
                            table="accounts_consentrecord",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
    ]
