from django.db import migrations
from django.db.models import Q

SUBMIT = {"content_type__app_label": "wagtail_localize", "codename": "submit_translation"}
EDIT_ORIGINALS = {"content_type__app_label": "hub", "codename": "edit_originals"}


def forwards(apps, schema_editor):
    """Whoever could translate so far goes on to do so, in all languages."""
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    TranslatorLanguage = apps.get_model("translation", "TranslatorLanguage")
    submit = Permission.objects.filter(**SUBMIT)
    translate = Group.objects.filter(Q(name__in=["Translators", "Moderators"]) | Q(permissions__in=submit))
    edit_originals = Group.objects.filter(permissions__in=Permission.objects.filter(**EDIT_ORIGINALS))
    # Groups of translators that may not begin translations.
    edit = Group.objects.filter(page_permissions__permission__codename__in=["change_page", "publish_page"])
    groups = {*translate.values_list("pk", flat=True)} | (
        {*edit.values_list("pk", flat=True)} - {*edit_originals.values_list("pk", flat=True)}
    )
    for group in groups:
        TranslatorLanguage.objects.get_or_create(group_id=group, locale=None)
    for user in apps.get_model("auth", "User").objects.filter(user_permissions__in=submit).distinct():
        TranslatorLanguage.objects.get_or_create(user=user, locale=None)


class Migration(migrations.Migration):
    dependencies = [
        ("translation", "0003_jobs"),
        ("hub", "0002_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
