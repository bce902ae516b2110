"""What the README and the documentation point to exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_relative_links_lead_to_files(text):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text.read_text())
    assert [link for link in links if "://" not in link and not (text.parent / link).exists()] == []
