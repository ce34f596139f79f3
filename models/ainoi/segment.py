"""Words of a text, for encoders that were trained on word-segmented text (PhoBERT reads ``Tổng_thống``).

A segmenter is a function, chosen by its name in the model's configuration. What it finds decides only which subwords
the encoder reads; tokens and offsets do not depend on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from ainoi.errors import ModelFolderError

Segmenter = Callable[[str], list[tuple[int, int]]]
"""Half-open character spans of the words of a text, in order, none overlapping; a word may hold white space."""

NONE, UNDERTHESEA = "none", "underthesea"
SEGMENTERS = (NONE, UNDERTHESEA)
"""The names that a configuration may give."""

_LINE = re.compile(r"[^\n]+")
_RUN = re.compile(r"\S{1,48}")
"""underthesea's expressions are quadratic in text without blanks (16,000 characters: 80 s): longer runs are cut."""

_RUNS_AT_ONCE = 256


def load_segmenter(name: str) -> Segmenter | None:
    """The segmenter of that name, None for ``none``.

    Raises ModelFolderError for a name that is none of :data:`SEGMENTERS`, and where its package is not installed.
    """
    if name == NONE:
        return None
    if name != UNDERTHESEA:
        raise ModelFolderError(f"there is no segmenter {name!r}; there are {', '.join(SEGMENTERS)}")
    try:
        from underthesea import word_tokenize  # type: ignore[import-untyped]
    except ModuleNotFoundError as error:
        raise ModelFolderError(
            f"the encoder reads words, which underthesea finds: pip install 'ainoi[segment]' ({error})"
        ) from error

    def split(runs: str) -> list[str]:
        # Its normalization respells syllables (hoà, hòa), and then nothing would fit the text.
        words: list[str] = word_tokenize(runs, use_token_normalize=False)
        return words

    return lambda text: list(words_of(text, split))


def words_of(text: str, split: Callable[[str], list[str]]) -> Iterator[tuple[int, int]]:
    """Where the words stand that ``split`` finds in the lines of ``text``.

    ``split`` gets runs of visible characters with one space between them and returns words, their syllables with one
    space between them. Where it returns other characters than it got, no word is found.
    """
    for line in _LINE.finditer(text):
        runs = [match.span() for match in _RUN.finditer(text, *line.span())]
        for i in range(0, len(runs), _RUNS_AT_ONCE):
            some = runs[i : i + _RUNS_AT_ONCE]
            yield from _placed(some, split(" ".join(text[start:end] for start, end in some)))


def _placed(runs: Sequence[tuple[int, int]], words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Spans of ``words``, which hold the visible characters of ``runs`` in order."""
    places = [place for start, end in runs for place in range(start, end)]
    sizes = [len(word) - word.count(" ") for word in words]
    if sum(sizes) != len(places):
        return
    done = 0
    for size in sizes:
        if size:
            yield places[done], places[done + size - 1] + 1
        done += size
