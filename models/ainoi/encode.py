"""Tokens to subwords and back: what the encoder reads, for any tokenizer, in windows over long articles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from ainoi.segment import Segmenter
from ainoi.tokenizer import SubwordTokenizer

LONGEST_STRETCH = 64
"""Subwords kept of one token and the white space behind it: a page may hold blank lines by the thousand."""

LONGEST_WORD = 64
"""Characters in one word; a longer one is read token by token, for merging byte pairs is quadratic."""

MOST_REMEMBERED = 100_000
"""Words whose subwords a tokenizer without offsets may remember: an archive has no last word."""

_BLANK = re.compile(r"\s")
_BLANKS = re.compile(r"\s\s")
_CONTINUED = "@@"


@dataclass(frozen=True)
class Encoding:
    """An article as the encoder reads it.

    ``subwords``: ``[n]`` ids without special tokens. ``first_subword``: ``[tokens]``, index into ``subwords`` of the
    first subword of each token, not decreasing.
    """

    subwords: np.ndarray
    first_subword: np.ndarray


@dataclass(frozen=True)
class Window:
    """A stretch of an article that fits the encoder: tokens ``first:last``, of which ``kept_first:kept_last`` are its
    own and the others context it shares with its neighbours."""

    first: int
    last: int
    kept_first: int
    kept_last: int

    def own(self, read: Any) -> Any:
        """The states of the window's own tokens, of those of all its tokens: an array or a tensor, ``[tokens or more,
        size]``."""
        return read[self.kept_first - self.first : self.kept_last - self.first]


@dataclass(frozen=True)
class Row:
    """A window as an encoder reads it.

    ``subwords``: ``[n]`` ids, start and end included. ``firsts``: ``[tokens]``, the position of each token's first
    subword, not decreasing; at least one.
    """

    subwords: np.ndarray
    firsts: np.ndarray


class Encoder:
    """Turns texts with their tokens into subwords: with a fast tokenizer's offsets, or token by token without them.

    With a segmenter, the tokens of a word are joined by underscores before the tokenizer reads them.
    """

    def __init__(self, tokenizer: SubwordTokenizer, segmenter: Segmenter | None = None) -> None:
        self._tokenizer = tokenizer
        self._segmenter = segmenter
        self.start_id: int = _first_id(tokenizer.cls_token_id, tokenizer.bos_token_id)
        self.end_id: int = _first_id(tokenizer.sep_token_id, tokenizer.eos_token_id)
        self.mask_id: int = _first_id(tokenizer.mask_token_id, tokenizer.unk_token_id)
        self.pad_id: int = _first_id(tokenizer.pad_token_id)

    def encode(self, texts: Sequence[str], tokens: Sequence[Sequence[tuple[int, int]]]) -> list[Encoding]:
        """One encoding for each text; ``tokens`` are half-open character spans in text order.

        The first subword of a token is the one that holds its first character.
        """
        if not self._tokenizer.is_fast:
            return [_bounded(self._by_unit(text, spans)) for text, spans in zip(texts, tokens, strict=True)]
        if self._segmenter is not None:
            texts = [self._joined(text, spans) for text, spans in zip(texts, tokens, strict=True)]
        encoded = self._tokenizer.backend_tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [
            _bounded(_by_offsets(np.asarray(item.ids, dtype=np.int64), np.asarray(item.offsets, dtype=np.int64), spans))
            for item, spans in zip(encoded, tokens, strict=True)
        ]

    def _units(self, text: str, tokens: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
        """Half-open spans that are tokenized one by one: words of whole tokens, and the tokens outside them.

        A word is left aside if one of its borders lies inside a token, or if it has more than one blank in one place.
        """
        if self._segmenter is None:
            return tokens
        first_of = {start: i for i, (start, _) in enumerate(tokens)}
        last_of = {end: i + 1 for i, (_, end) in enumerate(tokens)}
        units: list[tuple[int, int]] = []
        done = 0
        for start, end in self._segmenter(text):
            first, last = first_of.get(start, -1), last_of.get(end, -1)
            if done <= first < last and end - start <= LONGEST_WORD and not _BLANKS.search(text, start, end):
                units.extend(tokens[done:first])
                units.append((start, end))
                done = last
        units.extend(tokens[done:])
        return units

    def _joined(self, text: str, tokens: Sequence[tuple[int, int]]) -> str:
        """``text`` with an underscore for each blank inside a word, as long as it was."""
        pieces = []
        done = 0
        for start, end in self._units(text, tokens):
            pieces += [text[done:start], _BLANK.sub("_", text[start:end])]
            done = end
        return "".join([*pieces, text[done:]])

    def _by_unit(self, text: str, tokens: Sequence[tuple[int, int]]) -> Encoding:
        ids: list[int] = []
        ends: list[int] = []
        for start, end in self._units(text, tokens):
            word = _BLANK.sub("_", text[start:end])
            # What looks like a special subword in an article is only text.
            pieces = self._tokenizer.tokenize(word, split_special_tokens=True) or [str(self._tokenizer.unk_token)]
            ids.extend(self._tokenizer.convert_tokens_to_ids(pieces))
            ends.extend(start + size for size in _piece_ends(pieces, word))
        remembered = getattr(self._tokenizer, "cache", None)
        if isinstance(remembered, dict) and len(remembered) > MOST_REMEMBERED:
            remembered.clear()
        offsets = np.asarray([ends, ends], dtype=np.int64).T
        return _by_offsets(np.asarray(ids, dtype=np.int64), offsets, tokens)


def _piece_ends(pieces: Sequence[str], word: str) -> Iterator[int]:
    """How many characters of ``word`` are read at the end of each piece; all of them after the first if they do not
    spell the word."""
    spelled = [*(piece.removesuffix(_CONTINUED) for piece in pieces[:-1]), pieces[-1]]
    if "".join(spelled) != word:
        return iter([len(word)] * len(pieces))
    return accumulate(map(len, spelled))


def _by_offsets(ids: np.ndarray, offsets: np.ndarray, tokens: Sequence[tuple[int, int]]) -> Encoding:
    """The first subword of a token is the first that ends behind the token's start (its offsets may begin one space
    early, so a start says nothing)."""
    starts = np.asarray([start for start, _ in tokens], dtype=np.int64)
    ends = offsets[:, 1] if len(offsets) else np.zeros(0, dtype=np.int64)
    first = np.searchsorted(ends, starts, side="right")
    return Encoding(ids, np.minimum(first, max(0, len(ids) - 1)))


def _bounded(encoding: Encoding) -> Encoding:
    """The encoding with at most :data:`LONGEST_STRETCH` subwords from one token to the next, and before the first."""
    first = encoding.first_subword
    if not len(first):
        return encoding
    index = np.arange(len(encoding.subwords))
    token = np.maximum(np.searchsorted(first, index, side="right") - 1, 0)
    kept = (index - first[token] < LONGEST_STRETCH) & (index >= first[0] - LONGEST_STRETCH)
    return Encoding(encoding.subwords[kept], (np.cumsum(kept) - 1)[first])


def windows(encoding: Encoding, max_subwords: int, overlap: int) -> list[Window]:
    """Cut an article into windows of at most ``max_subwords``, neighbours sharing about ``overlap`` of them.

    One window where the article fits. Raises ValueError if ``overlap`` leaves no room to move on.
    """
    if not 0 <= 2 * overlap < max_subwords:
        raise ValueError(f"overlap must be less than half of the window: {overlap} of {max_subwords}")
    first_subword, subwords = encoding.first_subword, len(encoding.subwords)
    tokens = len(first_subword)
    if subwords <= max_subwords or not tokens:
        return [Window(0, tokens, 0, tokens)]
    bounds: list[tuple[int, int]] = []
    first = 0
    while True:
        reach = max_subwords + (int(first_subword[first]) if first else 0)
        if reach >= subwords or first == tokens - 1:
            bounds.append((first, tokens))
            break
        last = max(int(np.searchsorted(first_subword, reach, side="right")) - 1, first + 1)
        bounds.append((first, last))
        shared = int(np.searchsorted(first_subword, first_subword[last] - overlap, side="left"))
        first = min(max(shared, first + 1), last)
    cuts = [
        0,
        *((a_last + b_first) // 2 for (_, a_last), (b_first, _) in pairwise(bounds)),
        tokens,
    ]
    return [Window(first, last, cuts[i], cuts[i + 1]) for i, (first, last) in enumerate(bounds)]


def row_of(encoding: Encoding, window: Window, encoder: Encoder) -> Row:
    """A window between the tokenizer's start and end subwords. Raises ValueError for one without tokens."""
    first = encoding.first_subword[window.first : window.last]
    if not len(first):
        raise ValueError("a window must hold at least one token")
    more = encoding.first_subword[window.last :]
    start, end = int(first[0]), int(more[0]) if len(more) else len(encoding.subwords)
    start = 0 if window.first == 0 else start
    ids = encoding.subwords[start : max(end, start + 1)]
    return Row(np.concatenate([[encoder.start_id], ids, [encoder.end_id]]), first - start + 1)


def _first_id(*ids: int | None) -> int:
    return next((i for i in ids if i is not None), 0)
