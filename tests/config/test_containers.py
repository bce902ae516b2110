"""The image and the compose file, as far as they can be checked without an engine."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("release", "web-1", "web-2", "worker-1", "worker-2")
NOT_OURS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


def documented():
    """The settings that docs/settings.md names."""
    cells = re.findall(r"^\| (`[^|]*) \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([A-Z_]+)`", cell)}


def instruction(name):
    """What follows an instruction in JSON, in the last stage."""
    return json.loads(re.findall(rf"^(?:HEALTHCHECK .*\\\n +)?{name} (\[.*\])$", DOCKERFILE, re.MULTILINE)[-1])


def test_every_setting_that_is_read_is_documented_and_no_other():
    calls = re.findall(r"env\.\w+\(([^)]*)\)", (ROOT / "config" / "settings.py").read_text())
    assert {name for call in calls for name in re.findall(r'"([A-Z][A-Z_]+)"', call)} == documented()


def test_containers_get_settings_that_exist():
    given = set(re.findall(r"^(?:ENV|   ) ([A-Z_]+)=", DOCKERFILE, re.MULTILINE))
    for service in OURS:
        given |= SERVICES[service]["environment"].keys()
    assert {"DATA_DIR", "STATIC_ROOT", "DATABASE_URL"} <= given
    assert given - documented() - NOT_OURS == set()


def test_every_setting_can_be_given_to_our_containers():
    decided = {"DATA_DIR", "DEBUG", "PORT", "STATIC_ROOT"}
    for service in OURS:
        left = documented() - SERVICES[service]["environment"].keys() - decided
        assert {name for name in left if not name.startswith("ELASTICSEARCH_")} == set()


def test_no_secret_is_in_the_files():
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if value is None:
                continue  # what the environment has
            if re.search(r"KEY|PASSWORD|SECRET", name):
                assert re.fullmatch(r"\$\{[A-Z_]+:\?[^}]+\}", value), name
            assert not re.search(r"://[^/@]*:[^/@]+@", re.sub(r"\$\{[^}]*\}", "", str(value))), name
    assert not re.search(r"(PASSWORD|TOKEN)=", DOCKERFILE)


def test_our_containers_have_nothing_to_write_but_data_and_no_rights():
    assert "\nUSER 10001\n" in DOCKERFILE.rpartition("\nFROM ")[2]
    for name in OURS:
        service = SERVICES[name]
        assert service["read_only"] is True
        assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
        assert {entry.partition(":")[0] for entry in service["tmpfs"]} == {"/tmp", "/data"}
        assert "volumes" not in service, "it has state of its own"


def test_every_service_says_whether_it_is_well():
    assert "/healthz" in " ".join(instruction("CMD")) or "HEALTHCHECK" in DOCKERFILE
    for name, service in SERVICES.items():
        if name.startswith("web"):
            assert "healthcheck" not in service, "the image's own"
        elif name != "release":
            assert service["healthcheck"]["test"], name


def in_the_image(path):
    patterns = [line for line in (ROOT / ".dockerignore").read_text().split("\n") if line and line[0] != "#"]
    return not any(
        Path(part).match(pattern.removeprefix("**/")) for part in [path.split("/")[0], path] for pattern in patterns
    )


@pytest.fixture
def image(tmp_path):
    """A folder like the image's, built by the Dockerfile's own commands."""
    folder = tmp_path / "hub"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for path in filter(in_the_image, listed.splitlines()):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, folder / path)
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("python", "granian"):
        script = f'#!/bin/sh\nexec {Path(sys.executable).parent / name} "$@"\n'
        (folder / ".venv" / "bin" / name).write_text(script)
        (folder / ".venv" / "bin" / name).chmod(0o755)
    build = re.findall(r"^RUN ((?:.*\\\n)*.*)", DOCKERFILE, re.MULTILINE)[1].replace("/hub/", f"{folder}/")
    build = build.replace("/tmp/build", str(tmp_path / "build"))
    subprocess.run(["sh", "-c", build], cwd=folder, env=environment(), check=True)
    return folder


def environment(**more):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | more


def read_only(folder, command):
    """The command where nothing in the folder can be written: root has to be kept from it by a mount."""
    if os.geteuid():
        subprocess.run(["chmod", "-R", "a-w", folder], check=True)
        return command
    mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd "$0" && exec "$@"'
    return ["unshare", "--mount", "sh", "-c", mount, folder, *command]


@pytest.mark.long
def test_the_image_runs_from_a_source_tree_that_cannot_be_written(image, tmp_path, migrated_database):
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(migrated_database, data / "hub.sqlite3")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    variables = dict(re.findall(r"([A-Z_]+)=(\S+)", re.search(r"^ENV ((?:.*\\\n)*.*)", DOCKERFILE, re.MULTILINE)[1]))
    variables |= {
        "PATH": f"{image}/.venv/bin:{os.environ['PATH']}", "DATA_DIR": str(data), "PORT": port,
        "STATIC_ROOT": variables["STATIC_ROOT"].replace("/hub", str(image)), "SECRET_KEY": "k" * 50,
        "ALLOWED_HOSTS": "hub.example.eu",
    }  # fmt: skip
    variables = environment() | variables
    release = SERVICES["release"]["command"]
    before = sorted(image.rglob("*"))
    subprocess.run(read_only(image, release), cwd=image, env=variables, check=True, stdout=subprocess.DEVNULL)
    serve = [port if part == "8000" else part for part in instruction("CMD")]
    server = subprocess.Popen(read_only(image, serve), cwd=image, env=variables)
    try:
        health = re.search(r"^HEALTHCHECK .*\\\n +CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[1]
        end = time.monotonic() + 60
        while subprocess.run(
            json.loads(health.replace("8000", port)), env=variables, check=False, capture_output=True
        ).returncode:
            assert server.poll() is None, "the web server has ended"
            assert time.monotonic() < end, "the health check never succeeds"
            time.sleep(0.2)
        page = urlopen(f"http://127.0.0.1:{port}/en/", timeout=20).read().decode()
        sheet = re.search(r'href="(/static/[^"]+\.css)"', page)[1]
        assert urlopen(f"http://127.0.0.1:{port}{sheet}", timeout=20).status == 200
        once = [*SERVICES["worker-1"]["command"], "--once"]
        subprocess.run(read_only(image, once), cwd=image, env=variables, check=True)
    finally:
        server.terminate()
        server.wait(20)
    assert sorted(image.rglob("*")) == before
