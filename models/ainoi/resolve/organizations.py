"""Which mentions of an article are the same organization: abbreviations, short forms, *this ministry*."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from ainoi.resolve.grammar import CLOSING, OPENING, Grammar
from ainoi.resolve.lexicon import AnaphorKind, Lexicon
from ainoi.resolve.parsed import ParsedMention, TokenRange
from ainoi.resolve.scene import Scene

FARTHEST = 6
"""Sentences between a noun that points back and the body it means."""
LONGEST_ABBREVIATION = 7
"""Letters of an abbreviation in brackets."""
COUNTRY_WITHIN = 400
"""Tokens searched backwards for the country that *this country* means."""
NAMESAKES = 40
"""Bodies with the same first word that are compared."""
NEAREST = 150
"""Bodies before a noun that points back, and speakers before it, that are looked at."""

Sort = Literal["country", "outlet", "body"]


@dataclass(frozen=True, slots=True)
class Body:
    """One mention of an organization: where, its name as the article writes it, and the words of that name."""

    token: int
    name: str
    keys: tuple[str, ...]
    sort: Sort
    head: str

    @property
    def definite(self) -> bool:
        """Whether the name begins with a capital letter and has no digits, as that of a body that can be pointed at."""
        return self.name[:1].isupper() and not any(char.isdigit() for char in self.name)


class Bodies:
    """The organizations of one article; made from all its mentions, then asked for each."""

    def __init__(self, scene: Scene, lexicon: Lexicon, grammar: Grammar, outlets: frozenset[str]) -> None:
        """``outlets``: lower-case names of known outlets, words joined by single spaces."""
        self._scene = scene
        self._lexicon = lexicon
        self._grammar = grammar
        self._outlets = outlets
        self._bodies: list[Body] = []
        self._by_first: dict[str, list[Body]] = {}
        self._named_bodies: set[str] = set()
        self._full: dict[str, str] = {}
        self._speakers: list[tuple[int, str]] = []

    def introduce(self, mentions: Iterable[ParsedMention]) -> None:
        """Take in every mention of an organization (in any order), with the abbreviations in brackets behind names."""
        for mention in mentions:
            if mention.named and mention.form in ("organization", "name", "document"):
                self._bodies.append(self._body(mention))
                self._abbreviation(mention.name)
        self._bodies.sort(key=lambda body: body.token)
        self._named_bodies = {body.name for body in self._bodies if body.sort == "body"}
        for body in self._bodies:
            if body.keys:
                self._by_first.setdefault(body.keys[0], []).append(body)

    def _body(self, mention: ParsedMention) -> Body:
        first, last = self._core(mention.name)
        words = self._scene.words
        keys = self._keys(first, last)
        sort: Sort = "body"
        if self._grammar.country(words, first) == last:
            sort = "country"
        elif self._headed_by_outlet(mention.first) or " ".join(keys) in self._outlets:
            sort = "outlet"
        return Body(mention.first, self._scene.text(first, last), keys, sort, words.keys[mention.first])

    def _keys(self, first: int, last: int) -> tuple[str, ...]:
        return tuple(key for key in self._scene.words.keys[first:last] if key[0].isalnum())

    def _headed_by_outlet(self, at: int) -> bool:
        head = self._lexicon.heads.match(self._scene.words.keys, at)
        return head is not None and head[1] == "outlet"

    def _core(self, name: TokenRange) -> TokenRange:
        """The name up to what stands in brackets in it or behind it."""
        first, last = name
        for index in range(first + 1, last):
            if self._scene.words.forms[index] == OPENING:
                return first, index
        return first, last

    def _written(self, name: TokenRange) -> str:
        """The name as it stands in the article, without what stands in brackets inside or behind it."""
        first, core = self._core(name)
        for index in range(core, name[1] - 1):
            if self._scene.words.forms[index] == CLOSING:
                return f"{self._scene.text(first, core)} {self._scene.text(index + 1, name[1])}"
        return self._scene.text(first, core)

    def _abbreviation(self, name: TokenRange) -> None:
        """Remember *(FSB)* behind a name, inside the mention or right after it."""
        words = self._scene.words
        first, last = self._core(name)
        if last + 2 < len(words) and words.forms[last] == OPENING and words.forms[last + 2] == CLOSING:
            short = words.forms[last + 1]
            if short.isupper() and 1 < len(short) <= LONGEST_ABBREVIATION and last - first > 1:
                self._full.setdefault(short, self._scene.text(first, last))

    def name(self, mention: ParsedMention) -> str:
        """The fullest form that the article gives the organization of a mention that carries a name."""
        written = self._written(mention.name)
        if written in self._full:
            return self._full[written]
        first, last = self._core(mention.name)
        demonstrative = self._with_country(first, last)
        if demonstrative is not None:
            return demonstrative
        return self._longer(self._keys(first, last), mention.first) or written

    def _with_country(self, first: int, last: int) -> str | None:
        """*The foreign ministry of this country* with the country in place."""
        words = self._scene.words
        for index in range(first + 1, last):
            noun = self._lexicon.anaphors.match(words.keys, index)
            if (
                noun is not None
                and noun[1] == "country"
                and noun[0] < last == self._lexicon.demonstratives.end(words.keys, noun[0])
            ):
                country = self._country_before(first)
                body = self._scene.text(first, index)
                return f"{body} {country}" if country else body
        return None

    def _longer(self, keys: tuple[str, ...], token: int) -> str | None:
        """The one longer name before ``token`` that begins with all of ``keys``; None for none or several."""
        if not keys or self._lexicon.heads.match([*keys], 0) is None:
            return None
        longer = {
            body.keys: body.name
            for body in self._by_first.get(keys[0], ())[:NAMESAKES]
            if len(body.keys) > len(keys) and body.keys[: len(keys)] == keys and body.token < token
        }
        return next(iter(longer.values())) if len(longer) == 1 else None

    def pointed(self, mention: ParsedMention) -> str | None:
        """The organization that a noun with a demonstrative, a bare head or a paper without issuer points back to."""
        kind = self._lexicon.anaphors.match(self._scene.words.keys, mention.first)
        wanted: AnaphorKind | None = kind[1] if kind is not None else None
        if wanted == "country" and mention.form == "anaphor":
            return self._country_before(mention.first)
        if wanted != "outlet" and mention.form == "document":
            speaker = self._speaker_before(mention.first)
            if speaker is not None:
                return speaker
        head = self._scene.words.keys[mention.first]
        likely = [body for body in self._before(mention.first) if self._can_be_meant(body, mention, wanted)]
        for body in likely:
            if head in (body.head, *body.keys[:1]):
                return body.name
        if mention.form == "anaphor" and (named := self._same_head(mention)) is not None:
            return named
        if wanted != "outlet" and mention.form != "document":
            speaker = self._speaker_before(mention.first)
            if speaker is not None:
                return speaker
        return likely[0].name if likely else None

    def _same_head(self, mention: ParsedMention) -> str | None:
        """The latest body before a bare noun (*the hospital*), however far, whose name begins with all of the noun."""
        keys = self._keys(mention.first, mention.last)
        for body in self._by_first.get(keys[0], ())[:NAMESAKES][::-1] if keys else ():
            longer = len(body.keys) > len(keys) and body.keys[: len(keys)] == keys
            if longer and body.token < mention.first and body.definite:
                return body.name
        return None

    def _can_be_meant(self, body: Body, mention: ParsedMention, wanted: AnaphorKind | None) -> bool:
        if not body.definite or (body.sort == "country" and mention.form != "document"):
            return False
        return (body.sort == "outlet") == (wanted == "outlet")

    def spoke(self, token: int, name: str) -> None:
        """Note that the organization ``name`` is the source of a quote at ``token``."""
        self._speakers.append((token, name))

    def _speaker_before(self, token: int) -> str | None:
        """The latest organization that was a source, if near and no outlet or country."""
        here = self._scene.sentence_of(token)
        for at, name in islice(reversed(self._speakers), NEAREST):
            if here - self._scene.sentence_of(at) > FARTHEST:
                return None
            if name in self._named_bodies:
                return name
        return None

    def _before(self, token: int) -> Iterator[Body]:
        """The ``NEAREST`` bodies before ``token``, the nearest first, as far as ``FARTHEST`` sentences away."""
        here = self._scene.sentence_of(token)
        end = bisect_left(self._bodies, token, key=lambda body: body.token)
        for body in reversed(self._bodies[max(0, end - NEAREST) : end]):
            if here - self._scene.sentence_of(body.token) > FARTHEST:
                return
            yield body

    def _country_before(self, token: int) -> str | None:
        """The nearest country before ``token``, also inside longer names."""
        words = self._scene.words
        for index in range(token - 1, max(-1, token - COUNTRY_WITHIN), -1):
            end = self._grammar.country(words, index)
            if end > index and self._grammar.name(words, index) <= end:
                return self._scene.text(index, end)
        return None
