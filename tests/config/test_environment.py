"""Settings from the environment: read rightly, or refused in one sentence that names the setting."""

import os
import runpy
import subprocess
import sys

import pytest

from config import environment as env

BAD = [
    ("DEBUG", "perhaps"),
    ("PORT", "eighty"),
    ("PORT", "70000"),
    ("SECRET_KEY", "short"),
    ("ALLOWED_HOSTS", "https://hub.example.eu"),
    ("BASE_URL", "hub.example.eu"),
    ("BASE_URL", "https://hub.example.eu/sub/folder"),
    ("BASE_URL", "https://hub.example.eu:port"),
    ("DATABASE_URL", "mysql://user@host/hub"),
    ("DATABASE_URL", "postgres://user@host"),
    ("DATABASE_URL", "hub.sqlite3"),
    ("DATABASE_URL", "postgres://user@host:5432x/hub"),
    ("ELASTICSEARCH_URL", "host:9200"),
    ("ELASTICSEARCH_URL", "https://one:9200,ftp://other:9200"),
    ("ELASTICSEARCH_URL", "https://hub:secret@one:9200,someone:else@other:9200"),
    ("ELASTICSEARCH_URL", "https://one:9200/?pretty"),
    ("ELASTICSEARCH_API_KEY", "a2V5"),
    ("ELASTICSEARCH_INDEX", "Hub"),
    ("CACHE_URL", "memcache"),
    ("CACHE_URL", "redis://"),
    ("CACHE_URL", "file://"),
    ("EMAIL_URL", "mail.example.eu"),
    ("EMAIL_URL", "smtp://"),
    ("DATA_DIR", "/dev/null/data"),
    ("LANGUAGES", "en,xx"),
    ("LANGUAGES", "en,de,en"),
    ("TIME_ZONE", "Europe/Nowhere"),
    ("LOG_FORMAT", "xml"),
    ("MEDIA_STORAGE", "https://s3.example.eu/bucket"),
    ("MEDIA_STORAGE", "s3://"),
    ("MEDIA_STORAGE", "s3://bucket/folder"),
    ("MEDIA_STORAGE", "s3://bucket?secret=a"),
    ("MEDIA_STORAGE", "s3://bucket?endpoint=s3.example.eu"),
    ("METRICS_PORT", "prometheus"),
    ("METRICS_PORT", "0.0.0.0:"),
    ("METRICS_PORT", "127.0.0.1:70000"),
    ("SENTRY_DSN", "https://sentry.example.eu"),
    ("SLOW_QUERY_MS", "0"),
    ("SEARCHES_PER_MINUTE", "-1"),
    ("SUGGESTIONS_PER_MINUTE", "many"),
    ("PASSWORDS_PER_MINUTE", "1.5"),
    ("PROXIES", "two"),
    ("REQUIRE_SECOND_FACTOR", "editors"),
    ("SEARCH_OUTBOX_MAX_AGE", "soon"),
    ("SECURITY_CONTACT", "the editors"),
    ("SECURITY_CONTACT", "http://hub.example.eu/security"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_malformed_setting_is_refused_in_one_sentence_that_names_it(name, value, tmp_path, monkeypatch):
    for variable, content in {"DATA_DIR": str(tmp_path), "SECRET_KEY": "k" * 50, name: value}.items():
        monkeypatch.setenv(variable, content)
    with pytest.raises(env.SettingError) as refusal:
        runpy.run_path("config/settings.py")
    assert_one_sentence(refusal.value.code, naming=name)


@pytest.mark.parametrize(("base_url", "secure"), [("https://hub.example.eu", True), ("http://hub.example.eu", False)])
def test_an_address_with_https_is_never_left_for_http(base_url, secure, tmp_path, monkeypatch):
    for variable, content in {"DATA_DIR": str(tmp_path), "SECRET_KEY": "k" * 50, "BASE_URL": base_url}.items():
        monkeypatch.setenv(variable, content)
    monkeypatch.delenv("DEBUG", raising=False)
    found = runpy.run_path("config/settings.py")
    assert found["SECURE_SSL_REDIRECT"] is secure
    assert bool(found["SECURE_HSTS_SECONDS"]) is secure
    cookies = [found[f"{name}_COOKIE_SECURE"] for name in ("SESSION", "CSRF", "LANGUAGE")]
    assert cookies == [secure] * 3
    assert found["SESSION_COOKIE_SAMESITE"] == found["CSRF_COOKIE_SAMESITE"] == "Lax"


def test_a_missing_secret_key_ends_the_start_with_one_sentence_that_names_it(tmp_path):
    environment = os.environ | {"DATA_DIR": str(tmp_path), "SECRET_KEY": ""}
    result = load_settings(environment)
    assert (result.returncode, result.stdout) == (1, "")
    assert_one_sentence(result.stderr.removesuffix("\n"), naming="SECRET_KEY")


def test_settings_load_with_nothing_but_a_key(tmp_path):
    result = load_settings(os.environ | {"DATA_DIR": str(tmp_path), "SECRET_KEY": "k" * 50})
    assert (result.returncode, result.stderr) == (0, "")


def test_the_key_in_the_data_folder_serves_where_the_environment_has_none(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    (tmp_path / "secret-key").write_text("k" * 60)
    assert env.secret("SECRET_KEY", file=tmp_path / "secret-key", development=False) == "k" * 60


def test_the_first_language_listed_is_the_default_one(monkeypatch):
    monkeypatch.setenv("LANGUAGES", "de, en")
    assert [code for code, _ in env.languages("LANGUAGES", "en")] == ["de", "en"]


def test_every_official_language_of_the_union_can_be_set(monkeypatch):
    codes = "bg,cs,da,de,el,en,es,et,fi,fr,ga,hr,hu,it,lt,lv,mt,nl,pl,pt,ro,sk,sl,sv"
    monkeypatch.setenv("LANGUAGES", codes)
    assert [code for code, _ in env.languages("LANGUAGES", "en")] == codes.split(",")


def test_a_postgresql_address_is_taken_apart(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://hub:p%40ss@db.example.eu:5433/know?sslmode=require")
    config = env.database("DATABASE_URL", default=tmp_path / "hub.sqlite3")
    assert (config["USER"], config["PASSWORD"], config["HOST"], config["PORT"], config["NAME"]) == (
        "hub", "p@ss", "db.example.eu", 5433, "know",
    )  # fmt: skip
    assert config["OPTIONS"]["sslmode"] == "require"
    assert config["CONN_HEALTH_CHECKS"]


def test_the_default_database_lies_in_the_data_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert env.database("DATABASE_URL", default=tmp_path / "hub.sqlite3")["NAME"] == str(tmp_path / "hub.sqlite3")


@pytest.mark.parametrize(
    ("url", "port", "use_tls", "use_ssl"),
    [
        ("smtp://mail.example.eu", 25, False, False),
        ("smtp+tls://user:pass@mail.example.eu", 587, True, False),
        ("smtp+ssl://user:pass@mail.example.eu:4650", 4650, False, True),
    ],
)
def test_a_mail_server_is_reached_as_its_address_says(monkeypatch, url, port, use_tls, use_ssl):
    monkeypatch.setenv("EMAIL_URL", url)
    options = env.mailer("EMAIL_URL")["OPTIONS"]
    assert (options["port"], options["use_tls"], options["use_ssl"]) == (port, use_tls, use_ssl)


@pytest.mark.parametrize(
    ("url", "urls", "user", "password"),
    [
        ("http://localhost", ("http://localhost:9200",), "", ""),
        (
            "https://hub:p%40ss@es1:9201, es2,https://es3:9243/behind/proxy/",
            ("https://es1:9201", "https://es2:9200", "https://es3:9243/behind/proxy"),
            "hub",
            "p@ss",
        ),
    ],
)
def test_elasticsearch_may_have_several_nodes_and_one_user(monkeypatch, url, urls, user, password):
    monkeypatch.setenv("ELASTICSEARCH_URL", url)
    found = elasticsearch()
    assert (found["urls"], found["user"], found["password"]) == (urls, user, password)


def test_elasticsearch_takes_a_key_and_certificates(monkeypatch, tmp_path):
    monkeypatch.setenv("ELASTICSEARCH_URL", "https://es1:9200")
    monkeypatch.setenv("ELASTICSEARCH_API_KEY", "a2V5")
    monkeypatch.setenv("ELASTICSEARCH_CA_CERTS", str(tmp_path / "ca.pem"))
    with pytest.raises(env.SettingError, match="ELASTICSEARCH_CA_CERTS"):
        elasticsearch()
    (tmp_path / "ca.pem").touch()
    found = elasticsearch()
    assert (found["api_key"], found["ca_certs"]) == ("a2V5", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("ELASTICSEARCH_URL", "https://hub:secret@es1:9200")
    with pytest.raises(env.SettingError, match="ELASTICSEARCH_API_KEY"):
        elasticsearch()


def test_without_an_address_there_is_no_elasticsearch(monkeypatch):
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    assert elasticsearch() is None


def elasticsearch():
    return env.elasticsearch("ELASTICSEARCH_URL", "ELASTICSEARCH_API_KEY", "ELASTICSEARCH_CA_CERTS")


def load_settings(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of its own, as every command does."""
    return subprocess.run(
        [sys.executable, "-c", "import config.settings"], env=environment, capture_output=True, text=True, check=False
    )


def assert_one_sentence(text: str, *, naming: str) -> None:
    assert "\n" not in text
    assert text.startswith(f"The setting {naming} ")
    assert text.endswith(".")
