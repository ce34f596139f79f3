"""Where the words asked for stand in a quote's own text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ainoi_service.search.folding import tokens_among
from ainoi_service.search.terms import Terms


def highlights(text: str, terms: Terms) -> list[tuple[int, int]]:
    """Half-open places, in code points of ``text``, of what each term found there: its exact spelling, or any other
    where that does not occur. Words with only white space between them share a place."""
    words = dict(tokens_among(text, {word.folded for word in terms.words}))
    exact: defaultdict[str, set[int]] = defaultdict(set)
    folded: defaultdict[str, set[int]] = defaultdict(set)
    for at, word in words.items():
        exact[word.exact].add(at)
        folded[word.folded].add(at)
    chosen: set[int] = set()
    for term in set(terms.each):
        found = _occurrences(exact, [word.exact for word in term])
        chosen |= found or _occurrences(folded, [word.folded for word in term])
    places: list[tuple[int, int]] = []
    for at in sorted(chosen):
        start, end = words[at].start, words[at].end
        if at - 1 in chosen and not text[places[-1][1] : start].strip():
            start = places.pop()[0]
        places.append((start, end))
    return places


def _occurrences(places: Mapping[str, set[int]], phrase: Sequence[str]) -> set[int]:
    """The words that belong to an occurrence of the phrase; ``places`` has where each word stands, in words."""
    starts = set(places.get(phrase[0], ()))
    for ahead, word in enumerate(phrase):
        starts &= {at - ahead for at in places.get(word, ())}
    return {start + ahead for start in starts for ahead in range(len(phrase))}
