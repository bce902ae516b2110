"""All benchmarks, one after the other: `python -m bench --works 20000`, which is what `make bench` calls.

Prints the name of each, and its figures as JSON. Each makes its data in a temporary folder. The machine should do
nothing else meanwhile.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--works", type=int, default=20_000, help="size of corpus, site and desk")
    parser.add_argument("--bakerydemo", help="a checkout to compare pages with, see bench.pages")
    options = parser.parse_args()
    works, beside = str(options.works), ["--bakerydemo", options.bakerydemo] if options.bakerydemo else []
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as place:
        few, many, desk, demonstration = (str(Path(place) / name) for name in ("few", "many", "desk", "demonstration"))
        run(demonstration, "-c", "from config.start import prepare; prepare()")
        run(few, "-m", "bench.site", "--works", "100")
        run(many, "-m", "bench.site", "--works", works)
        for folder in (few, many):
            run(folder, "manage.py", "search_rebuild")
        for name, folder, arguments in (
            ("pages", demonstration, beside),
            ("conference", demonstration, []),
            ("cold", many, [few, many]),
            ("readers", many, []),
            ("editors", many, []),
            ("search", many, ["--works", works]),
            ("memory", many, []),
            ("desk", desk, ["--works", works]),
        ):
            print(f"== {name}", flush=True)
            run(folder, "-m", f"bench.{name}", *arguments, out=None)


def run(folder: str, *arguments: str, out: int | None = subprocess.DEVNULL) -> None:
    """Runs Python with its data in a folder; what it tells beside its figures is left out. Raises SystemExit."""
    Path(folder).mkdir(exist_ok=True)
    environment = os.environ | {"DATA_DIR": folder, "DEBUG": "1"}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=environment, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr[-3000:]}")


if __name__ == "__main__":
    main()
