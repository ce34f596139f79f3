"""A part of the index that never changes: the words of its quotes as one stream, and where each word stands in it.

The stream holds the number of every word of every quote, quote after quote, newest first, with ``GAP`` before the first
and behind each. The postings are the places in the stream sorted by word; since all spellings of a folded word have
neighbouring numbers, a folded word's postings are one slice, as an exact word's are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import Self

import numpy as np
import numpy.typing as npt

from ainoi_service.search.documents import Columns, Document, Ints
from ainoi_service.search.folding import fold
from ainoi_service.search.vocabulary import Vocabulary, Word, arrange

GAP = -1
"""Stands in the stream between two quotes, so that no phrase reaches from one into the next."""


@dataclass(frozen=True, eq=False)
class Segment:
    """Quotes ("documents", numbered from 0, newest first) with their words. ``T`` counts words, ``D`` documents.

    ``stream`` is ``[T + D + 1]``; ``positions`` and ``holders`` are ``[T]``: place in the stream and document of each
    word, sorted by word and then by place; those of word ``w`` begin at ``offsets[w]``. ``live`` is ``[D]``: false for
    documents that are gone. ``unclean``: words of a document that is gone must not stay in memory.
    """

    vocabulary: Vocabulary
    stream: Ints
    positions: Ints
    holders: Ints
    offsets: npt.NDArray[np.int64]
    columns: Columns
    live: npt.NDArray[np.bool_]
    unclean: bool = False

    @classmethod
    def of(cls, batches: Iterable[Sequence[Document]]) -> Self | None:
        """The documents of all batches; None if there are none. Only one batch is held at a time."""
        number_of: defaultdict[str, int] = defaultdict(count().__next__)
        words: list[Ints] = []
        lengths: list[Ints] = []
        columns: list[Columns] = []
        for batch in batches:
            if not batch:
                continue
            texts = [document.exact.split() for document in batch]
            lengths.append(np.fromiter(map(len, texts), dtype=np.int32, count=len(texts)))
            words.append(np.fromiter(map(number_of.__getitem__, chain.from_iterable(texts)), dtype=np.int32))
            columns.append(Columns.of(batch))
        if not columns:
            return None
        known = [Word(fold(exact), exact) for exact in number_of]
        return cls._assembled(known, np.concatenate(words), np.concatenate(lengths), Columns.joined(columns))

    @classmethod
    def merged(cls, parts: Sequence[Segment]) -> Self | None:
        """The living documents of all parts and their words, nothing else; None if there are none."""
        parts = [part for part in parts if part.live.any()]
        if not parts:
            return None
        known: list[Word] = []
        words: list[Ints] = []
        lengths: list[Ints] = []
        for part in parts:
            all_lengths = part.lengths()
            words.append(part.stream[part.stream != GAP][np.repeat(part.live, all_lengths)] + np.int32(len(known)))
            lengths.append(all_lengths[part.live])
            known.extend(part.vocabulary.words)
        columns = Columns.joined([part.columns.taken(_places(part.live)) for part in parts])
        return cls._assembled(known, np.concatenate(words), np.concatenate(lengths), columns)

    @classmethod
    def _assembled(cls, known: Sequence[Word], words: Ints, lengths: Ints, columns: Columns) -> Self:
        """Bring documents and words into order. ``words`` is ``[T]``, places in ``known``; ``lengths`` is ``[D]``."""
        vocabulary, renumbered = arrange(known, np.bincount(words, minlength=len(known)) > 0)
        order = columns.newest_first()
        words = renumbered[words[_runs(lengths, order)]]
        lengths = lengths[order]

        holder = np.repeat(np.arange(len(order), dtype=np.int32), lengths)
        position = np.arange(1, len(words) + 1, dtype=np.int32) + holder
        stream = np.full(len(words) + len(order) + 1, GAP, dtype=np.int32)
        stream[position] = words

        by_word = _sorted_places(words)
        return cls(
            vocabulary=vocabulary,
            stream=stream,
            positions=position[by_word],
            holders=holder[by_word],
            offsets=np.concatenate([[0], np.cumsum(np.bincount(words, minlength=len(vocabulary)))]),
            columns=columns.taken(order),
            live=np.ones(len(order), dtype=bool),
        )

    def __len__(self) -> int:
        return len(self.live)

    def lengths(self) -> Ints:
        """``[D]``: how many words each document has."""
        return np.diff(_places(self.stream == GAP)) - np.int32(1)

    def postings(self, words: range) -> slice:
        """Which entries of ``positions`` and ``holders`` are those of neighbouring words."""
        return slice(int(self.offsets[words.start]), int(self.offsets[words.stop]))

    def frequency(self, words: range) -> int:
        """How often neighbouring words stand in the stream; those of documents that are gone are counted too."""
        return int(self.offsets[words.stop] - self.offsets[words.start])

    def without(self, articles: npt.NDArray[np.int64], *, forget: bool) -> Self:
        """The same segment in which the quotes of these articles are gone; with ``forget`` it is unclean then."""
        gone = self.live & np.isin(self.columns.article, articles)
        if not gone.any():
            return self
        return replace(self, live=self.live & ~gone, unclean=self.unclean or forget)

    def behind(self, day: int, id: str) -> int:
        """The first document that comes after a quote of this day and id, in the order of the documents."""
        age, ids = -self.columns.days["published_first"], self.columns.id
        first, last = np.searchsorted(age, -day, "left"), np.searchsorted(age, -day, "right")
        return int(first + np.searchsorted(ids[first:last], id.encode(), "right"))


def _places(mask: npt.NDArray[np.bool_]) -> Ints:
    return np.flatnonzero(mask).astype(np.int32)


def _runs(lengths: Ints, order: Ints) -> npt.NDArray[np.int64]:
    """Places of the words of documents that are laid out one after the other, when the documents are put in order."""
    starts = np.cumsum(lengths, dtype=np.int64) - lengths
    taken = lengths[order]
    new_starts = np.cumsum(taken, dtype=np.int64) - taken
    return np.repeat(starts[order] - new_starts, taken) + np.arange(taken.sum(), dtype=np.int64)


def _sorted_places(words: Ints) -> npt.NDArray[np.int64]:
    """What a stable argsort gives; sorting word and place as one number is several times as fast."""
    keys = words.astype(np.int64) << 32 | np.arange(len(words), dtype=np.int64)
    keys.sort()
    keys &= 0xFFFFFFFF
    return keys
