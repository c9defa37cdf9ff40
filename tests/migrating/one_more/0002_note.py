from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("egress", "0001_initial")]
    operations = [migrations.AddField("secret", "note", models.TextField(null=True))]
