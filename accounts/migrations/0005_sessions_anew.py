"""Ends sessions that began before it was kept where people are signed in: no list shows them, so nobody could end them."""

from django.db import migrations


def end_sessions(apps, schema_editor):
    """Everybody signs in once more."""
    apps.get_model("sessions", "Session").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_sign_in"),
        ("sessions", "0001_initial"),
    ]

    operations = [migrations.RunPython(end_sessions, migrations.RunPython.noop)]
