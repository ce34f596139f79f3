"""Which quotes of the index are worth comparing with a text: those with its rare words, and those with its meaning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ainoi_service.search.folding import tokens
from ainoi_service.search.matching import Mask
from ainoi_service.search.vocabulary import Word
from ainoi_service.similar.frequency import shipped
from ainoi_service.similar.matrix import Block, Vectors

RARE_WORDS = 24
"""Words of the text that vote, the rarest in the index."""
COMMONEST = 0.1
"""Share of the quotes in which a word may stand that votes, in an index of more than a few."""
_FEW = 1_000


def candidates(
    blocks: Sequence[Block],
    masks: Sequence[Mask],
    text: str,
    vector: Vectors,
    *,
    by_words: int,
    by_vector: int,
) -> list[int]:
    """Numbers of quotes, without repetition: the best ``by_words`` and the best ``by_vector`` that ``masks`` admit.

    Words vote with their weight in quotes at large; quotes are ranked by the votes over the root of their length.
    """
    words = sorted({Word(token.folded, token.exact) for token in tokens(text)})
    found: dict[int, None] = {}
    voted = [_votes(block, mask, words) for block, mask in zip(blocks, masks, strict=True)]
    near = [_products(block.vectors, mask, vector) for block, mask in zip(blocks, masks, strict=True)]
    for scores, most in ((voted, by_words), (near, by_vector)):
        found.update(dict.fromkeys(_best(blocks, scores, most)))
    return list(found)


def _votes(block: Block, mask: Mask, words: Sequence[Word]) -> npt.NDArray[np.float32]:
    """``[D]``: the votes for each document, 0 for those that are not admitted."""
    rarity, segment = shipped(), block.segment
    most = max(_FEW, int(COMMONEST * len(segment)))
    slices = [(segment.postings(segment.vocabulary.spellings(word.folded)), rarity[word.exact]) for word in words]
    voting = sorted((s.stop - s.start, s.start, s, weight) for s, weight in slices if 0 < s.stop - s.start <= most)
    votes = np.zeros(len(segment), dtype=np.float32)
    for _, _, postings, weight in voting[:RARE_WORDS]:
        votes[segment.holders[postings]] += np.float32(weight)  # a document counts once, however often it is named
    return np.where(mask, votes / block.roots, np.float32(0))


def _products(vectors: Vectors, mask: Mask, vector: Vectors) -> npt.NDArray[np.float32]:
    """``[D]``: cosines, 0 for those that are not admitted."""
    rows = np.flatnonzero(mask)
    scores = np.zeros(len(mask), dtype=np.float32)
    scores[rows] = (vectors if len(rows) == len(vectors) else vectors[rows]) @ vector
    return scores


def _best(blocks: Sequence[Block], scores: Sequence[npt.NDArray[np.float32]], most: int) -> list[int]:
    found: list[tuple[float, int]] = []
    for block, score in zip(blocks, scores, strict=True):
        rows = np.argpartition(-score, most)[:most] if len(score) > most else np.arange(len(score))
        found.extend((float(score[row]), int(block.segment.columns.number[row])) for row in rows if score[row] > 0)
    return [number for _, number in sorted(found, key=lambda one: (-one[0], one[1]))[:most]]
