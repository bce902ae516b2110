import uuid

from django.db import migrations

import hub.blocks

KINDS = ("news", "events", "hubs", "platforms")


def fill(apps, schema_editor):
    """Home pages go on to show what they showed."""
    latest = [("latest", {"kind": kind, "heading": "", "theme": "", "number": 3}) for kind in KINDS]
    for page in apps.get_model("hub", "HomePage").objects.only("pk"):
        body = [
            {"type": name, "value": value, "id": str(uuid.uuid4())}
            for name, value in [("highlights", None), *latest, ("themes", None)]
        ]
        type(page).objects.filter(pk=page.pk).update(body=body)


class Migration(migrations.Migration):
    dependencies = [("hub", "0004_machine_translated")]

    operations = [
        migrations.AddField(
            model_name="homepage",
            name="body",
            field=hub.blocks.BlocksField(blank=True, default="[]", verbose_name="parts"),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
