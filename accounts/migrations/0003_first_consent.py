"""The first wording that people agree to when their labels are released."""

from django.db import migrations

TEXT = """\
Datasets that are built here are published so that others can train and study AI models with them. This asks whether the \
labels that you make may be part of them.

What is published if you agree: your judgements (preferences, marks, ratings, ranks and how sure you were), the reasons you \
write, the passages you cite, and the improved answers you write. Beside them stands a rater number that is made anew for \
each release, so that your labels in two releases can't be joined by it.

What is never published: your name, your e-mail address and anything else from your account. Please don't write about \
yourself or other people in your reasons, since they are published as you wrote them.

Published datasets are open. Anybody may copy them, also for commercial use, under the licence that stands on each dataset.

You can withdraw at any time on your own page. Releases made from then on leave your labels out. Releases that are already \
public stay as they are, and copies that others made can't be called back.

If you don't agree you can label all the same. Your labels are then used only inside this deployment, to measure how far \
people agree, and are in no release.
"""


def add_consent(apps, schema_editor):
    apps.get_model("accounts", "ConsentVersion").objects.get_or_create(number=1, defaults={"text": TEXT})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles")]

    operations = [migrations.RunPython(add_consent, migrations.RunPython.noop)]
