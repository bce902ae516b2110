"""The machines that can be chosen, against servers that speak as they do, and the settings that choose one."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from django.utils.translation import override
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation

from config import environment as env
from translation import machine
from translation.machine import MachineError, Outcome, translate
from translation.models import Concept, MachineUse, Term

from .conftest import targets

pytestmark = pytest.mark.django_db


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


@pytest.fixture
def term():
    concept = Concept.objects.create()
    for code, text in (("en", "text"), ("de", "Text")):
        Term.objects.create(concept=concept, locale=Locale.objects.get(language_code=code), text=text)


def test_deepl_gets_the_key_the_markup_and_the_glossary(deepl, translation, user, term, settings):
    settings.BASE_URL = "https://hub.test"
    copies = ("hub https://hub.test en de old", "old"), ("hub https://other.test en de x", "other"), ("Mine", "mine")

    def answer(method, path, body):
        if path == "/v2/translate":
            return 200, {"translations": [{"text": text} for text in parse_qs(body)["text"]]}
        if method == "GET":
            return 200, {"glossaries": [{"name": name, "glossary_id": pk} for name, pk in copies]}
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


def test_a_glossary_is_looked_up_once_for_a_work_and_is_no_hindrance(deepl, translation, user, term, monkeypatch):
    monkeypatch.setattr(machine, "TEXTS", 1)

    def answer(method, path, body):
        if path == "/v2/translate":
            assert "glossary_id" not in parse_qs(body)
            return 200, {"translations": [{"text": text} for text in parse_qs(body)["text"]]}
        return 456, {"message": "Too many glossaries"}

    deepl.answer = answer
    assert translate(translation, user=user) == Outcome(machine=4)
    assert [path for _method, path, *_rest in deepl.asked] == ["/v2/glossaries", *["/v2/translate"] * 4]


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
