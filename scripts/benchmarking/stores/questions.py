"""What is asked of the store: the mix of look-ups and of claims, drawn from what it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random

from sqlalchemy import func, select

from ainoi_service.search.folding import tokens
from ainoi_service.store import schema
from ainoi_service.store.engine import Store
from ainoi_service.store.quotes import by_numbers
from ainoi_service.store.records import StoredQuote
from benchmarking.stores.newsroom import FIRST_DAY
from benchmarking.stores.wording import Wording

COMMONEST = 20
SAMPLE = 4_000
"""Quotes from which questions are made."""
MONTHS = 36


@dataclass(frozen=True, slots=True)
class Question:
    """One request. ``values``: the query's parameters, or the body's fields, by the interface's names."""

    kind: str
    values: dict[str, str]


class Interviewer:
    """Asks about a store; the same for the same store and seed."""

    def __init__(self, store: Store, wording: Wording, *, seed: int = 0) -> None:
        """Raises ValueError if no quote of the store has a name and some words."""
        self._rng = Random(seed)
        self._wording = wording
        with store.read() as connection:
            last = connection.execute(select(func.max(schema.quote.c.number))).scalar() or 0
            numbers = self._rng.sample(range(1, last + 1), min(SAMPLE, last))
            self._quotes = by_numbers(connection, numbers)
        self._long = [quote for quote in self._quotes if len(tokens(quote.text)) >= 8]
        self._named = [quote for quote in self._long if quote.speaker.name is not None]
        if not self._named:
            raise ValueError("there are too few quotes to ask about")

    def look_ups(self, count: int) -> list[Question]:
        """So many look-ups, as many of each kind, in random order."""
        kinds: dict[str, Iterator[dict[str, str]]] = {
            "no words": cycle([{}, {"sort": "newest"}]),
            f"{COMMONEST} commonest syllables": ({"q": word} for word in cycle(self.commonest())),
            "phrases": self._endless(lambda: {"q": f'"{self._run(2, 4)}"'}),
            "folded": self._endless(lambda: {"q": " ".join(self._folded(2, 5))}),
            "speaker and dates": self._endless(lambda: {"speaker": self._name()} | self._period()),
        }
        return self._mixed(kinds, count)

    def claims(self, count: int) -> list[Question]:
        """So many claims, as many of each kind, in random order. Every third is of some months."""

        def asked(claim: str, quote: StoredQuote | None) -> dict[str, str]:
            values = {"claim": claim} | ({"speaker": self._called(quote)} if quote is not None else {})
            return values | (self._period() if self._rng.random() < 0.33 else {})

        def drawn() -> StoredQuote:
            return self._rng.choice(self._named)

        def verbatim(*, speaker: bool) -> dict[str, str]:
            quote = drawn()
            return asked(self._stated(quote, self._stretch(quote.text)), quote if speaker else None)

        def paraphrased(*, speaker: bool) -> dict[str, str]:
            quote = drawn()
            claim = self._wording.otherwise(self._rng, self._stretch(quote.text))
            return asked(self._stated(quote, claim), quote if speaker else None)

        def not_found(*, speaker: bool) -> dict[str, str]:
            return asked(self._wording.text(self._rng, self._rng.randint(8, 24)), drawn() if speaker else None)

        kinds = {
            "verbatim": self._endless(lambda: verbatim(speaker=False)),
            "verbatim, of a speaker": self._endless(lambda: verbatim(speaker=True)),
            "in other words": self._endless(lambda: paraphrased(speaker=False)),
            "in other words, of a speaker": self._endless(lambda: paraphrased(speaker=True)),
            "said by another": self._endless(lambda: asked(self._stretch(drawn().text), drawn())),
            "not found": self._endless(lambda: not_found(speaker=False)),
            "not found, of a speaker": self._endless(lambda: not_found(speaker=True)),
        }
        return self._mixed(kinds, count)

    def commonest(self) -> list[str]:
        """The syllables that most quotes have."""
        quotes_with: Counter[str] = Counter()
        for quote in self._quotes:
            quotes_with.update({token.exact for token in tokens(quote.text)})
        return [word for word, _ in sorted(quotes_with.items(), key=lambda one: (-one[1], one[0]))[:COMMONEST]]

    def _mixed(self, kinds: dict[str, Iterator[dict[str, str]]], count: int) -> list[Question]:
        turns = islice(cycle(kinds), count)
        asked = [Question(kind, next(kinds[kind])) for kind in turns]
        self._rng.shuffle(asked)
        return asked

    @staticmethod
    def _endless(make: Callable[[], dict[str, str]]) -> Iterator[dict[str, str]]:
        while True:
            yield make()

    def _words(self, fewest: int, most: int) -> Sequence[tuple[str, str]]:
        """Neighbouring words of a quote, as printed and folded."""
        text = self._rng.choice(self._long).text
        words = tokens(text)
        size = self._rng.randint(fewest, most)
        at = self._rng.randrange(len(words) - size + 1)
        return [(text[word.start : word.end], word.folded) for word in words[at : at + size]]

    def _run(self, fewest: int, most: int) -> str:
        return " ".join(printed for printed, _ in self._words(fewest, most))

    def _folded(self, fewest: int, most: int) -> list[str]:
        return [folded for _, folded in self._words(fewest, most)]

    def _stretch(self, text: str) -> str:
        """Some 8 to 24 words of a quote."""
        words = text.split()
        size = min(len(words), self._rng.randint(8, 24))
        at = self._rng.randrange(len(words) - size + 1)
        return " ".join(words[at : at + size])

    def _stated(self, quote: StoredQuote, words: str) -> str:
        """As fact-checkers write it, now and then."""
        return f"{quote.speaker.name} nói rằng {words}" if self._rng.random() < 0.33 else words

    def _name(self) -> str:
        return self._called(self._rng.choice(self._named))

    def _called(self, quote: StoredQuote) -> str:
        """A name of the quote's speaker, at times with a title before it, or as this article has it."""
        name = quote.speaker.name or ""
        by_name = quote.mention is not None and quote.speaker.method in ("name", "part_of_name", "alias")
        forms = [name, f"ông {name}", quote.mention.text if by_name and quote.mention is not None else name]
        return self._rng.choice(forms)

    def _period(self) -> dict[str, str]:
        """One to twelve months of the years that the articles are of."""
        first = self._rng.randrange(MONTHS)
        last = first + self._rng.randrange(12)
        return {"from": _month(first), "to": _month(last)}


def _month(after: int) -> str:
    months = FIRST_DAY.year * 12 + FIRST_DAY.month - 1 + after
    return f"{months // 12}-{months % 12 + 1:02}"
