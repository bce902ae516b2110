"""What both engines hold of a work, made in other processes if there are many."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from search import index_documents
from search.analysis import stem
from search.index_documents import IndexDocument, analysed, index_document
from search.works import WorkDocument, WorkText

WORKS = [
    WorkDocument(str(number), "news", (WorkText("de", number, f"/{number}/", f"Städte {number}", body="Straßen"),))
    for number in range(500)
]
BROKEN = WorkDocument("broken", "news", (WorkText("de", 1, "/1/", None),))  # type: ignore[arg-type]


def test_a_document_has_stems_and_words_as_they_are_written():
    document = index_document(WORKS[7])
    assert document.texts["exact_de"] == ["stadte 7", "strassen"]
    assert document.texts["title_de"] == [f"{stem('Stadt', 'de')} 7"]
    assert document.digest == WORKS[7].digest


def test_few_works_are_passed_on_as_they_are():
    assert list(analysed([WORKS[:10], WORKS[10:20]], 20)) == WORKS[:20]


def test_other_processes_make_the_same_documents_in_the_same_order(monkeypatch):
    monkeypatch.setattr(index_documents, "MANY", 1)
    made = list(analysed([WORKS[:300], [], WORKS[300:]], len(WORKS)))
    assert made == [index_document(work) for work in WORKS]


def test_a_work_that_cannot_be_analysed_comes_back(monkeypatch):
    monkeypatch.setattr(index_documents, "MANY", 1)
    first, broken, last = analysed([[WORKS[0], BROKEN, WORKS[1]]], 3)
    assert broken == BROKEN
    assert isinstance(first, IndexDocument)
    assert isinstance(last, IndexDocument)


def test_works_come_back_when_the_other_processes_are_killed(monkeypatch):
    monkeypatch.setattr(index_documents, "MANY", 1)
    coming = analysed([WORKS] * 20, 20 * len(WORKS))
    first = next(coming)
    for process in multiprocessing.active_children():
        process.kill()
    keys = [work.key for work in (first, *coming)]
    assert keys == [work.key for work in WORKS] * 20


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")
def test_no_process_outlives_the_one_that_started_it():
    code = """
import itertools, time
from search import index_documents
from tests.search.test_index_documents import WORKS
if __name__ == "__main__":
    for number, _document in enumerate(index_documents.analysed(itertools.repeat(WORKS), 10**6)):
        if number == 0:
            print("begun", flush=True)
            time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "begun\n"
        children = _children(parent.pid)
        assert children
        os.kill(parent.pid, signal.SIGKILL)
    end = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in children):
        assert time.monotonic() < end
        time.sleep(0.05)


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]
