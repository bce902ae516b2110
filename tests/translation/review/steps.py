"""Steps that tests of reviews share."""

from django.contrib.auth import get_user_model
from django.urls import reverse

from news.models import NewsPage
from tests.translation.desk import segment_at, send


def person(name):
    return get_user_model().objects.get(username=name)


def page_of(translation):
    return NewsPage.objects.get(pk=translation.get_target_instance().pk)


def act(client, translation, action, capture, **data):
    """What Wagtail's own buttons do."""
    page = page_of(translation)
    state = page.workflow_states.latest("created_at").task_states.latest("started_at")
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    with capture(execute=True):
        return client.post(url, {"comment": "", **data})


def change(client, translation, text):
    segment = segment_at(translation, "title")
    return send(client, translation, f"texts/{segment.pk}/", text=text, version=segment.version)
