"""What tests take from public registries, fetched once into `.cache/` and compared with its known hash."""

from __future__ import annotations

import fcntl
import hashlib
import urllib.request
from pathlib import Path

CACHE = Path(__file__).resolve().parent.parent / ".cache"


def fetched(address: str, sha512: str) -> Path:
    """The file at an address. Raises OSError if it cannot be had, ValueError if it is not what it was."""
    CACHE.mkdir(exist_ok=True)
    file = CACHE / address.rpartition("/")[2]
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            with urllib.request.urlopen(address, timeout=120) as response:
                content = response.read()
            if hashlib.sha512(content).hexdigest() != sha512:
                raise ValueError(f"{address} is not the file that it was.")
            file.with_suffix(".new").write_bytes(content)
            file.with_suffix(".new").rename(file)
    return file
