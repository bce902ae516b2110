from django.db import migrations, models

from hub.roles import EDITORS, MODERATORS, PIN, grant


def forwards(apps, schema_editor):
    grant(apps, (EDITORS, MODERATORS), PIN)


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0002_vocabulary"),
        ("hub", "0002_roles"),
        ("wagtailsearchpromotions", "0008_query_verbose_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnansweredSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                ("language", models.CharField(max_length=15, verbose_name="language")),
                ("words", models.CharField(max_length=80, verbose_name="words")),
                ("times", models.PositiveIntegerField(default=0, verbose_name="times")),
            ],
            options={
                "verbose_name": "search without result",
                "verbose_name_plural": "searches without result",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "language", "words"), name="one_row_per_day_language_and_words"
                    )
                ],
            },
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
