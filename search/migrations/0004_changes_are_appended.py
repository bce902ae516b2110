from django.db import migrations, models


def keep_what_waits(apps, schema_editor):
    """Works that wait for the index go on waiting."""
    before, after = apps.get_model("search", "IndexChange"), apps.get_model("search", "AppendedChange")
    kept = before.objects.values("key", "waiting_since", "applied", "failures", "retry_at")
    after.objects.bulk_create((after(**values) for values in kept), batch_size=1000)


class Migration(migrations.Migration):
    """Another primary key: a new table that takes the name of the old one."""

    dependencies = [("search", "0003_unanswered")]

    operations = [
        migrations.CreateModel(
            name="AppendedChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(db_index=True)),
                ("waiting_since", models.DateTimeField()),
                ("applied", models.BooleanField(default=False)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("retry_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RunPython(keep_what_waits),
        migrations.DeleteModel("IndexChange"),
        migrations.RenameModel("AppendedChange", "IndexChange"),
        migrations.AddIndex("IndexChange", models.Index(fields=["applied", "waiting_since"], name="changes_by_age")),
        migrations.AlterField("IndexState", "failures", models.PositiveIntegerField(default=0)),
    ]
