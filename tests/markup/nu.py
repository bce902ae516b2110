"""The Nu HTML checker of the W3C (https://validator.github.io/validator/), from npm's registry."""

from __future__ import annotations

import json
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

from tests.elasticsearch.server import java
from tests.fetched import CACHE, fetched

VERSION = "26.9.27"
ADDRESS = f"https://registry.npmjs.org/vnu-jar/-/vnu-jar-{VERSION}.tgz"
SHA512 = (
    "4e441de4315f39a582f5e6edbe8cd3b2b1f655aa1dde3620faface791133217c"
    "417b12f3f7ead2d8336d8e7efe44f5226618258b44a0860057e9125135e6b428"
)


def missing() -> str:
    """What this machine lacks, and how to get it; empty if nothing."""
    return "" if java() else "Java was not found; on Debian and Ubuntu: apt-get install default-jre-headless"


def fetch() -> Path:
    """The program, fetched (30 MB) if need be. Raises OSError if it cannot be had, ValueError if it is another."""
    jar = CACHE / f"vnu-{VERSION}.jar"
    if not jar.exists():
        with tarfile.open(fetched(ADDRESS, SHA512)) as files:
            program = files.extractfile("package/build/dist/vnu.jar")
            assert program
            jar.with_suffix(".new").write_bytes(program.read())
        jar.with_suffix(".new").rename(jar)
    return jar


def check(pages: Mapping[str, str], folder: Path) -> list[str]:
    """Errors and warnings in HTML pages, by their names, a sentence each. `folder` is where they are written."""
    names = {}
    for number, (name, html) in enumerate(pages.items()):
        file = folder / f"{number}.html"
        file.write_text(html)
        names[file.as_uri()] = name
    home = java()
    assert home
    command = [home / "bin/java", "-Xss2m", "-jar", fetch(), "--format", "json", *folder.glob("*.html")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    messages = json.loads(done.stderr)["messages"]
    return [
        f"{names[message['url'].replace('file:/', 'file:///', 1) if '///' not in message['url'] else message['url']]}:"
        f" {message['message']} {message.get('extract', '')[:160]}"
        for message in messages
        if message["type"] in ("error", "non-document-error") or message.get("subType") == "warning"
    ]
