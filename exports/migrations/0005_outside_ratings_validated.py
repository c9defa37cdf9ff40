from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exports", "0004_outside_ratings")]

    operations = [ValidateConstraint(model_name="releaserating", name="release_rating_has_one_origin")]
