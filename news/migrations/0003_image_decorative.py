from django.db import migrations, models


def without_words(apps, schema_editor):
    """Pictures that nobody described were said to decorate only."""
    for name in ["NewsPage"]:
        pages = apps.get_model("news", name).objects
        pages.filter(image_alt="").exclude(image=None).update(image_decorative=True)


class Migration(migrations.Migration):
    dependencies = [
        ("news", "0002_machine_translated"),
    ]

    operations = [
        migrations.AddField(
            model_name="newspage",
            name="image_decorative",
            field=models.BooleanField(
                default=False,
                help_text="It says nothing that a reader would miss.",
                verbose_name="the picture only decorates",
            ),
        ),
        migrations.AlterField(
            model_name="newspage",
            name="image_alt",
            field=models.CharField(
                blank=True,
                help_text="For readers who cannot see it.",
                max_length=250,
                verbose_name="what the picture shows",
            ),
        ),
        migrations.RunPython(without_words, migrations.RunPython.noop),
    ]
