"""What every answer carries, and which files are served."""

import pytest
from django.conf import settings


@pytest.fixture
def media(settings, tmp_path):
    tmp_path = tmp_path / "media"
    tmp_path.mkdir()
    settings.MEDIA_ROOT = tmp_path
    for name in ("images/a.webp", "documents/secret.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"data")
    (tmp_path / "shortcut").symlink_to(tmp_path / "documents")
    (tmp_path.parent / "outside.txt").write_bytes(b"data")
    (tmp_path / "outside.txt").symlink_to(tmp_path.parent / "outside.txt")


def test_the_process_says_that_it_lives_without_a_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_public_pages_allow_no_inline_code(client):
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_pictures_are_served_and_may_be_cached(client, media):
    response = client.get("/media/images/a.webp")
    assert b"".join(response.streaming_content) == b"data"
    assert "max-age" in response["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "documents/secret.pdf",
        "./documents/secret.pdf",
        "images/../documents/secret.pdf",
        "../media/documents/secret.pdf",
        "%2e%2e/media/documents/secret.pdf",
        "images/%2e%2e/documents/secret.pdf",
        "documents//secret.pdf",
        "DOCUMENTS/secret.pdf",
        "shortcut/secret.pdf",
        "outside.txt",
        "../outside.txt",
        ".",
        "a\0b",
        "missing.png",
        "/documents/secret.pdf",
        "a" * 300,
        "a/" * 3000,
    ],
)
@pytest.mark.django_db
def test_documents_are_never_served_by_their_file(client, media, path):
    assert client.get(f"/media/{path}").status_code in {302, 404}


def test_the_worker_has_the_jobs_that_it_can_import():
    from django.utils.module_loading import import_string

    for path, seconds in settings.WORKER_JOBS:
        assert callable(import_string(path))
        assert seconds > 0
