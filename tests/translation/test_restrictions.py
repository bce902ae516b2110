"""What only some people may read stays with them in every language."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.actions.move_page import MovePageAction
from wagtail.models import PageViewRestriction

from hub.models import StandardPage
from news.models import NewsPage
from tests import content

from .desk import publish, start, translate

pytestmark = pytest.mark.django_db

LOGIN, GROUPS = PageViewRestriction.LOGIN, PageViewRestriction.GROUPS


@pytest.fixture
def page():
    return content.post("Eins", language="de")


def restrictions(page):
    return [
        (row.restriction_type, [group.name for group in row.groups.all()])
        for row in PageViewRestriction.objects.filter(page=page)
    ]


def test_a_live_translation_is_restricted_with_its_original(page, django_capture_on_commit_callbacks):
    english = translate(page, "en", django_capture_on_commit_callbacks)
    restriction = page.view_restrictions.create(restriction_type=LOGIN)
    assert restrictions(english) == [(LOGIN, [])]
    restriction.delete()
    assert restrictions(english) == []


def test_restricting_to_a_group_in_the_admin(page, admin_client, django_capture_on_commit_callbacks):
    english = translate(page, "en", django_capture_on_commit_callbacks)
    group = Group.objects.get(name="Editors")
    url = reverse("wagtailadmin_pages:set_privacy", args=[page.pk])
    admin_client.post(url, {"restriction_type": GROUPS, "groups": [group.pk]})
    assert restrictions(english) == [(GROUPS, ["Editors"])]
    admin_client.post(url, {"restriction_type": "none"})
    assert restrictions(english) == []


def test_a_new_translation_of_a_restricted_page_is_restricted_as_long_as_it_is(page):
    restriction = page.view_restrictions.create(restriction_type=GROUPS)
    restriction.groups.set([Group.objects.get(name="Editors")])
    draft = start(page, "en").get_target_instance()
    assert restrictions(draft) == [(GROUPS, ["Editors"])]
    restriction.delete()
    assert restrictions(draft) == []


def test_a_restriction_of_a_translation_is_its_own(page, django_capture_on_commit_callbacks):
    english = translate(page, "en", django_capture_on_commit_callbacks)
    english.view_restrictions.create(restriction_type=LOGIN)
    assert restrictions(page) == []


def test_a_translation_stays_restricted_when_its_original_is_deleted(page, django_capture_on_commit_callbacks):
    english = translate(page, "en", django_capture_on_commit_callbacks)
    page.view_restrictions.create(restriction_type=LOGIN)
    page.delete()
    assert restrictions(english) == [(LOGIN, [])]


def test_what_a_moderator_restricts_stays_restricted(page, django_capture_on_commit_callbacks):
    english = translate(page, "en", django_capture_on_commit_callbacks)
    english.view_restrictions.create(restriction_type=LOGIN)
    translation = start(page, "en")
    translation.source.update_from_db()
    publish(translation, django_capture_on_commit_callbacks)
    assert restrictions(english) == [(LOGIN, [])]
    page.view_restrictions.create(restriction_type=LOGIN).delete()
    assert restrictions(english) == [(LOGIN, [])]


def test_an_own_restriction_is_tightened_only(page, django_capture_on_commit_callbacks):
    english = translate(page, "en", django_capture_on_commit_callbacks)
    english.view_restrictions.create(restriction_type=LOGIN)
    restriction = page.view_restrictions.create(restriction_type=GROUPS)
    restriction.groups.set([Group.objects.get(name="Editors")])
    assert restrictions(english) == [(GROUPS, ["Editors"])]
    restriction.delete()
    assert len(restrictions(english)) == 1


def test_a_shared_restriction_that_is_set_by_hand_is_the_translations_own(page, django_capture_on_commit_callbacks):
    english = translate(page, "en", django_capture_on_commit_callbacks)
    restriction = page.view_restrictions.create(restriction_type=LOGIN)
    own = english.view_restrictions.get()
    own.restriction_type = GROUPS
    own.save()
    restriction.delete()
    assert restrictions(english) == [(GROUPS, [])]


def test_a_restriction_above_the_original_reaches_its_translations(page, django_capture_on_commit_callbacks):
    english = translate(page, "en", django_capture_on_commit_callbacks)
    restriction = page.get_parent().view_restrictions.create(restriction_type=GROUPS)
    restriction.groups.set([Group.objects.get(name="Editors")])
    assert restrictions(english) == [(GROUPS, ["Editors"])]
    assert restrictions(start(page, "fr").get_target_instance()) == [(GROUPS, ["Editors"])]
    restriction.delete()
    assert restrictions(english) == []


def test_an_original_moved_under_a_restriction(page, django_capture_on_commit_callbacks):
    english = translate(page, "en", django_capture_on_commit_callbacks)
    home, index = page.get_parent().get_parent(), page.get_parent()
    closed = home.add_child(instance=StandardPage(title="Intern", lead="Intern.", locale=page.locale))
    closed.view_restrictions.create(restriction_type=LOGIN)
    MovePageAction(page, closed, pos="last-child").execute(skip_permission_checks=True)
    assert restrictions(english) == [(LOGIN, [])]
    index.refresh_from_db()
    MovePageAction(NewsPage.objects.get(pk=page.pk), index, pos="last-child").execute(skip_permission_checks=True)
    assert restrictions(english) == []


def test_a_translation_of_a_translation_is_opened_with_the_original(page, django_capture_on_commit_callbacks):
    english = translate(page, "en", django_capture_on_commit_callbacks)
    french = translate(english, "fr", django_capture_on_commit_callbacks)
    french.refresh_from_db()
    assert french.translated_from == "en"
    restriction = page.view_restrictions.create(restriction_type=LOGIN)
    assert restrictions(english) == restrictions(french) == [(LOGIN, [])]
    restriction.delete()
    assert restrictions(english) == restrictions(french) == []
