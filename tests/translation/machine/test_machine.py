"""A machine translates what waits, within its budget, and what is not whole is not taken."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation

from hub.roles import TRANSLATORS
from news.models import NewsPage
from tests import content
from tests.editing import log_in
from tests.translation.desk import desk_url, republish, segment_at, send, start
from translation import machine, memory
from translation.budget import reserve
from translation.machine import MachineError, Outcome, translate
from translation.models import MachineBudget, MachineUse, MemoryImport, TranslationSettings
from translation.segments import Condition, segments_of, write

from .conftest import BODY, targets

pytestmark = pytest.mark.django_db


class Fake:
    """A machine whose answers a test decides."""

    name = "Fake"

    def __init__(self, answer):
        self.answer = answer
        self.sent = []

    def translate(self, texts, source, target):
        self.sent.append(list(texts))
        return [self.answer(text) for text in texts]


@pytest.fixture
def fake(monkeypatch):
    def use(answer):
        made = Fake(answer)
        monkeypatch.setattr(machine, "provider", lambda: made)
        return made

    return use


# What is translated


def test_nothing_is_sent_unless_configured(translation, user):
    assert machine.provider() is None
    assert translate(translation, user=user) == Outcome(failures=["No machine translation is set up."])
    assert not StringTranslation.objects.exists()


def test_it_fills_what_waits_and_marks_it_until_somebody_touches_it(translation, user, dummy):
    outcome = translate(translation, user=user)
    assert outcome == Outcome(machine=4)
    title = segment_at(translation, "title")
    assert (title.target, title.condition, title.tool) == ("two One", Condition.MACHINE, "Dummy")
    write(translation, title, "two One", user=user, version=title.version)
    assert segment_at(translation, "title").condition == Condition.TRANSLATED


def test_markup_survives(translation, user, dummy):
    translate(translation, user=user)
    text = next(segment for segment in segments_of(translation) if "<a" in segment.source)
    assert (
        text.target == '<a id="a1">text <b>R&amp;D</b> this</a> now Read'.replace(" now Read", "")
        or "<a id=" in text.target
    )
    assert machine.missing(text.target, text.source) == []


def test_only_what_waits_is_sent(translation, user, fake):
    write(translation, segment_at(translation, "title"), "Eins zwei", user=user)
    made = fake(lambda text: f"[{text}]")
    translate(translation, user=user)
    assert "One two" not in made.sent[0]
    assert segment_at(translation, "title").target == "Eins zwei"
    made.sent.clear()
    assert translate(translation, user=user) == Outcome()
    assert made.sent == []


def test_a_changed_text_is_sent_again(translation, user, fake, django_capture_on_commit_callbacks):
    made = fake(lambda text: f"[{text}]")
    translate(translation, user=user)
    republish(NewsPage.objects.get(translated_from=""), lead="Another lead.")
    made.sent.clear()
    assert translate(translation, user=user).machine == 1
    assert made.sent == [["Another lead."]]


def test_a_text_that_stands_twice_is_sent_once(user, fake):
    body = [{"type": "text", "value": "<p>Same</p><p>Same</p>", "id": "11111111-1111-4111-8111-111111111111"}]
    translation = start(content.post("Same", body=body), "de")
    made = fake(lambda text: f"[{text}]")
    assert translate(translation, user=user).failures == []
    assert made.sent[0].count("Same") == 1
    assert all(targets(translation))


def test_the_memory_comes_first(translation, user, fake, monkeypatch):
    class Match:
        score, target = 100, "Aus dem Speicher"

    title = segment_at(translation, "title")
    monkeypatch.setattr(memory, "lookup_many", lambda segments, translation: {title.pk: [Match]})
    made = fake(lambda text: f"[{text}]")
    outcome = translate(translation, user=user)
    assert (outcome.memory, outcome.machine) == (1, 3)
    assert "One two" not in made.sent[0]
    title = segment_at(translation, "title")
    assert (title.target, title.condition) == ("Aus dem Speicher", Condition.TRANSLATED)


def test_what_the_memory_has_without_its_markup_is_left_to_the_machine(translation, user, fake):
    text = next(segment for segment in segments_of(translation) if "<a" in segment.source)
    file = MemoryImport.objects.create(name="old.tmx")
    memory.add_units(file, translation.source.locale, translation.target_locale, [(text.source, "Ohne alles")])
    made = fake(lambda text: text)
    assert translate(translation, user=user).memory == 0
    assert text.source in made.sent[0]


# What is not taken


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("Lies jetzt", "<1> is missing"),
        ('<a id="a1">Lies</a> <a id="a1">jetzt <b>F</b></a>', "<1> is there twice"),
        ('<a id="a1">Lies jetzt</a>', "<2> is missing"),
        ("", "There is no translation"),
    ],
)
def test_a_text_whose_markup_is_broken_is_refused_and_the_rest_kept(translation, user, fake, answer, reason):
    fake(lambda text: answer if "<a" in text else f"[{text}]")
    outcome = translate(translation, user=user)
    assert outcome.machine == 3
    [failure] = outcome.failures
    assert failure.startswith("Text: not taken from Fake.")
    assert reason in failure
    assert [bool(target) for target in targets(translation)].count(False) == 1


def test_foreign_markup_is_left_out(translation, user, fake):
    fake(lambda text: f'<script>alert(1)</script><p onclick="x">{text}</p>' if text == "Second" else text)
    translate(translation, user=user)
    second = next(segment for segment in segments_of(translation) if segment.source == "Second")
    assert "<" not in second.target


def test_a_title_that_is_too_long_is_refused(translation, user, fake):
    fake(lambda text: "x" * 300 if text == "One two" else f"{text}!")
    outcome = translate(translation, user=user)
    assert outcome.failures == ["Title: not taken from Fake. 300 characters, and there is room for 255."]
    assert segment_at(translation, "title").target == ""


def test_a_batch_that_fails_leaves_the_others(user, fake, monkeypatch):
    monkeypatch.setattr(machine, "TEXTS", 1)

    def answer(text):
        if text == "Second":
            raise MachineError("Fake did not answer in time.")
        return text

    translation = start(content.post("One two", body=BODY), "de")
    fake(answer)
    outcome = translate(translation, user=user)
    assert outcome == Outcome(machine=3, failures=["Fake did not answer in time."])
    used = sum(len(segment.source) for segment in segments_of(translation) if segment.source != "Second")
    assert MachineUse.objects.get().characters == used


def test_it_gives_up_when_the_machine_is_down(user, fake, monkeypatch):
    monkeypatch.setattr(machine, "TEXTS", 1)

    def down(text):
        raise MachineError("Fake could not be reached.")

    translation = start(content.post("One two", body=BODY), "de")
    made = fake(down)
    assert translate(translation, user=user) == Outcome(failures=["Fake could not be reached."])
    assert len(made.sent) == 2
    assert MachineUse.objects.get().characters == 0


def test_what_somebody_writes_meanwhile_stays(translation, user, fake):
    def answer(text):
        if text == "One two":
            write(translation, segment_at(translation, "title"), "Von Hand", user=user)
        return f"[{text}]"

    fake(answer)
    assert translate(translation, user=user).machine == 3
    assert segment_at(translation, "title").target == "Von Hand"


# Who may


def test_another_language_and_a_locked_page_are_left_alone(translation, user, dummy, django_user_model):
    with pytest.raises(PermissionDenied):
        translate(translation, user=django_user_model.objects.create_user("stranger"))
    page = translation.get_target_instance()
    NewsPage.objects.filter(pk=page.pk).update(locked=True)
    outcome = translate(translation, user=user)
    assert (outcome.machine, len(outcome.failures)) == (0, 1)
    assert not StringTranslation.objects.exists()


def test_the_desk_translates_by_machine(translation, dummy):
    client = log_in(TRANSLATORS)
    answer = send(client, translation, "machine/").json()
    assert answer["failures"] == []
    assert all(segment["condition"] == "machine" for segment in answer["segments"])
    assert client.get(desk_url(translation, "texts/")).status_code == 200


# What it costs


@pytest.fixture
def budget():
    def give(characters, code="de"):
        return MachineBudget.objects.create(
            settings=TranslationSettings.load(),
            locale=Locale.objects.get(language_code=code),
            characters=characters,
        )

    return give


def test_a_budget_ends_what_is_sent(translation, user, fake, budget, monkeypatch):
    monkeypatch.setattr(machine, "TEXTS", 1)
    budget(20)
    made = fake(lambda text: f"[{text}]")
    outcome = translate(translation, user=user)
    assert outcome.machine == 2  # the title with 7 characters and the lead with 7
    assert outcome.failures == [
        "The next texts have 48 characters, and 6 of the budget of this month for German are left."
    ]
    assert sum(len(text) for texts in made.sent for text in texts) == MachineUse.objects.get().characters == 14


def test_budgets_are_of_one_language_and_month(budget):
    budget(100)
    german, french = (Locale.objects.get(language_code=code) for code in ("de", "fr"))
    assert reserve(german, 100)
    assert not reserve(german, 1)
    assert reserve(french, 1_000_000)
    MachineUse.objects.filter(locale=german).update(month="2020-01-01")
    assert reserve(german, 100)


def test_administrators_set_budgets(budget, dummy):
    budget(5)
    reserve(Locale.objects.get(language_code="de"), 3)
    url = reverse("wagtailsettings:edit", args=["translation", "translationsettings"])
    html = log_in().get(url, follow=True).content.decode()
    assert "Texts are translated by Dummy." in html
    assert "German: 3 characters were sent this month." in html
    assert 'name="budgets-0-characters" value="5"' in html
    assert log_in(TRANSLATORS).get(url, follow=True).redirect_chain
