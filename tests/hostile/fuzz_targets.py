"""Three targets for a fuzzer: a text, an annotator with made-up tags, a page before it is parsed.

Run one for some seconds: ``python tests/hostile/fuzz_targets.py clean 60`` (with ``models``, ``service`` and ``tests``
on ``PYTHONPATH``). It ends with an error at the first input that raises or takes longer than a second, and leaves that
input in ``tests/hostile/crashes/``, where a test reads it ever after.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from ainoi import Annotator, Article, EmptyTextError
from ainoi.clean import clean
from ainoi.marks import inside
from ainoi.tokens import tokenize
from ainoi_service.html import most_attributes
from hostile.made_up_tags import with_made_up_tags
from hostile.promises import check_offsets
from hostile.shapes import SHAPES

LONGEST = 1.0
"""Seconds of computing for one input of some kilobytes."""
CRASHES = Path(__file__).with_name("crashes")


@cache
def _annotators() -> list[Annotator]:
    annotator = Annotator.load(threads=1)
    return [with_made_up_tags(annotator, seed=seed) for seed in range(4)]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def clean_text(data: bytes) -> None:
    """Shadow, furniture, repeats, tokens and marks; every shadow offset leads into the text."""
    text = _text(data)
    cleaned = clean(text, _annotators()[0]._pack.furniture)
    spans = tokenize(cleaned.text)
    inside(cleaned.text)
    for start, end in spans:
        first, last = cleaned.shadow.to_source(start, end)
        assert 0 <= first < last <= len(text)


def annotate_text(data: bytes) -> None:
    """The whole way of an article with made-up tags."""
    text = _text(data[1:])
    annotator = _annotators()[(data[0] if data else 0) % 4]
    try:
        result = annotator.annotate(Article(id="a", text=text, title=text[:60], date=text[-10:] or None))
    except EmptyTextError:
        return
    check_offsets(text, result)


def scan_page(data: bytes) -> None:
    """What is counted in a page before a child process reads it."""
    assert 0 <= most_attributes(_text(data), stop_at=100) <= 100


TARGETS: dict[str, Callable[[bytes], None]] = {"clean": clean_text, "annotate": annotate_text, "page": scan_page}


def timed(target: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """The target, with an error for an input that takes too long."""

    def run(data: bytes) -> None:
        began = time.process_time()
        target(data)
        assert time.process_time() - began < LONGEST, "too slow"

    return run


def main() -> None:
    """Fuzz the target named on the command line, starting from the hostile shapes."""
    import atheris

    name, seconds = sys.argv[1], sys.argv[2]
    _annotators()
    with tempfile.TemporaryDirectory() as corpus:
        for number, shape in enumerate(SHAPES.values()):
            Path(corpus, str(number)).write_bytes(shape(200).encode("utf-8", "replace"))
        options = [f"-max_total_time={seconds}", "-max_len=4096", f"-artifact_prefix={CRASHES}/{name}-", "-seed=1"]
        atheris.Setup([sys.argv[0], *options, corpus], timed(TARGETS[name]))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
