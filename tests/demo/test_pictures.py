"""The pictures are drawn for real, and the same every time."""

import io
import os
import subprocess
import sys
import time

import pytest
from PIL import Image

from demo.pictures import MOTIFS, PALETTES, logo, picture, portrait


def opened(content):
    return Image.open(io.BytesIO(content)).convert("RGB")


ORDER = """
import multiprocessing, os, time
from concurrent.futures import ProcessPoolExecutor
from demo.parent import end_with_parent
pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=end_with_parent)
print(pool.submit(os.getpid).result(), flush=True)
time.sleep(60)
"""


def is_there(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_who_draws_ends_with_who_ordered():
    with subprocess.Popen([sys.executable, "-c", ORDER], stdout=subprocess.PIPE) as loading:
        draws = int(loading.stdout.readline())
        assert is_there(draws)
        loading.kill()
    end = time.monotonic() + 10
    while is_there(draws) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_there(draws)


@pytest.mark.parametrize("motif", MOTIFS)
def test_a_picture_has_many_colours_and_is_small(motif):
    content = picture(motif, "news/a-work", palette=1)
    image = opened(content)
    assert image.size == (1600, 1000)
    assert len(image.resize((160, 100)).getcolors(16000)) > 200
    assert len(content) < 250_000


def test_the_same_work_gets_the_same_picture_and_another_work_another():
    first = picture("streets", "news/one")
    assert first == picture("streets", "news/one")
    assert first != picture("streets", "news/two")


def test_each_main_theme_has_colours_of_its_own():
    assert len({picture("sun", "news/one", palette) for palette in range(len(PALETTES))}) == len(PALETTES)


@pytest.mark.parametrize("painter", [logo, portrait])
def test_marks_are_square_and_repeatable(painter):
    assert opened(painter("somebody")).size == (480, 480)
    assert painter("somebody") == painter("somebody")
    assert painter("somebody") != painter("somebody-else")
