from django.db import migrations, models


def without_words(apps, schema_editor):
    """Pictures that nobody described were said to decorate only."""
    for name in ["PlatformPage", "StandardPage", "ThematicHubPage"]:
        pages = apps.get_model("hub", name).objects
        pages.filter(image_alt="").exclude(image=None).update(image_decorative=True)


class Migration(migrations.Migration):
    dependencies = [
        ("hub", "0006_sharing"),
    ]

    operations = [
        migrations.AddField(
            model_name="platformpage",
            name="image_decorative",
            field=models.BooleanField(
                default=False,
                help_text="It says nothing that a reader would miss.",
                verbose_name="the picture only decorates",
            ),
        ),
        migrations.AddField(
            model_name="standardpage",
            name="image_decorative",
            field=models.BooleanField(
                default=False,
                help_text="It says nothing that a reader would miss.",
                verbose_name="the picture only decorates",
            ),
        ),
        migrations.AddField(
            model_name="thematichubpage",
            name="image_decorative",
            field=models.BooleanField(
                default=False,
                help_text="It says nothing that a reader would miss.",
                verbose_name="the picture only decorates",
            ),
        ),
        migrations.AlterField(
            model_name="platformpage",
            name="image_alt",
            field=models.CharField(
                blank=True,
                help_text="For readers who cannot see it.",
                max_length=250,
                verbose_name="what the picture shows",
            ),
        ),
        migrations.AlterField(
            model_name="standardpage",
            name="image_alt",
            field=models.CharField(
                blank=True,
                help_text="For readers who cannot see it.",
                max_length=250,
                verbose_name="what the picture shows",
            ),
        ),
        migrations.AlterField(
            model_name="thematichubpage",
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
