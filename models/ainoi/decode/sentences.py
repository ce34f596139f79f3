"""Where sentences end, as far as a mark or a new line tells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ainoi.decode.edges import CharSpan
from ainoi.tokens import TERMINALS

TokenSpan = tuple[int, int]


def lines_and_sentences(text: str, tokens: Sequence[CharSpan]) -> tuple[np.ndarray, np.ndarray]:
    """Number of the line and of the sentence in which each token stands, both ``[tokens]``.

    A sentence ends with its line, or at a full stop with a blank behind it.
    """
    new_line = np.zeros(len(tokens), dtype=np.int64)
    new_sentence = np.zeros(len(tokens), dtype=np.int64)
    for i in range(1, len(tokens)):
        (start, end), behind = tokens[i - 1], tokens[i][0]
        if end < behind:
            new_line[i] = "\n" in text[end:behind]
            new_sentence[i] = new_line[i] or text[start] in TERMINALS
    return new_line.cumsum(), new_sentence.cumsum()


def in_line(line: np.ndarray, contents: Sequence[TokenSpan], candidates: Sequence[TokenSpan]) -> np.ndarray:
    """``[contents, candidates]``: whether a candidate stands in a line that the content stands in.

    ``line``: as :func:`lines_and_sentences` gives it. Of 15,061 cues in gold and annotated articles 42 stand in
    another line.
    """
    first = line[[start for start, _ in contents]][:, None]
    last = line[[end - 1 for _, end in contents]][:, None]
    own = line[[start for start, _ in candidates]][None, :] if len(candidates) else np.zeros((1, 0), dtype=np.int64)
    return np.asarray((first <= own) & (own <= last))
