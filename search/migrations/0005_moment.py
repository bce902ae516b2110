from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0004_changes_are_appended")]

    operations = [
        migrations.AddField(model_name="indexstate", name="moment", field=models.DateTimeField(null=True)),
    ]
