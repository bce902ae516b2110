"""Runs the tests in groups: `python -m tests.run`, which is what `make test` calls.

    python -m tests.run                  all groups but those on request
    python -m tests.run lint types       these groups (or `make test GROUPS="lint types"`)

Groups run beside each other, as the longest mostly wait; what one prints is shown when it ends. A group that this
machine cannot run is said in one line with how to get it; with CI=true in the environment it fails.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from config.catalogs import compile_catalogs
from tests.elasticsearch.server import missing, running
from tests.keycloak.server import missing as keycloak_missing
from tests.markup import nu
from tests.postgresql import missing as postgresql_missing
from tests.postgresql import running as running_postgresql
from tests.postgresql import tool

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
TOOLS = Path(PYTHON).parent
PYTEST = [PYTHON, "-m", "pytest"]
# A file's tests share what was made for them, and are begun in the order in which they were collected.
PARALLEL = [*PYTEST, "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
UNIT = "not browser and not elasticsearch and not keycloak and not markup"
ON_REQUEST = {"all-on-postgresql"}  # groups that run only when they are named
AT_ONCE = 4  # groups that run beside each other
# What an installation in production would have, for checks that look at that.
PRODUCTION = {
    "SECRET_KEY": "ab1cd2ef3gh4ij5kl6mn7op8" * 3,
    "BASE_URL": "https://hub.example.eu",
    "EMAIL_URL": "smtp+tls://hub:secret@mail.example.eu",
    "DEBUG": "",
}


class Missing(Exception):  # noqa: N818 - not an error of the group's own
    """The machine lacks what a group needs; the message says what, and how to get it."""


def main(names: list[str]) -> int:
    """Run the groups and return the exit status: 0 if none failed."""
    if unknown := [name for name in names if name not in GROUPS]:
        print(f"There is no group {unknown[0]}: choose from {', '.join(GROUPS)}.", file=sys.stderr)
        return 2
    if len(names) == 1:
        passed, result = run(names[0])
        print(result)
        return int(not passed)
    compile_catalogs()  # once, and not in every group
    names = [name for name in GROUPS if name in (names or GROUPS.keys() - ON_REQUEST)]
    results = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = {pool.submit(run_aside, name): name for name in names}
        for done in as_completed(waiting):
            output, passed = done.result()
            print(f"\n== {waiting[done]}\n{output}", flush=True)
            results[waiting[done]] = passed, output.rpartition("\n")[2]
    print("\n== Summary")
    for name in names:
        print(f"{name:<15}{results[name][1]}", flush=True)
    return int(not all(passed for passed, _result in results.values()))


def run(name: str) -> tuple[bool, str]:
    """Run one group here; return whether it may count as passed, and what the summary says of it."""
    start = time.monotonic()
    try:
        passed = GROUPS[name]()
    except subprocess.CalledProcessError as error:
        return False, f"FAILED: {error}"
    except Missing as missing:
        fails = os.environ.get("CI") == "true"
        return not fails, f"{'FAILED: ' if fails else ''}not run, {missing}"
    return passed, f"{'passed' if passed else 'FAILED':<8}{time.monotonic() - start:6.1f} s"


def run_aside(name: str) -> tuple[str, bool]:
    """Run one group in a process of its own, beside others; return what it printed, and whether it passed."""
    print(f"-- {name} starts", flush=True)
    # The browser's tests say what a reader waits for: what else runs gives way to them.
    polite = [] if name == "browser" else ["nice"]
    command = [*polite, PYTHON, "-m", "tests.run", name]
    done = subprocess.run(
        command, cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    return done.stdout.rstrip(), done.returncode == 0


def call(*command: str | Path, **environment: str) -> bool:
    """Run a command in the project's folder, and say whether it succeeded."""
    with tempfile.TemporaryDirectory(prefix="hub-") as data:
        variables = os.environ | {"DATA_DIR": data} | environment
        # Compiling all modules in each of some thirty processes would take minutes.
        variables.pop("PYTHONDONTWRITEBYTECODE", None)
        return subprocess.run([str(part) for part in command], cwd=ROOT, env=variables, check=False).returncode == 0


def manage(*arguments: str) -> bool:
    return call(PYTHON, "manage.py", *arguments, **PRODUCTION)


def browser() -> bool:
    """The main job in a real browser, on a hub that was started for it."""
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        raise Missing("Chromium was not found; on Debian and Ubuntu: apt-get install chromium")
    return call(*PYTEST, "-m", "browser", "tests/browser")


def markup() -> bool:
    """Every type of page before the W3C's HTML checker."""
    if reason := nu.missing():
        raise Missing(reason)
    nu.fetch()
    return call(*PYTEST, "-m", "markup", "tests/markup")


def keycloak() -> bool:
    """Logging in by OpenID Connect, with a real Keycloak."""
    if reason := keycloak_missing():
        raise Missing(reason)
    return call(*PYTEST, "-m", "keycloak", "tests/keycloak")


def postgresql() -> bool:
    """What depends on the database, on PostgreSQL."""
    with temporary_cluster() as url:
        return call(*PYTEST, "-m", "postgresql", TEST_DATABASE_URL=url)


def all_on_postgresql() -> bool:
    """The tests of the group `unit` on PostgreSQL."""
    with temporary_cluster() as url:
        return call(*PARALLEL, "-m", UNIT, TEST_DATABASE_URL=url)


def elasticsearch() -> bool:
    """What depends on the search engine, on a real Elasticsearch server."""
    if reason := missing():
        raise Missing(reason)
    with running() as server:
        return call(*PARALLEL, "-m", "elasticsearch", TEST_ELASTICSEARCH_URL=server.url)


def postgresql_control() -> str:
    """The path of PostgreSQL's pg_ctl. Raises Missing."""
    if reason := postgresql_missing():
        raise Missing(reason)
    return tool("pg_ctl")


@contextlib.contextmanager
def temporary_cluster() -> Iterator[str]:
    """Start a PostgreSQL server of our own in a temporary folder, and yield its address. Raises Missing."""
    postgresql_control()
    with running_postgresql() as server:
        yield server.url


GROUPS: dict[str, Callable[[], bool]] = {
    "format": lambda: call(TOOLS / "ruff", "format", "--check", "."),
    "lint": lambda: call(TOOLS / "ruff", "check", "."),
    "types": lambda: call(TOOLS / "mypy"),
    "imports": lambda: call(TOOLS / "lint-imports"),
    "checks": lambda: manage("check", "--deploy", "--fail-level", "WARNING"),
    "migrations": lambda: manage("makemigrations", "--check", "--dry-run"),
    "translations": lambda: call(PYTHON, "-m", "config.catalogs", "check"),
    "elasticsearch": elasticsearch,
    "unit": lambda: call(*PARALLEL, "-m", UNIT),
    "markup": markup,
    "keycloak": keycloak,
    "browser": browser,
    "postgresql": postgresql,
    "all-on-postgresql": all_on_postgresql,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
