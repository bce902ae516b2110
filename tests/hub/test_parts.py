"""Parts of pages that are remembered differ by all that they depend on."""

from itertools import product

import pytest
from django.core.files.base import ContentFile
from django.template.loader import get_template
from wagtail.images.tests.utils import get_test_image_file

from hub.models import HubDocument, HubImage, Organisation, Person
from hub.remembering import remembering
from tests import content

pytestmark = pytest.mark.django_db
HEADINGS, FLAGS = ["", "h2"], [False, True]
PARTS = {
    "hub/includes/related_item.html": {},
    "hub/includes/row.html": {"heading": HEADINGS, "with_themes": FLAGS},
    "hub/includes/card.html": {
        "heading": HEADINGS,
        "css": ["", "card-lead-story"],
        "sizes": ["", "50vw"],
        "eager": FLAGS,
        "without_kind": FLAGS,
    },
    "hub/includes/platform_row.html": {"heading": HEADINGS},
    "events/includes/row.html": {"heading": HEADINGS, "with_lead": FLAGS, "with_themes": FLAGS},
    "hub/includes/person.html": {
        "role": ["", "Chair"],
        "topic": ["", "Water"],
        "without_organisation": FLAGS,
        "with_email": FLAGS,
    },
    "hub/includes/document.html": {"with_description": FLAGS},
}


def posts():
    image = HubImage.objects.create(title="A picture", file=get_test_image_file())
    return [content.post(title, image=image, image_alt="What it shows") for title in ("One", "Two")]


def people():
    firm = Organisation.objects.create(name="Firm", slug="firm")
    return [
        Person.objects.create(name=name, slug=name, role="Clerk", organisation=firm, email=f"{name}@example.org")
        for name in ("anna", "bert")
    ]


def documents():
    files = [ContentFile(b"text", name=f"{name}.txt") for name in ("one", "two")]
    return [HubDocument.objects.create(title=file.name, description="What is in it", file=file) for file in files]


SHOWN = {
    "person.html": ("person", people),
    "document.html": ("document", documents),
    "platform_row.html": ("page", lambda: [content.platform("One"), content.platform("Two")]),
    "events/includes/row.html": ("page", lambda: [content.event("One"), content.event("Two")]),
}


@pytest.mark.parametrize("template", PARTS)
def test_a_part_is_as_if_nothing_was_remembered(template):
    name, make = next((shown for ending, shown in SHOWN.items() if template.endswith(ending)), ("page", posts))
    things, part = make(), get_template(template)
    if name == "page":
        for page in things:
            page.shown_themes = [content.theme(page.slug)]
    contexts = [
        {name: thing} | dict(zip(PARTS[template], values, strict=True))
        for thing in things
        for values in product(*PARTS[template].values())
    ]
    plain = [part.render(context) for context in contexts]
    assert len(set(plain)) > 1
    for values in PARTS[template]:
        with_it = {html for html, context in zip(plain, contexts, strict=True) if context[values]}
        assert with_it.isdisjoint(html for html, context in zip(plain, contexts, strict=True) if not context[values])
    with remembering(template):
        assert [part.render(context) for context in contexts] == plain
        assert [part.render(context) for context in contexts] == plain
