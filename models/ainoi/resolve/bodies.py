"""Reads mentions of organizations: bodies, countries, papers of theirs, and nouns that point back to them."""

from __future__ import annotations

from ainoi.resolve.grammar import HYPHENS, OPENING, Grammar
from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.parsed import ParsedMention
from ainoi.resolve.words import Words


class BodyReader:
    """Reads one organization at a token; ``last`` is where the mention around it ends. Keeps nothing between calls."""

    def __init__(self, lexicon: Lexicon, grammar: Grammar) -> None:
        self._lexicon = lexicon
        self._grammar = grammar

    def body(self, words: Words, at: int, last: int) -> ParsedMention | None:
        """An organization, a paper of one, or a noun that points back to one."""
        lexicon, keys = self._lexicon, words.keys
        noun = lexicon.anaphors.end(keys, at)
        if at < noun < last and lexicon.demonstratives.end(keys, noun) > noun:
            return ParsedMention(at, min(lexicon.demonstratives.end(keys, noun), last), "anaphor")
        country = self._grammar.country(words, at)
        if country > at and self._grammar.name(words, at) <= country:
            return ParsedMention(at, min(country, last), "organization", name=(at, min(country, last)))
        head = lexicon.heads.match(keys, at)
        if head is None:
            place = min(self._grammar.place(words, at), last)
            if place <= at or self._grammar.name(words, at) > place:
                return None
            return ParsedMention(at, place, "organization", name=(at, place))
        if head[1] == "document":
            return self._document(words, at, head[0], last)
        end = min(self._grammar.organization(words, at), last)
        if end <= at:
            return self._bare_head(words, at, min(head[0], last), last)
        start = at
        if head[1] == "outlet" and head[0] < end:
            start = self._outlet_start(words, head[0], end)
            if self._grammar.country(words, start) == end:
                return ParsedMention(at, end, "anaphor")
        elif lexicon.transparent.end(keys, at) == head[0] < end and words.capital[head[0]]:
            start = head[0]
        if end < last and lexicon.demonstratives.end(keys, end) > end:
            return ParsedMention(at, lexicon.demonstratives.end(keys, end), "anaphor")
        end = self._outlet_end(words, start, end, last) if head[1] == "outlet" else self._whole(words, end, last)
        return ParsedMention(at, end, "organization", name=(start, end))

    def _whole(self, words: Words, end: int, last: int) -> int:
        """``end`` moved to where the mention stops speaking of the body itself: a mark, a verb, the mention's end."""
        while end < last and words.keys[end] not in self._lexicon.clause_words:
            inside_word = words.glued(end - 1) and words.glued(end) and words.forms[end] in HYPHENS
            if not (words.forms[end][0].isalnum() or inside_word):
                return end
            if words.keys[end] in self._lexicon.conjunctions and not self._goes_on(words, end + 1, last):
                return end
            end += 1
        return end

    def _goes_on(self, words: Words, at: int, last: int) -> bool:
        """Whether the words behind a conjunction belong to the same body: a native word of two syllables, no place."""
        if at + 1 >= last or not words.capital[at] or words.capital[at + 1]:
            return False
        native = self._lexicon.native(words.keys[at]) and self._lexicon.native(words.keys[at + 1])
        return native and self._lexicon.heads.match(words.keys, at) is None

    def _outlet_end(self, words: Words, start: int, end: int, last: int) -> int:
        """As ``_whole`` for an outlet's name, which ends before *of* a country."""
        for index in range(start + 1, end):
            if words.keys[index] in self._lexicon.links:
                return index
        if end < last and words.keys[end] in self._lexicon.links:
            return end
        return self._whole(words, end, last)

    def _outlet_start(self, words: Words, at: int, end: int) -> int:
        """``at`` moved behind what only says what kind of outlet it is and where: *(news agency of) Korea KCNA*."""
        start = at
        while start + 1 < end and not words.capital[start]:
            start += 1
        place = self._grammar.country(words, start)
        if not all(self._lexicon.native(key) for key in words.keys[start:place]):
            return start
        return place if start < place < end and words.capital[place] else start

    def _bare_head(self, words: Words, at: int, end: int, last: int) -> ParsedMention:
        """A head word with nothing known after it: all of the mention's own words belong to it."""
        if end == last:
            return ParsedMention(at, end, "anaphor")
        stop = end
        while stop < last and words.forms[stop] != "," and words.forms[stop] != OPENING:
            stop += 1
        return ParsedMention(at, stop, "organization", name=(at, stop))

    def _document(self, words: Words, at: int, end: int, last: int) -> ParsedMention:
        """A paper, and the first body named in the mention as the one that issues it."""
        for inner in range(end, last):
            opens = words.capital[inner] or self._lexicon.heads.match(words.keys, inner) is not None
            if not opens:
                continue
            issuer = self.body(words, inner, last) or self.capitals(words, inner, last)
            if issuer is not None and issuer.named and issuer.form in ("organization", "name"):
                return ParsedMention(at, last, "document", name=issuer.name)
        loose = self._lexicon.loose_documents.end(words.keys, at) > at
        return ParsedMention(at, last, "unnamed" if loose else "document")

    def capitals(self, words: Words, at: int, last: int) -> ParsedMention | None:
        """A bare name: of a person or of a body, which the article or the registry must tell."""
        end = min(self._grammar.name(words, at), last)
        if end <= at or not words.forms[at][0].isalpha():
            return None
        if end - at > 1 and words.keys[at] in self._lexicon.sentence_starts:
            inner = self.body(words, at + 1, last)
            if inner is not None or not self._lexicon.native(words.keys[at + 1]):
                return inner or ParsedMention(at + 1, end, "name", name=(at + 1, end))
        if end == at + 1 < last and words.forms[end].islower() and self._lexicon.native(words.keys[at]):
            return None
        return ParsedMention(at, end, "name", name=(at, end))
