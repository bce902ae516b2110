"""Times the translation memory: `python -m bench.memory --units 100000`. Prints JSON, in milliseconds.

Makes a database of its own, of titles and sentences from real vocabulary in the frequencies of life (see
`bench.corpus`), German to English. Looked up are texts that are there, texts of which one to three words are others,
and texts that nothing is like.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_folder = tempfile.TemporaryDirectory(prefix="bench-memory-")
os.environ["DATA_DIR"] = _folder.name

import django
from django.conf import settings

django.setup()
settings.DEBUG = False

from django.core.management import call_command
from django.db import connection
from wagtail.models import Locale

from bench.corpus import Vocabulary
from bench.search import spread
from translation.memory import add_units, concordance, lookup
from translation.models import MemoryImport


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=500)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    german, english = (Locale.objects.get_or_create(language_code=code)[0] for code in ("de", "en"))
    chance = random.Random(3)
    words = Vocabulary("de")
    texts = [words.text(chance, chance.choice([3, 7, 12, 18, 25])) for _number in range(options.units)]
    start = time.perf_counter()
    add_units(MemoryImport.objects.create(name="bench"), german, english, ((text, text.upper()) for text in texts))
    filling = time.perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def other(text: str) -> str:
        parts = text.split()
        for place in chance.sample(range(len(parts)), min(chance.randint(1, 3), len(parts) - 2)):
            parts[place] = words.telling(chance)
        return " ".join(parts)

    kinds: dict[str, Callable[[], str]] = {
        "exact": lambda: chance.choice(texts),
        "similar": lambda: other(chance.choice(texts)),
        "unlike any": lambda: words.text(chance, chance.choice([3, 7, 12, 18, 25])),
    }
    figures: dict[str, Any] = {
        "units": options.units,
        "filled, units a second": round(options.units / filling),
        "megabytes": round(Path(_folder.name, "hub.sqlite3").stat().st_size / 1e6),
    }
    found = 0
    for name, make in kinds.items():
        times = []
        for _number in range(options.queries):
            text = make()
            start = time.perf_counter()
            matches = lookup(text, source=german, target=english)
            times.append(time.perf_counter() - start)
            found += name == "similar" and bool(matches)
        figures[name] = spread(times)
    times = []
    for _number in range(50):
        start = time.perf_counter()
        concordance(words.telling(chance), source=german, target=english)
        times.append(time.perf_counter() - start)
    figures["concordance"] = spread(times)
    figures["similar ones found"] = f"{found}/{options.queries}"
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
