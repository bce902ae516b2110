from django.db import migrations, models

READ = ("concept", "view_concept", "Can view concept of the glossary")
KEEP = [
    ("concept", "add_concept", "Can add concept of the glossary"),
    ("concept", "change_concept", "Can change concept of the glossary"),
    ("concept", "delete_concept", "Can delete concept of the glossary"),
    ("memoryimport", "delete_memoryimport", "Can delete imported memory"),
]
ROLES = {"Editors": [READ], "Moderators": [READ, *KEEP], "Translators": [READ]}


def forwards(apps, schema_editor):
    """Permissions are only created by Django itself when all migrations have run."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        for model, codename, name in ROLES[group.name]:
            content_type, _is_new = ContentType.objects.get_or_create(app_label="translation", model=model)
            permission, _is_new = Permission.objects.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": name}
            )
            group.permissions.add(permission)


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
