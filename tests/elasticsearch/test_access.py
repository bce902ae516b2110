"""Users, keys and certificates, on a server that asks for them."""

import base64
import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engines.elastic import Connection, ElasticEngine
from search.engines.protocol import EngineUnavailable
from tests.conformance.works import query, text, work
from tests.elasticsearch.server import Node, free_port, missing

pytestmark = pytest.mark.elasticsearch

SECURE = {
    "xpack.security.enabled": "true",
    "xpack.security.http.ssl.enabled": "true",
    "xpack.security.http.ssl.key": "key.pem",
    "xpack.security.http.ssl.certificate": "certificate.pem",
    "xpack.security.authc.realms.file.file1.order": "0",
}
# What docs/running.md asks for.
ROLE = """\
hub:
  cluster: [monitor]
  indices:
    - names: ["hub-*"]
      privileges: [manage, read, write]
"""


def password_hash(password: str) -> str:
    salt = b"0123456789abcdef" * 2
    derived = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 10_000, 32)
    return f"{{PBKDF2}}10000${base64.b64encode(salt).decode()}${base64.b64encode(derived).decode()}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A server with TLS and a user "hub", whose password is "open sesame"."""
    openssl = shutil.which("openssl")
    if reason := missing() or ("" if openssl else "openssl was not found"):
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("secure")
    config = folder / "config"
    config.mkdir()
    (config / "users").write_text(f"hub:{password_hash('open sesame')}\n")
    (config / "users_roles").write_text("hub:hub\n")
    (config / "roles.yml").write_text(ROLE)
    key, certificate = config / "key.pem", config / "certificate.pem"
    command = f"req -x509 -newkey rsa:2048 -nodes -days 2 -keyout {key} -out {certificate} -subj /CN=hub"
    subprocess.run(
        [openssl, *command.split(), "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True
    )
    node = Node(folder, free_port(), SECURE)
    try:
        node.start()
        node.wait()
        yield node
    finally:
        node.kill()


def engine(server: Node, certificates: Path | None = None, **access: str) -> ElasticEngine:
    certificates = certificates or server.folder / "config/certificate.pem"
    connection = Connection((server.url,), ca_certs=str(certificates), **access)
    return ElasticEngine(connection, "hub", ("en",))


def test_the_privileges_that_are_documented_are_enough(server):
    hub = engine(server, user="hub", password="open sesame")
    for _ in range(2):
        hub.rebuild([work(text("en", "Water"))])
    energy = work(text("en", "Energy"))
    hub.apply([energy])
    assert hub.search(query()).total == 2
    assert hub.suggest("ener", "en", 5)
    assert hub.similar(energy.key, "en", 5) == []
    assert hub.near_words("watre", "en", 5) == [("water", 1)]
    assert len(list(hub.digests())) == hub.status().documents == 2
    assert len(hub._reader.indices.get_alias(index="hub-*").body) == 2


@pytest.mark.parametrize("access", [{"user": "hub", "password": "guess"}, {"api_key": "bm86a2V5"}, {}])
def test_nobody_else_is_let_in(server, access):
    stranger = engine(server, **access)
    with pytest.raises(EngineUnavailable, match="401"):
        stranger.search(query("water"))
    assert "401" in stranger.status().error


def test_a_server_with_another_certificate_is_not_talked_to(server, tmp_path):
    other = tmp_path / "other.pem"
    key = tmp_path / "key.pem"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -keyout {key} -out {other} -subj /CN=other"
    subprocess.run(command.split(), check=True, capture_output=True)
    with pytest.raises(EngineUnavailable, match="certificate"):
        engine(server, other, user="hub", password="open sesame").search(query())
