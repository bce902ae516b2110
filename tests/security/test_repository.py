"""No secret is in the repository, and everything that is installed is pinned."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SECRETS = re.compile(
    rb"""-----BEGIN[ ](?:[A-Z]+[ ])?PRIVATE[ ]KEY-----
    | \b(?:AKIA|ASIA)[0-9A-Z]{16}\b                     # Amazon
    | \bgh[pousr]_[A-Za-z0-9]{36,}                      # GitHub
    | \bglpat-[A-Za-z0-9_-]{20,}                        # GitLab
    | \bxox[abprs]-[A-Za-z0-9-]{10,}                    # Slack
    | \bsk_live_[A-Za-z0-9]{20,}                        # Stripe
    | \b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}:fx\b  # DeepL
    | \b(?:postgres|postgresql|redis|rediss|smtp\+tls|s3)://[^\s:/"'`{$]+:(?!pass|secret)[!-?A-z|~]{8,}@
    """,
    re.VERBOSE,
)


def test_no_tracked_file_has_a_secret():
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")
    files = [path for name in names if name and (path := ROOT / name.decode()).is_file()]
    assert len(files) > 500
    found = {str(path.relative_to(ROOT)): SECRETS.findall(path.read_bytes()) for path in files}
    assert {name: secrets for name, secrets in found.items() if secrets} == {}


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN " + "RSA PRIVATE KEY-----",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "ghp_" + "a1" * 18,
        "redis://hub:" + "jK9mPq2wXz@cache:6379/0",
    ],
)
def test_a_secret_would_be_found(text):
    assert SECRETS.search(text.encode())


@pytest.mark.parametrize("name", sorted(path.name for path in ROOT.glob("requirements*.txt")))
def test_every_package_is_pinned_with_its_hash(name):
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "-r", "-c"))]
    assert lines
    assert [line[:60] for line in lines if not re.match(r"[\w.\[\],-]+==\S+.*--hash=sha256:", line)] == []
