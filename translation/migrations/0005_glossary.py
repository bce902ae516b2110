from django.db import migrations, models

from hub.roles import EDITORS, KEEP_GLOSSARY, MODERATORS, READ_GLOSSARY, TRANSLATORS, grant


def forwards(apps, schema_editor):
    grant(apps, (EDITORS, MODERATORS, TRANSLATORS), [READ_GLOSSARY])
    grant(apps, (MODERATORS,), KEEP_GLOSSARY)


class Migration(migrations.Migration):
    dependencies = [
        ("translation", "0004_languages_of_translators"),
        ("hub", "0002_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="GlossaryVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.UUIDField()),
            ],
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
