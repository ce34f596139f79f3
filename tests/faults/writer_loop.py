"""Writers to be killed: for each line "MODE FIRST" on its standard input, a process that stores articles one by one.

``writer_loop.py URL`` prints "pid N", then the id of each article once it is stored, then "dead" when the writer is.
Mode ``full`` has a person check each article, which is on the disk then; ``normal`` only stores it.
"""

from __future__ import annotations

import os
import sys
from itertools import count

from ainoi import AnnotatedArticle, Article
from ainoi_service.store import corrections
from ainoi_service.store.engine import open_store
from ainoi_service.store.ingest import prepared, put
from fake_annotator import FakeAnnotator
from faults.stored_once import article


def write(url: str, mode: str, first: int) -> None:
    """Store articles from ``first`` on, for ever."""
    store = open_store(url)
    annotator = FakeAnnotator()
    for number in count(first):
        given = Article(**article(number))
        [annotated] = annotator.annotate_batch([prepared(given)])
        assert isinstance(annotated, AnnotatedArticle)
        stored = put(store, given, annotated)
        if mode == "full":
            assert corrections.mark(store, annotated.quotes[0].id, "right") is not None
        os.write(1, f"{number} {stored.id}\n".encode())


def main(url: str) -> None:
    """One writer after the other. They are forked, for starting Python takes longer than they live."""
    for line in sys.stdin:
        mode, first = line.split()
        pid = os.fork()
        if pid == 0:
            write(url, mode, int(first))
        os.write(1, f"pid {pid}\n".encode())
        os.waitpid(pid, 0)
        os.write(1, b"dead\n")


if __name__ == "__main__":
    main(sys.argv[1])
