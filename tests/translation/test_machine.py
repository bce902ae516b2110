"""A machine translates what waits, within its budget, and what is not whole is not taken."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import override as in_language
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation

from config import environment as env
from hub.roles import TRANSLATORS
from news.models import NewsPage
from tests import content
from tests.editing import log_in
from translation import machine, memory
from translation.machine import MachineError, Outcome, reserve, translate
from translation.models import Concept, MachineBudget, MachineUse, Term, TranslationSettings
from translation.segments import Condition, segments_of, write

from .desk import desk_url, fill, publish, republish, segment_at, send, start

pytestmark = pytest.mark.django_db

RICH = '<p>Read <a href="https://example.org/x">this <b>R&amp;D</b> text</a> now</p><p>Second</p>'
BODY = [{"type": "text", "value": RICH, "id": "11111111-1111-4111-8111-111111111111"}]


@pytest.fixture
def user():
    log_in(TRANSLATORS, "anna")
    return get_user_model().objects.get(username="anna")


@pytest.fixture
def translation():
    return start(content.post("One two", body=BODY), "de")


@pytest.fixture
def dummy(settings):
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {"CLASS": "translation.providers.Dummy"}


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


def targets(translation):
    return [segment.target for segment in segments_of(translation)]


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


def test_only_given_texts_are_translated(translation, user, dummy):
    translate(translation, user=user, segments=[segment_at(translation, "title")])
    assert [bool(target) for target in targets(translation)] == [True, False, False, False]


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
    assert outcome.failures == ["The budget of this month for German is used up: 6 characters are left."]
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


# What readers are told

TOLD = "A machine has translated parts of this page, and nobody has checked these yet."


def is_told(client, page):
    with in_language(page.language):
        return gettext(TOLD) in client.get(page.get_url()).content.decode()


def test_readers_are_told_until_somebody_has_checked(
    translation, user, dummy, client, django_capture_on_commit_callbacks
):
    translate(translation, user=user)
    page = publish(translation, django_capture_on_commit_callbacks)
    assert is_told(client, page)
    for segment in segments_of(translation):
        write(translation, segment, segment.target, user=user)
    page = publish(translation, django_capture_on_commit_callbacks)
    assert not is_told(client, page)


def test_readers_are_not_told_what_is_not_so(translation, client, django_capture_on_commit_callbacks):
    fill(translation)
    assert not is_told(client, publish(translation, django_capture_on_commit_callbacks))


def test_a_draft_does_not_change_what_readers_are_told(
    translation, user, dummy, client, django_capture_on_commit_callbacks
):
    translate(translation, user=user)
    page = publish(translation, django_capture_on_commit_callbacks)
    for segment in segments_of(translation):
        write(translation, segment, segment.target, user=user)
    republish(NewsPage.objects.get(translated_from=""), source_label="Somewhere")
    assert is_told(client, page)


def test_the_network_may_want_readers_not_to_be_told(
    translation, user, dummy, client, django_capture_on_commit_callbacks
):
    translate(translation, user=user)
    page = publish(translation, django_capture_on_commit_callbacks)
    choice = TranslationSettings.load()
    choice.tell_readers = False
    choice.save()
    machine.mark_again.func()
    assert not is_told(client, page)
    choice.tell_readers = True
    choice.save()
    machine.mark_again.func()
    assert is_told(client, page)


def test_it_costs_readers_nothing(translation, user, dummy, client, django_capture_on_commit_callbacks):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries(page):
        client.get(page.get_url())
        with CaptureQueriesContext(connection) as captured:
            client.get(page.get_url())
        return len(captured)

    fill(translation)
    before = queries(publish(translation, django_capture_on_commit_callbacks))
    StringTranslation.objects.update(translation_type="machine")
    page = publish(translation, django_capture_on_commit_callbacks)
    assert page.machine_translated
    assert queries(page) == before


# The providers, against servers that speak as they do


@pytest.fixture
def server():
    """A server whose `answer` a test sets; it keeps what was asked of it."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            self.server.asked.append((self.command, self.path, dict(self.headers), body))
            status, answer = self.server.answer(self.command, self.path, body)
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - as the server calls them

        def log_message(self, *args):
            pass

    made = HTTPServer(("127.0.0.1", 0), Handler)
    made.asked = []
    made.url = f"http://127.0.0.1:{made.server_port}"
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def configure(monkeypatch, settings, **values):
    for name in ("MACHINE_TRANSLATOR", "MACHINE_TRANSLATOR_KEY", "MACHINE_TRANSLATOR_URL"):
        monkeypatch.setenv(name, values.get(name, ""))
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = env.machine_translator(
        "MACHINE_TRANSLATOR", "MACHINE_TRANSLATOR_KEY", "MACHINE_TRANSLATOR_URL"
    )


@pytest.fixture
def libre(monkeypatch, settings, server):
    configure(monkeypatch, settings, MACHINE_TRANSLATOR="libretranslate", MACHINE_TRANSLATOR_URL=server.url)
    return server


@pytest.fixture
def deepl(monkeypatch, settings, server):
    configure(
        monkeypatch,
        settings,
        MACHINE_TRANSLATOR="deepl",
        MACHINE_TRANSLATOR_KEY="key",
        MACHINE_TRANSLATOR_URL=f"{server.url}/v2",
    )
    return server


def test_libretranslate_is_asked_as_it_wants_to_be(libre, translation, user):
    libre.answer = lambda method, path, body: (
        200,
        {"translatedText": [text.replace("Second", "Zweitens") for text in json.loads(body)["q"]]},
    )
    assert translate(translation, user=user) == Outcome(machine=4)
    [(method, path, _headers, body)] = libre.asked
    sent = json.loads(body)
    assert (method, path) == ("POST", "/translate")
    assert (sent["source"], sent["target"], sent["format"]) == ("en", "de", "html")
    assert "Zweitens" in targets(translation)


def test_deepl_gets_the_key_the_markup_and_the_glossary(deepl, translation, user):
    concept = Concept.objects.create()
    for code, text in (("en", "text"), ("de", "Text")):
        Term.objects.create(concept=concept, locale=Locale.objects.get(language_code=code), text=text)

    def answer(method, path, body):
        if path == "/v2/translate":
            return 200, {"translations": [{"text": text} for text in parse_qs(body)["text"]]}
        if method == "GET":
            return 200, {"glossaries": [{"name": "hub en de old", "glossary_id": "old"}]}
        return (204, b"") if method == "DELETE" else (201, {"glossary_id": "new"})

    deepl.answer = answer
    assert translate(translation, user=user).machine == 4
    assert [(method, path) for method, path, *_rest in deepl.asked] == [
        ("GET", "/v2/glossaries"),
        ("DELETE", "/v2/glossaries/old"),
        ("POST", "/v2/glossaries"),
        ("POST", "/v2/translate"),
    ]
    assert parse_qs(deepl.asked[2][3])["entries"] == ["text\tText"]
    _method, _path, headers, body = deepl.asked[3]
    assert headers["Authorization"] == "DeepL-Auth-Key key"
    assert parse_qs(body)["glossary_id"] == ["new"]
    assert any('<a id="a1">this <b>R&amp;D</b> text</a>' in text for text in parse_qs(body)["text"])


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((500, {}), "refused the texts (500)"),
        ((403, {"message": "Quota"}), "refused the texts (403)"),
        ((200, b"<html>"), "gave an answer that cannot be read"),
        ((200, {"translatedText": ["one"], "translations": [{"text": "one"}]}), "gave an answer that cannot be read"),
        ((200, []), "gave an answer that cannot be read"),
        ((200, {"translatedText": None, "translations": None}), "gave an answer that cannot be read"),
    ],
)
@pytest.mark.parametrize("kind", ["libre", "deepl"])
def test_a_bad_answer_is_a_sentence(kind, answer, sentence, translation, user, request):
    request.getfixturevalue(kind).answer = lambda method, path, body: answer
    outcome = translate(translation, user=user)
    assert outcome.machine == 0
    assert [sentence in failure for failure in outcome.failures] == [True]
    assert not StringTranslation.objects.exists()
    assert MachineUse.objects.get().characters == 0


def test_a_server_that_is_not_there_is_a_sentence(libre, translation, user, settings):
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR["OPTIONS"]["LIBRETRANSLATE_URL"] = "http://127.0.0.1:1"
    assert translate(translation, user=user).failures == ["LibreTranslate could not be reached."]


def test_a_server_that_sleeps_is_a_sentence(libre, translation, user, settings):
    import time

    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR["OPTIONS"]["TIMEOUT"] = 0.2

    def answer(method, path, body):
        time.sleep(0.6)
        return 200, {}

    libre.answer = answer
    assert translate(translation, user=user).failures == ["LibreTranslate did not answer in time."]


def test_a_language_pair_that_is_none(libre, user):
    locale = Locale.objects.get(language_code="de")
    with override("en"), pytest.raises(MachineError, match="does not translate from German into German"):
        machine.provider().translate(["x"], locale, locale)


# The settings


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"MACHINE_TRANSLATOR": "babelfish"},
            'MACHINE_TRANSLATOR must be one of deepl, libretranslate, dummy, not "bab',
        ),
        ({"MACHINE_TRANSLATOR": "deepl"}, "MACHINE_TRANSLATOR_KEY is missing"),
        ({"MACHINE_TRANSLATOR": "libretranslate"}, "MACHINE_TRANSLATOR_URL is missing"),
        ({"MACHINE_TRANSLATOR": "libretranslate", "MACHINE_TRANSLATOR_URL": "ftp://x"}, "must start with one of http"),
        ({"MACHINE_TRANSLATOR": "libretranslate", "MACHINE_TRANSLATOR_URL": "http://x/?a=1"}, 'without "?"'),
        ({"MACHINE_TRANSLATOR_KEY": "x"}, "MACHINE_TRANSLATOR_KEY has no effect"),
        (
            {"MACHINE_TRANSLATOR": "dummy", "MACHINE_TRANSLATOR_URL": "http://x"},
            "MACHINE_TRANSLATOR_URL has no effect",
        ),
    ],
)
def test_a_malformed_setting_stops_the_start(values, sentence, monkeypatch, settings):
    with pytest.raises(env.SettingError) as error:
        configure(monkeypatch, settings, **values)
    assert sentence in str(error.value)


def test_the_settings_name_the_machine(monkeypatch, settings):
    configure(monkeypatch, settings)
    assert machine.provider() is None
    configure(monkeypatch, settings, MACHINE_TRANSLATOR="DeepL", MACHINE_TRANSLATOR_KEY="x:fx")
    assert machine.provider().name == "DeepL"
    assert machine.provider()._translator.get_api_endpoint() == "https://api-free.deepl.com/v2/translate"
