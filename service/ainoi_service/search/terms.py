"""What a search box's words ask for: single words, and phrases inside quotation marks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import regex

from ainoi_service.search.folding import tokens
from ainoi_service.search.vocabulary import Word

_DOUBLE = '"“”„‟«»〝〞＂'
_SINGLE = "'‘’‚‹›"
_MARKED = regex.compile(rf"[{_DOUBLE}]([^{_DOUBLE}]*)[{_DOUBLE}]|(?<!\w)[{_SINGLE}]([^{_SINGLE}]*)[{_SINGLE}](?!\w)")


@dataclass(frozen=True, slots=True)
class Terms:
    """All of them must stand in a quote: each is one word, or the words of a phrase."""

    each: tuple[tuple[Word, ...], ...]

    @property
    def words(self) -> tuple[Word, ...]:
        """All words, in the order in which they were asked for."""
        return tuple(chain.from_iterable(self.each))


def parse(text: str) -> Terms:
    """Read what was typed. A mark that nothing closes is ignored; text without a word gives no terms."""
    each: list[tuple[Word, ...]] = []
    end = 0
    for marked in _MARKED.finditer(text):
        each.extend((word,) for word in _words(text[end : marked.start()]))
        each.append(_words(marked[1] or marked[2] or ""))
        end = marked.end()
    each.extend((word,) for word in _words(text[end:]))
    return Terms(tuple(term for term in each if term))


def phrase(text: str) -> Terms:
    """All words of ``text`` as one phrase."""
    words = _words(text)
    return Terms((words,) if words else ())


def _words(text: str) -> tuple[Word, ...]:
    return tuple(Word(token.folded, token.exact) for token in tokens(text))
