"""A real Keycloak server, from Maven's central repository: what networks of cities often log in with.

It keeps everything in memory and knows one realm, `network`, with the hub as a client and a few people.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.elasticsearch.server import free_port, java, kill_group
from tests.fetched import fetched

VERSION = "26.7.3"
ADDRESS = (
    f"https://repo1.maven.org/maven2/org/keycloak/keycloak-quarkus-dist/{VERSION}/keycloak-quarkus-dist-{VERSION}.zip"
)
SHA512 = (
    "15c764765576eef267cf15cc5225a5826b5394a25a83d9bfa5b8544e4bbba690"
    "cb743c9d384200b93bb71ee4c4a328e1dd8c0a00f822fd3e6e154f14b1e47216"
)
QUICK = "-XX:TieredStopAtLevel=1"  # the quick compiler alone: far less work to start
PASSWORD = "drei alte Esel singen"
CLIENT_ID, CLIENT_SECRET = "hub", "a secret of the tests"
CALLBACK = "http://testserver/admin/login/oidc/callback/"


def missing() -> str:
    """What this machine lacks, and how to get it; empty if nothing."""
    return "" if java() else "Java 21 or newer was not found; on Debian 13: apt-get install openjdk-21-jre-headless"


def realm() -> dict[str, object]:
    return {
        "realm": "network",
        "enabled": True,
        "sslRequired": "none",
        "clients": [
            {
                "clientId": CLIENT_ID,
                "secret": CLIENT_SECRET,
                "redirectUris": [CALLBACK],
                "standardFlowEnabled": True,
                "attributes": {"pkce.code.challenge.method": "S256"},
            }
        ],
        "users": [
            {
                "username": name,
                "email": f"{name}@example.org",
                "emailVerified": name != "unverified",
                "enabled": True,
                "firstName": name.capitalize(),
                "lastName": "Example",
                "credentials": [{"type": "password", "value": PASSWORD}],
            }
            for name in ("anna", "stranger", "unverified")
        ],
    }


@contextlib.contextmanager
def running() -> Iterator[str]:
    """A server that answers until the block ends; gives the address of the realm. Raises RuntimeError."""
    with tempfile.TemporaryDirectory(prefix="hub-keycloak-", ignore_cleanup_errors=True) as folder:
        with zipfile.ZipFile(fetched(ADDRESS, SHA512)) as files:
            files.extractall(folder)
        home, port = Path(folder) / f"keycloak-{VERSION}", free_port()
        (home / "data/import").mkdir(parents=True)
        (home / "data/import/network.json").write_text(json.dumps(realm()))
        log = Path(folder) / "log"
        command = ["bash", home / "bin/kc.sh", "start-dev", "--db=dev-mem", "--import-realm"]
        command += ["--http-host=127.0.0.1", f"--http-port={port}", "--cache=local"]
        options = {"JAVA_HOME": str(java()), "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m", "JAVA_OPTS_APPEND": QUICK}
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                env=os.environ | options,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            address = f"http://127.0.0.1:{port}/realms/network"
            wait(process, f"{address}/.well-known/openid-configuration", log)
            yield address
        finally:
            kill_group(process)


def wait(process: subprocess.Popen[bytes], address: str, log: Path, seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=10):
            return
        time.sleep(0.5)
    raise RuntimeError(f"Keycloak does not answer:\n{log.read_text(errors='replace')[-3000:]}")
