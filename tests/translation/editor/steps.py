"""Steps that tests of the segment editor share."""

from django.urls import reverse

RICH = '<p>Read <a href="https://example.org/x">this <b>R&amp;D</b> text</a></p><ul><li>One</li><li>Two</li></ul>'
BLOCK = "11111111-1111-4111-8111-111111111111"
BODY = [{"type": "text", "value": RICH, "id": BLOCK}]


def page_url(translation):
    return reverse("wagtailadmin_pages:edit", args=[translation.get_target_instance().pk])


def press(client, translation, action, capture=None, **data):
    if capture is None:
        return client.post(page_url(translation), {"action": action, **data}, follow=True)
    with capture(execute=True):
        return client.post(page_url(translation), {"action": action, **data}, follow=True)


def told(response):
    return [str(message) for message in response.context["messages"]]
