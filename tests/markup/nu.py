"""The Nu HTML checker of the W3C (https://validator.github.io/validator/), from npm's registry."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import io
import json
import subprocess
import tarfile
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tests.elasticsearch.server import CACHE, java

VERSION = "26.9.27"
ADDRESS = f"https://registry.npmjs.org/vnu-jar/-/vnu-jar-{VERSION}.tgz"
SHA512 = "TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA=="
JAR = CACHE / f"vnu-{VERSION}.jar"


def missing() -> str:
    """What this machine lacks, and how to get it; empty if nothing."""
    return "" if java() else "Java was not found; on Debian and Ubuntu: apt-get install default-jre-headless"


def fetch() -> Path:
    """The program, fetched (30 MB) if need be. Raises OSError if it cannot be had, ValueError if it is another."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not JAR.exists():
            with urllib.request.urlopen(ADDRESS, timeout=120) as response:
                package = response.read()
            if base64.b64encode(hashlib.sha512(package).digest()).decode() != SHA512:
                raise ValueError(f"{ADDRESS} is not the file that it was.")
            with tarfile.open(fileobj=io.BytesIO(package)) as files:
                program = files.extractfile("package/build/dist/vnu.jar")
                assert program
                JAR.with_suffix(".new").write_bytes(program.read())
            JAR.with_suffix(".new").rename(JAR)
    return JAR


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
