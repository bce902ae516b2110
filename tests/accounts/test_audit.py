"""What administrators read about log-ins and permissions."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, ModelLogEntry, Page

from accounts import audit, upkeep
from tests.accounts.people import code, give_app, log_in, person

pytestmark = pytest.mark.django_db


def noted(about):
    """(action, data) of all that was noted about a user or a group."""
    entries = ModelLogEntry.objects.for_instance(about).filter(action__startswith="accounts.").order_by("pk")
    return [(entry.action, entry.data) for entry in entries]


@pytest.fixture
def anna():
    user = person()
    ModelLogEntry.objects.all().delete()
    return user


def test_log_ins_are_noted_with_how(anna, client):
    give_app(anna)
    log_in(client)
    assert not noted(anna)
    client.post("/admin/login/factor/authenticate/", {"code": code()})
    assert noted(anna) == [(audit.LOG_IN, {"ways": ["password", "totp"]})]


def test_failures_and_the_lock_are_noted_but_no_attempts_while_locked(anna, client):
    for _time in range(8):
        log_in(client, "anna", "wrong")
    assert [action for action, _data in noted(anna)] == [audit.FAILURE] * 5 + [audit.LOCK]


def test_names_that_nobody_has_are_not_noted(client):
    log_in(client, "my secret password", "wrong")
    assert not ModelLogEntry.objects.filter(action=audit.FAILURE).exists()


def test_wrong_codes_are_noted(anna, client):
    give_app(anna)
    log_in(client)
    client.post("/admin/login/factor/authenticate/", {"code": "000000"})
    assert noted(anna) == [(audit.CODE_FAILURE, {})]


def test_groups_of_a_user_are_noted_from_both_sides(anna):
    moderators = Group.objects.get(name="Moderators")
    anna.groups.add(moderators)
    moderators.user_set.remove(anna)
    anna.groups.clear()
    anna.groups.clear()
    assert noted(anna) == [
        (audit.GROUPS, {"given": ["Moderators"]}),
        (audit.GROUPS, {"taken": ["Moderators"]}),
        (audit.GROUPS, {"taken": ["Editors"]}),
    ]


def test_permissions_of_a_group_are_noted():
    group = Group.objects.create(name="New")
    permission = Permission.objects.get(codename="change_user")
    group.permissions.set([permission])
    permission.group_set.clear()
    assert noted(group) == [
        (audit.PERMISSIONS, {"given": ["auth.change_user"]}),
        (audit.PERMISSIONS, {"taken": ["auth.change_user"]}),
    ]


def test_permissions_on_pages_and_files_are_noted():
    group = Group.objects.create(name="New")
    publish = Permission.objects.get(content_type__app_label="wagtailcore", codename="publish_page")
    add = Permission.objects.get(content_type__app_label="wagtailimages", codename="add_image")
    GroupPagePermission.objects.create(group=group, page=Page.objects.get(depth=1), permission=publish)
    GroupCollectionPermission.objects.create(
        group=group, collection=Collection.objects.get(depth=1), permission=add
    ).delete()
    assert noted(group) == [
        (audit.PERMISSIONS, {"given": ["wagtailcore.publish_page: Root"]}),
        (audit.PERMISSIONS, {"given": ["wagtailimages.add_image: Root"]}),
        (audit.PERMISSIONS, {"taken": ["wagtailimages.add_image: Root"]}),
    ]


def test_deleting_a_group_with_its_permissions_works():
    group = Group.objects.get(name="Moderators")
    group.delete()
    assert not Group.objects.filter(name="Moderators").exists()


def test_rights_and_passwords_are_noted(anna):
    anna.is_superuser = True
    anna.save()
    anna.is_active = False
    anna.set_password("elf sehr müde Pferde")
    anna.save()
    anna.first_name = "Anne"
    anna.save()
    assert noted(anna) == [
        (audit.STATE, {"is_superuser": True}),
        (audit.PASSWORD, {}),
        (audit.STATE, {"is_active": False}),
    ]
    assert "pbkdf2" not in str(noted(anna))


def test_administrators_read_it_in_the_site_history(anna, client):
    log_in(client, "anna", "wrong")
    log_in(client)
    client.post("/admin/account/sessions/")
    anna.groups.add(Group.objects.get(name="Moderators"))
    anna.is_superuser = True
    anna.save()
    client.force_login(person("chief", None))
    page = client.get("/admin/reports/site-history/").content.decode()
    for text in (
        "Somebody gave a wrong password",
        "Logged in: password",
        "0 sessions were ended",
        "Given: Moderators",
        "Is an administrator now",
    ):
        assert text in page


def test_editors_do_not_read_it(anna, client):
    log_in(client)
    assert "Logged in:" not in client.get("/admin/reports/site-history/", follow=True).content.decode()


def test_no_address_is_noted(anna, client):
    log_in(client, "anna", "wrong", REMOTE_ADDR="192.0.2.9")
    log_in(client, REMOTE_ADDR="192.0.2.9")
    assert "192.0.2" not in str(list(ModelLogEntry.objects.values()))


def test_it_is_kept_for_a_year(anna, client):
    log_in(client)
    entries = ModelLogEntry.objects.filter(action=audit.LOG_IN)
    for days, is_there in ((365, True), (367, False)):
        entries.update(timestamp=timezone.now() - timedelta(days=days))
        upkeep.tidy()
        assert entries.exists() == is_there
