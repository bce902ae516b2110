"""What size costs a page that nobody has read: `python -m bench.cold FEW MANY`. Prints JSON, in milliseconds.

FEW and MANY are folders that `python -m bench.site` has filled, with `DATA_DIR` and, for a site on PostgreSQL, with
`DATABASE_URL`; such a site is given as FOLDER,URL. A web server with one process answers for each, and reads and
renders everything anew for every page, as for the first one after a change. One connection asks the two in turn, so
that other load meets both alike; the ratio of their p99 is what the figure is about.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import time
import urllib.request
import uuid
from collections.abc import Iterator

from bench.pages import collect_static, free_port, serving
from bench.search import spread

LANGUAGES = "en,bg,cs,da,de,el,es,et,fi,fr,ga,hr,hu,it,lt,lv,mt,nl,pl,pt,ro,sk,sl,sv"


@contextlib.contextmanager
def site(place: str) -> Iterator[str]:
    """A server for what is at a place; gives its address."""
    folder, _comma, database = place.partition(",")
    port = free_port()
    environment = os.environ | {
        "DATA_DIR": folder,
        "DATABASE_URL": database,
        "LANGUAGES": LANGUAGES,
        "DEBUG": "",
        "SECRET_KEY": uuid.uuid4().hex * 2,
        "BASE_URL": f"http://127.0.0.1:{port}",
        "EMAIL_URL": "smtp://127.0.0.1:25",
        "DJANGO_SETTINGS_MODULE": "bench.uncached",
        "FORGETFUL": "1",
    }
    collect_static(environment)
    with serving("config.wsgi:application", port, 1, env=environment):
        yield f"http://127.0.0.1:{port}"


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        text: str = answer.read().decode()
    return text


def posts(base: str, number: int) -> list[str]:
    """Paths of English posts, at random."""
    found = re.findall(r"<loc>[^<]*(/en/news/[^<]+)</loc>", get(f"{base}/sitemaps/en-1.xml"))
    return random.choices(found, k=number)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("few")
    parser.add_argument("many")
    parser.add_argument("--times", type=int, default=300)
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        bases = {name: stack.enter_context(site(getattr(options, name))) for name in ("few", "many")}
        paths = {
            name: {
                "post": posts(base, options.times),
                "listing": ["/en/news/"] * options.times,
                "hub": ["/en/hubs/a-hub/"] * options.times,
                "home": ["/en/"] * options.times,
            }
            for name, base in bases.items()
        }
        figures = {}
        for page in paths["few"]:
            times: dict[str, list[float]] = {"few": [], "many": []}
            for turn in range(-10, options.times):  # the first ten only warm up
                for name, base in bases.items():
                    start = time.perf_counter()
                    get(base + paths[name][page][turn])
                    if turn >= 0:
                        times[name].append(time.perf_counter() - start)
            spreads = {name: spread(found) for name, found in times.items()}
            ratios = {at: round(spreads["many"][at] / spreads["few"][at], 2) for at in ("p50", "p99")}
            figures[page] = spreads | {"many over few": ratios}
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
