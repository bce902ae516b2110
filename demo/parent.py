"""For processes that work for another one, and know nothing of the hub."""

import multiprocessing
import os
import threading


def end_with_parent() -> None:
    """Have this process end when the one that started it does: killed, that one cannot say so."""
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
