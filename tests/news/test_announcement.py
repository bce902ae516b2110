"""The German announcement is entered through the editors' forms, and nothing of it is lost or in a wrong field."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.urls import reverse
from wagtail.rich_text import RichText
from wagtail.test.utils.form_data import rich_text

from events.models import EventIndexPage, EventPage
from hub.models import HubIndexPage, Organisation, Person, PlatformIndexPage, PlatformPage, ThematicHubPage
from hub.roles import EDITORS, MODERATORS
from news.models import NewsIndexPage, NewsPage
from tests import content
from tests.editing import add_url, edit_url, log_in, page_form

pytestmark = pytest.mark.django_db

TITLE = "Smart Cities befähigen: Europäische Auftaktkonferenz #connected in europe"
LEAD = (
    "Am 10. Februar 2022 organisieren das BBSR und das BMWSB von 10–15 Uhr die europäische Online-Konferenz "
    "#connected in europe."
)
PROJECT = "Smart Cities befähigen: Handlungsansätze zur europäischen Vernetzung"
PEER_LEARNING = (
    "Im Peer-Learning gehen zwei Städte verschiedener Länder über einen Zeitraum von drei Jahren (2022-2024) eine "
    "Partnerschaft ein."
)
REGISTER, APPLY = "https://example.org/konferenz", "https://example.org/peer-learning"


@pytest.fixture
def editor():
    call_command("sync_languages")
    return log_in(EDITORS)


def create(client, index, model, **values):
    """Enters a page in German and submits it."""
    parent = index.objects.get(locale__language_code="de")
    url = add_url(parent, model)
    data = page_form(client, url, **values)
    data["action-submit"] = "1"
    response = client.post(url, data)
    assert response.status_code == 302, response.context["form"].errors
    return model.objects.latest("pk")


def publish(page):
    moderator = log_in(MODERATORS, f"moderator-{page.pk}")
    task = page.current_workflow_task_state
    moderator.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk]), {"comment": ""})
    page = type(page).objects.get(pk=page.pk)
    assert page.live
    return page


def test_the_announcement_and_its_event_are_entered_exactly(editor):
    digital = content.theme("digital", de="Digitale Transformation")
    urban = content.theme("urban", de="Integrierte Stadtentwicklung")
    finance = content.theme("finance", de="Finanzierung")
    network = content.theme("network", de="Vernetzung")
    hub = content.thematic_hub(digital, "Digital Transformation", language="de")
    platform = content.platform("TechPlace", language="de")
    bbsr = Organisation.objects.create(
        slug="bbsr", name="Bundesinstitut für Bau-, Stadt- und Raumforschung", acronym="BBSR", country="DE"
    )
    bmwsb = Organisation.objects.create(
        slug="bmwsb", name="Bundesministerium für Wohnen, Stadtentwicklung und Bauwesen", acronym="BMWSB", country="DE"
    )
    difu = Organisation.objects.create(slug="difu", name="Deutsches Institut für Urbanistik", acronym="difu")
    commission = Organisation.objects.create(slug="ec", name="Europäische Kommission")
    eurocities = Organisation.objects.create(slug="eurocities", name="Eurocities")
    hartog = Person.objects.create(
        slug="hartog",
        name="Eddy Hartog",
        role="Head of Unit Technologies for Smart Communities",
        organisation=commission,
    )
    bordelot = Person.objects.create(slug="bordelot", name="Federica Bordelot", organisation=eurocities)
    krischer = Person.objects.create(slug="krischer", name="Lilian Krischer", organisation=bbsr)
    themes = [digital, urban, finance, network]

    event = create(
        editor,
        EventIndexPage,
        EventPage,
        title="#connected in europe",
        slug="connected-in-europe",
        lead="Die europäische Auftaktkonferenz des Projekts „Smart Cities befähigen“.",
        start="2022-02-10 10:00",
        end="2022-02-10 15:00",
        timezone="Europe/Berlin",
        format="online",
        event_languages=["en"],
        cost="free",
        registration_url=REGISTER,
        themes=themes,
        organisations=[difu],
        organisers=[bbsr, bmwsb],
        speakers=[
            ("speaker", {"person": str(hartog.pk), "role": "keynote", "topic": "Das digitale Europa"}),
            ("speaker", {"person": str(bordelot.pk), "role": "keynote", "topic": "Vernetzung von Smart Cities"}),
        ],
        agenda=[
            (
                "item",
                {
                    "starts_at": "",
                    "ends_at": "",
                    "kind": "panel",
                    "title": "Podiumsdiskussion",
                    "text": rich_text("<p>Wie Initiativen Kommunen unterstützen.</p>"),
                },
            )
        ],
        related_works=[hub, platform],
    )
    event = publish(event)
    post = create(
        editor,
        NewsIndexPage,
        NewsPage,
        title=TITLE,
        slug="smart-cities-befaehigen",
        lead=LEAD,
        news_kind="call",
        deadline="2022-02-25",
        body=[
            ("text", rich_text(f"<p>Die Konferenz markiert den Start des BBSR-geförderten Projekts „{PROJECT}“.</p>")),
            ("heading", {"text": "Peer-Learning", "level": "h2"}),
            (
                "callout",
                {
                    "page": "",
                    "url": APPLY,
                    "title": "Peer-Learning-Programm",
                    "text": rich_text(f"<p>{PEER_LEARNING}</p>"),
                    "deadline": "2022-02-25",
                    "label": "Jetzt bewerben",
                },
            ),
            ("button", {"page": "", "url": REGISTER, "label": "Zur Konferenz anmelden"}),
        ],
        themes=themes,
        organisations=[bbsr, bmwsb, difu],
        submitted_by=krischer,
        related_works=[event, hub, platform],
    )
    post = publish(post)

    assert (post.title, post.lead, post.language, post.translated_from) == (TITLE, LEAD, "de", "")
    assert (post.news_kind, post.deadline) == ("call", date(2022, 2, 25))
    assert set(post.themes.all()) == set(themes)
    assert set(post.organisations.all()) == {bbsr, bmwsb, difu}
    assert (post.submitted_by, post.submitted_by.organisation) == (krischer, bbsr)
    assert [row.work.pk for row in post.related_works.all()] == [event.pk, hub.pk, platform.pk]
    assert post.edited_on is not None
    kinds = [block.block_type for block in post.body]
    assert kinds == ["text", "heading", "callout", "button"]
    callout = post.body[2].value
    assert (callout["deadline"], callout["url"]) == (date(2022, 2, 25), APPLY)
    assert isinstance(callout["text"], RichText)
    assert PEER_LEARNING in callout["text"].source
    assert (post.body[3].value["url"], post.body[3].value["label"]) == (REGISTER, "Zur Konferenz anmelden")

    assert (event.start, event.end) == (datetime(2022, 2, 10, 9, tzinfo=UTC), datetime(2022, 2, 10, 14, tzinfo=UTC))
    assert (event.timezone, event.format, event.event_languages) == ("Europe/Berlin", "online", ["en"])
    assert (event.cost, event.registration_url) == ("free", REGISTER)
    assert set(event.organisers.all()) == {bbsr, bmwsb}
    assert list(event.organisations.all()) == [difu]
    speakers = [(block.value["person"], block.value["role"]) for block in event.speakers]
    assert speakers == [(hartog, "keynote"), (bordelot, "keynote")]
    assert [(item.value["kind"], item.value["title"]) for item in event.agenda] == [("panel", "Podiumsdiskussion")]
    assert [row.work.pk for row in event.related_works.all()] == [hub.pk, platform.pk]


def test_the_hub_and_the_platform_can_be_entered_too(editor):
    digital = content.theme("digital")
    hub = create(editor, HubIndexPage, ThematicHubPage, title="Digital", slug="digital", lead="L", theme=digital)
    operator = Organisation.objects.create(slug="cities", name="URBACT-Städte")
    platform = create(
        editor, PlatformIndexPage, PlatformPage, title="TechPlace", slug="techplace", lead="L",
        address="https://techplace.example", operator=operator, platform_languages=["en", "de"], access="open",
    )  # fmt: skip
    assert publish(hub).theme == digital
    platform = publish(platform)
    assert (platform.operator, platform.platform_languages) == (operator, ["en", "de"])
    assert editor.get(edit_url(platform)).status_code == 200
