"""Documents for an index, and the answers that a plain scan over them gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

from hypothesis import strategies as st

from ainoi_service.search.documents import NONE, Document
from ainoi_service.search.folding import exact, fold
from ainoi_service.search.index import Filters, Found, Place, ValueCount
from ainoi_service.search.matching import Tier
from ainoi_service.search.terms import Terms

SYLLABLES = ("hoà", "hòa", "Hoa", "tôi", "Tối", "toi", "đi", "ĐI", "di", "và", "không", "khong")
DAYS = (0, 20240101, 20240229, 20241231, 20251204)


def document(number: int, text: str, *, article: int = 1, **changes: Any) -> Document:
    """A quote with this text and number; its id has the number in it."""
    plain = Document(
        number=number,
        id=f"{number * 7919 % 1000:03}q{number}",
        article=article,
        exact=exact(text),
        confidence=0.9,
        published_first=20251204,
        published_last=20251204,
        said_first=0,
        said_last=0,
        speaker="dmitry-peskov",
        outlet="Báo Ví Dụ",
        month="2025-12",
        type="direct",
        act="statement",
    )
    return plain._replace(**changes)


def _text(chance: Random) -> str:
    return " ".join(chance.choices(SYLLABLES, k=chance.randint(0, 7)))


def _kind(chance: Random) -> dict[str, Any]:
    published, said, end = chance.choice(DAYS), chance.choice(DAYS), chance.choice(DAYS)
    return {
        "confidence": chance.choice((0.1, 0.5, 0.9)),
        "published_first": published,
        "published_last": published and max(published, end),
        "said_first": said,
        "said_last": said and max(said, end),
        "speaker": chance.choice((NONE, "dmitry-peskov", "donald-trump")),
        "outlet": chance.choice((NONE, "Báo A", "Báo B", "Báo C")),
        "month": chance.choice((NONE, "2024-01", "2025-12")),
        "type": chance.choice(("direct", "mixed")),
        "act": chance.choice((NONE, "statement", "denial")),
        "denied": chance.choice((NONE, "yes")),
    }


_CHANCE = Random(1)
_TEXTS = ["", "tôi", "tôi đi", *(_text(_CHANCE) for _ in range(200))]
_KINDS = [{}, *(_kind(_CHANCE) for _ in range(100))]


def texts() -> st.SearchStrategy[str]:
    """Texts of few words, of which many have the same."""
    return st.sampled_from(_TEXTS)


def documents(*, number: int, article: int) -> st.SearchStrategy[Document]:
    """A quote with few values to choose from, so that many quotes share them."""
    return st.builds(
        lambda text, kind: document(number, text, article=article, **kind), texts(), st.sampled_from(_KINDS)
    )


def scan(documents: Iterable[Document], terms: Terms | None, filters: Filters, order: str) -> list[Found]:
    """What the index must find, in order."""
    found = []
    for one in documents:
        tier = Tier.EXACT_PHRASE if terms is None else tier_of(one.exact, terms)
        if tier is not None and passes(one, filters):
            place = Place(tier if order == "relevance" else 0, one.published_first, one.id)
            found.append(Found(one.number, tier, place))
    return sorted(found, key=lambda one: (one.place.tier, -one.place.day, one.place.id))


def tier_of(text: str, terms: Terms) -> Tier | None:
    """How well ``text`` (exact) matches, if it does."""
    words = text.split()
    folded = [fold(word) for word in words]
    if not terms.each or not all(_stands(folded, [word.folded for word in term]) for term in terms.each):
        return None
    if all(_stands(words, [word.exact for word in term]) for term in terms.each):
        return Tier.EXACT_PHRASE if _stands(words, [word.exact for word in terms.words]) else Tier.EXACT
    return Tier.FOLDED_PHRASE if _stands(folded, [word.folded for word in terms.words]) else Tier.FOLDED


def passes(one: Document, filters: Filters) -> bool:
    """Whether the quote is what the filters ask for."""
    begun, ended = {
        "published": (one.published_first, one.published_last),
        "said": (one.said_first, one.said_last),
    }[filters.days]
    dated = filters.first is not None or filters.last is not None
    return (
        all(getattr(one, name) in values for name, values in filters.among.items())
        and not (dated and begun == 0)
        and (filters.first is None or ended >= filters.first)
        and (filters.last is None or begun <= filters.last)
        and one.confidence >= filters.least_confidence
    )


def facet(documents: Sequence[Document], factor: str, most: int) -> list[ValueCount]:
    """The commonest values, those of one count by value."""
    counts = Counter(getattr(one, factor) for one in documents)
    del counts[NONE]
    return [ValueCount(*one) for one in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:most]]


def _stands(words: Sequence[str], wanted: Sequence[str]) -> bool:
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words)))
