"""Did they say it? Quotes of a store that hold a claim, word by word or in other words. ``docs/checks.md`` tells more.

Nothing here judges whether a claim is true: it finds who is quoted with it, and ranks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from ainoi.schema import Act
from ainoi_service.search.folding import Token, tokens
from ainoi_service.search.index import Filters
from ainoi_service.search.terms import phrase
from ainoi_service.similar import polarity
from ainoi_service.similar.claims import content, stretches
from ainoi_service.similar.clauses import MUCH, Name, denies, named, others_named, share
from ainoi_service.similar.features import contradict, features
from ainoi_service.similar.frequency import shipped
from ainoi_service.similar.neighbours import Neighbours
from ainoi_service.similar.polarity import Polarity
from ainoi_service.similar.reading import Reading, read
from ainoi_service.store import speakers
from ainoi_service.store.quotes import by_numbers
from ainoi_service.store.records import StoredQuote

Answer = Literal["denied", "verbatim", "close", "said_by_other", "not_found"]
ANSWERS: tuple[Answer, ...] = ("denied", "verbatim", "close", "said_by_other", "not_found")
"""The first of them for which there is evidence is the answer."""

_BY_WORDS, _BY_VECTOR = 24, 8
_MOST_VERBATIM = 20
_MOST_READ = 20
"""Quotes without the claim's words that are read closely, those that share the most with it."""
_LEAST = 2
"""Words of a claim; a single one says nothing."""
_BEFORE = 3
"""Words before a claim's words in which a negation turns them round."""
_CLAUSE = 12
"""Words before a claim's words that are looked at."""
_PUNCTUATION = regex.compile(r"[.!?…;:,\n]")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that speaks to the claim. ``kind``: the answer it stands for; ``similarity``: 1 where it holds the
    claim's words, else the probability that it says the same."""

    quote: StoredQuote
    similarity: float
    kind: Answer


@dataclass(frozen=True, slots=True)
class Check:
    """``content``: what of the claim was looked for. ``evidence``: by answer, then by similarity, newest first."""

    answer: Answer
    content: str
    evidence: list[Evidence]


def check(
    neighbours: Neighbours,
    claim: str,
    speaker: str | None = None,
    first: int | None = None,
    last: int | None = None,
    *,
    most: int = 20,
) -> Check:
    """Look for ``claim`` in the store. ``first`` and ``last`` are days of publication like 20251204, both inside.

    ``speaker``: as people write it (see ``store.speakers.find``); None: anybody.
    """
    said = content(claim)
    if len(read(said).words) < _LEAST:
        return Check("not_found", said, [])
    state = neighbours.sync()
    with neighbours.store.read() as connection:
        asked = None
        if speaker is not None:
            asked = frozenset(one.id for one in speakers.find_in(connection, speaker, neighbours.store.names))
        groups: list[Filters] = [Filters(first=first, last=last)]
        if asked:
            groups.insert(0, Filters(among={"speaker": asked}, first=first, last=last))
        quotes: dict[int, StoredQuote] = {}
        for filters in groups:
            holding = state.snapshot.select(phrase(said), filters).first(_MOST_VERBATIM, "relevance")
            found = by_numbers(connection, [one.number for one in holding])
            found += neighbours.near(connection, state, said, filters.admit, by_words=_BY_WORDS, by_vector=_BY_VECTOR)
            quotes.update((quote.number, quote) for quote in found)
    matches = _matches(neighbours, said, quotes.values())
    evidence = [Evidence(quote, similarity, _kind(quote, similarity, asked)) for quote, similarity in matches]
    evidence.sort(key=_rank)
    return Check(evidence[0].kind if evidence else "not_found", said, evidence[:most])


def _kind(quote: StoredQuote, similarity: float, asked: frozenset[str] | None) -> Answer:
    if asked is not None and quote.speaker.id not in asked:
        return "said_by_other"
    if quote.denied or quote.act is Act.DENIAL:
        return "denied"
    return "verbatim" if similarity == 1.0 else "close"


def _rank(evidence: Evidence) -> tuple[int, float, int, str]:
    day = evidence.quote.article.published_first or 0
    return ANSWERS.index(evidence.kind), -evidence.similarity, -day, evidence.quote.id


def _matches(neighbours: Neighbours, said: str, quotes: Iterable[StoredQuote]) -> list[tuple[StoredQuote, float]]:
    """The quotes that hold what was said, with their similarity."""
    claim = read(said)
    sought = tokens(said)
    folded = [token.folded for token in sought]
    weights = _weights(sought)
    found: list[tuple[StoredQuote, float]] = []
    promising: list[tuple[float, StoredQuote, str]] = []
    for quote in quotes:
        words = tokens(quote.text)
        match _holds(quote.text, words, folded):
            case True:
                found.append((quote, 1.0))
            case None:
                promise, stretch = _likeliest(quote.text, words, weights)
                promising.append((promise, quote, stretch))
            case False:
                pass
    promising.sort(key=lambda one: (-one[0], one[1].number))
    parts = [
        (quote, part)
        for _, quote, stretch in promising[:_MOST_READ]
        for part in ([stretch, quote.text] if stretch != quote.text else [stretch])
    ]
    cosines = neighbours.cosines(said, [part for _, part in parts])
    named_near = {quote.number: _known(quote) for quote, _ in parts}
    best: dict[int, tuple[StoredQuote, float]] = {}
    for (quote, part), cosine in zip(parts, cosines, strict=True):
        reading = read(part)
        if (
            not _may_say(claim, reading, read(quote.text))
            or denies(said, quote.text)
            or others_named(said, part, named_near[quote.number])
        ):
            continue
        probability = neighbours.likeness.probability(features(claim, reading, cosine))
        if probability >= neighbours.likeness.threshold and probability > best.get(quote.number, (quote, 0.0))[1]:
            best[quote.number] = quote, min(round(probability, 4), 0.9999)
    return [*found, *best.values()]


def _holds(text: str, words: Sequence[Token], folded: list[str]) -> bool | None:
    """Whether the folded words stand among ``words`` side by side: False where they do, but always behind a negation
    that they do not hold themselves; None where they do not."""
    bare = [word.folded for word in words]
    turned = None
    for start in range(len(bare) - len(folded) + 1):
        if bare[start] == folded[0] and bare[start : start + len(folded)] == folded:
            before = _clause_before(text, words, start)
            if not polarity.negated_before(before, len(before), _BEFORE):
                return True
            turned = False
    return turned


def _clause_before(text: str, words: Sequence[Token], end: int) -> list[str]:
    """The words before the one at ``end``, back to the last punctuation, but not many."""
    start = end
    while start and end - start < _CLAUSE:
        if _PUNCTUATION.search(text, words[start - 1].end, words[start].start):
            break
        start -= 1
    return [word.exact for word in words[start:end]]


def _likeliest(text: str, words: Sequence[Token], claim: Mapping[str, float]) -> tuple[float, str]:
    """The stretch of ``text`` that has the most in common with the claim, and how much that is."""
    best, chosen = _promise(claim, _weights(words)), range(len(words))
    for stretch in stretches(text, words, len(claim)):
        promise = _promise(claim, _weights(words[stretch.start : stretch.stop]))
        if promise > best:
            best, chosen = promise, stretch
    if len(chosen) == len(words):
        return best, text
    return best, text[words[chosen.start].start : words[chosen.stop - 1].end]


def _weights(words: Sequence[Token]) -> dict[str, float]:
    """The words of a text with their weights; quicker than reading it."""
    rarity = shipped()
    return {word.exact: rarity[word.exact] for word in words}


def _promise(claim: Mapping[str, float], part: Mapping[str, float]) -> float:
    """How much of either is in both, by weight: which part of a quote is worth a closer look."""
    shared = sum(weight for word, weight in claim.items() if word in part)
    return shared / max(1.0, sum(claim.values()) + sum(part.values()) - shared)


def _known(quote: StoredQuote) -> frozenset[Name]:
    """Who is named in or beside a quote."""
    speaker = quote.speaker.name or ""
    return named(quote.text) | named(quote.context.before) | named(quote.context.after) | named(f"ông {speaker}")


def _may_say(claim: Reading, part: Reading, whole: Reading) -> bool:
    """Whether a part of a quote may say what the claim says: not the opposite, with the claim's figures and most
    of its words, about the same places."""
    if contradict(claim, part) or not claim.figures <= whole.figures or share(claim, whole) < MUCH:
        return False
    return not _denial_of_nothing(claim.polarity, whole.polarity)


def _denial_of_nothing(claim: Polarity, quote: Polarity) -> bool:
    """Whether a claim denies something in words of which the quote has neither a negation nor an antonym."""
    agreed = any(quote.sides.get(number) == sign for number, sign in claim.sides.items())
    return claim.negations % 2 == 1 and not quote.negations and not agreed
