"""Lets events be asked for by their speakers, and fills this in for the events that there are."""

import json

from django.db import migrations, models
from django.db.models.functions import Cast


def fill(apps, schema_editor):
    """Write who is among the speakers of each event, read from the stored blocks. Safe to run twice."""
    EventPage = apps.get_model("events", "EventPage")
    Person = apps.get_model("hub", "Person")
    through = EventPage.speaking_people.through
    known = set(Person.objects.values_list("pk", flat=True))
    events = EventPage.objects.annotate(stored=Cast("speakers", models.TextField())).order_by()
    rows = []
    for pk, stored in events.values_list("pk", "stored").iterator():
        blocks = json.loads(stored) if stored else []
        named = {block["value"].get("person") for block in blocks if isinstance(block.get("value"), dict)}
        rows += [through(eventpage_id=pk, person_id=person) for person in named & known]
    through.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("hub", "0004_machine_translated"),
        ("events", "0005_machine_translated"),
    ]

    operations = [
        migrations.AddField(
            model_name="eventpage",
            name="speaking_people",
            field=models.ManyToManyField(blank=True, editable=False, related_name="+", to="hub.person"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
