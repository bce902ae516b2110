"""Files in a bucket: everything that works with folders works without any."""

import io
import zipfile
from contextlib import ExitStack
from datetime import timedelta
from urllib.request import Request, urlopen

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from moto.server import ThreadedMotoServer
from wagtail.images.tests.utils import get_test_image_file
from wagtail.images.utils import generate_signature
from wagtail.models import Collection, CollectionViewRestriction

from config import environment as env
from hub import backup, doctor
from hub.models import HubDocument, HubImage
from hub.share_pictures import SharePicture
from search.attachments import read_waiting
from tests.editing import log_in
from translation.files import uploads
from translation.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    # All such servers of a process have the same buckets.
    urlopen(Request(f"http://{host}:{port}/moto-api/reset", method="POST")).close()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def bucket(server, settings, monkeypatch, tmp_path):
    """An empty bucket that the hub keeps its files in, while its folders cannot be written."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("MEDIA_STORAGE", f"s3://hub?endpoint={server}&region=eu-central-1")
    connection = boto3.resource("s3", endpoint_url=server, region_name="eu-central-1")
    found = connection.Bucket("hub")
    found.create(CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = settings.DATA_DIR = tmp_path / "file"
    settings.STORAGES = settings.STORAGES | env.media_storages("MEDIA_STORAGE")
    monkeypatch.setattr(Job._meta.get_field("result"), "storage", storages["private"])
    yield found
    found.objects.all().delete()
    found.delete()


def names(bucket):
    return sorted(each.key for each in bucket.objects.all())


def body(response):
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def test_pictures_are_made_and_served_and_originals_are_not(bucket, client):
    image = HubImage.objects.create(title="Bridge", file=get_test_image_file("bridge.png", size=(640, 480)))
    signature = generate_signature(image.pk, "width-100|format-webp", key=None)
    assert body(client.get(f"/pictures/{signature}/{image.pk}/width-100%7Cformat-webp/"))[8:12] == b"WEBP"
    original, made = "media/original_images/bridge.png", "media/images/bridge.width-100.format-webp.webp"
    assert sorted([original, made]) == names(bucket)
    url = image.get_rendition("width-100|format-webp").url
    assert url == "/media/images/bridge.width-100.format-webp.webp"
    answer = client.get(url)
    assert body(answer)[8:12] == b"WEBP"
    assert answer["Content-Type"] == "image/webp"
    assert client.get(url, headers={"if-modified-since": answer["Last-Modified"]}).status_code == 304
    for path in ("original_images/bridge.png", "images/nothing.png", "images/", "images", "images/../documents/a.pdf"):
        assert client.get(f"/media/{path}").status_code in {302, 404}, path
    for key in names(bucket):
        grants = bucket.Object(key).Acl().grants
        assert [grant for grant in grants if "URI" in grant["Grantee"]] == []


def test_an_editor_uploads_a_picture_and_sees_it(bucket):
    client = log_in()
    file = SimpleUploadedFile("bridge.png", get_test_image_file(size=(64, 48)).file.getvalue(), "image/png")
    collection = Collection.get_first_root_node().pk
    added = client.post("/admin/images/add/", {"title": "Bridge", "file": file, "collection": collection})
    assert added.status_code == 302
    image = HubImage.objects.get()
    assert (image.width, image.height, default_storage.exists(image.file.name)) == (64, 48, True)
    assert client.get(f"/admin/images/{image.pk}/").status_code == 200
    assert client.get("/admin/images/").status_code == 200


def test_documents_are_read_through_the_view_that_asks_who_may(bucket, client):
    document = HubDocument.objects.create(title="Plan", file=ContentFile(b"tram and bridge", "plan.txt"))
    assert names(bucket) == ["media/documents/plan.txt"]
    assert body(client.get(document.url)) == b"tram and bridge"
    assert client.get("/media/documents/plan.txt").status_code == 404
    assert read_waiting() == 1
    assert document.search_text.text.split() == ["tram", "and", "bridge"]
    CollectionViewRestriction.objects.create(collection=document.collection, restriction_type="login")
    assert client.get(document.url).status_code == 302


def test_pictures_for_shared_links_are_drawn_once(bucket, client):
    url = SharePicture("Water", "Hub").url
    first = body(client.get(url))
    (name,) = names(bucket)
    made = bucket.Object(name).last_modified
    assert body(client.get(url)) == first
    assert bucket.Object(name).last_modified == made


def test_files_of_translators_lie_where_every_machine_finds_them(bucket, monkeypatch):
    token = uploads.store(SimpleUploadedFile("a.po", b"msgid"))
    with uploads.created() as (other, target):
        target.write(b"one\ntwo\n")
    with uploads.opened(token) as file:
        assert file.read() == b"msgid"
    with uploads.opened(other) as file:
        file.seek(4)
        assert list(file) == [b"two\n"]
    uploads.drop(other)
    assert names(bucket) == [f"private/translation-uploads/{token}"]
    with pytest.raises(FileNotFoundError):
        uploads.opened(other)
    later = (timezone.now() + timedelta(days=2)).timestamp()
    monkeypatch.setattr(uploads.time, "time", lambda: later)
    new = uploads.store(SimpleUploadedFile("b.po", b"msgid"))
    assert names(bucket) == [f"private/translation-uploads/{new}"]


def test_a_zip_from_a_translator_is_read(bucket):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.po", "msgid")
    with uploads.opened(uploads.store(SimpleUploadedFile("a.zip", packed.getvalue()))) as file:
        assert zipfile.ZipFile(file).read("a.po") == b"msgid"


def test_results_of_jobs_are_downloaded(bucket):
    client = log_in()
    job = Job.objects.create(kind=Job.Kind.EXPORT, user_id=client.session["_auth_user_id"], finished_at=timezone.now())
    job.result.save("files.zip", ContentFile(b"PK"))
    assert names(bucket) == ["private/translation-jobs/files.zip"]
    with job.result.open() as file:
        assert file.read() == b"PK"


def test_a_backup_has_the_files_and_gives_them_back(bucket):
    HubDocument.objects.create(title="Plan", file=ContentFile(b"tram", "plan.txt"))
    default_storage.save("images/made.webp", ContentFile(b"made"))
    storages["private"].save("translation-jobs/1.zip", ContentFile(b"PK"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        assert backup.write_files(archive, print) == 2
    bucket.objects.all().delete()
    with zipfile.ZipFile(packed) as archive, ExitStack() as stored:
        backup.read_files(archive, stored)
        assert names(bucket) == ["media/documents/plan.txt", "private/translation-jobs/1.zip"]
        assert list(backup.stored_files("media")) == ["media/documents/plan.txt"]
    assert names(bucket) == []


def test_the_doctor_finds_what_an_upload_has_left_behind(bucket, monkeypatch):
    assert list(doctor.left_over_files()) == []
    HubDocument.objects.create(title="Plan", file=ContentFile(b"tram", "plan.txt"))
    default_storage.save("documents/lost.txt", ContentFile(b"tram"))
    assert list(doctor.left_over_files()) == [], "it may be under way"
    monkeypatch.setattr(doctor, "UPLOADING", timedelta(seconds=-60))
    (problem,) = doctor.left_over_files()
    problem.mend()
    assert names(bucket) == ["media/documents/plan.txt"]


def test_the_doctor_says_what_is_missing_and_that_nothing_answers(bucket, settings, monkeypatch):
    document = HubDocument.objects.create(title="Plan", file=ContentFile(b"tram", "plan.txt"))
    assert list(doctor.uploads()) == []
    document.file.storage.delete(document.file.name)
    (problem,) = doctor.uploads()
    assert "documents/plan.txt" in problem.sentence
    monkeypatch.setenv("MEDIA_STORAGE", "s3://hub?endpoint=http://127.0.0.1:9&region=eu-central-1")
    settings.STORAGES = settings.STORAGES | env.media_storages("MEDIA_STORAGE")
    (problem,) = doctor.uploads()
    assert "does not answer" in problem.sentence
