"""Reads mentions of organizations: bodies, countries, papers of theirs, and nouns that point back to them."""

from __future__ import annotations

from ainoi.resolve.grammar import OPENING, Grammar
from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.parsed import ParsedMention, TokenRange
from ainoi.resolve.words import HYPHENS, Words


class BodyReader:
    """Reads one organization at a token; ``last`` is where the mention around it ends. Keeps nothing between calls."""

    def __init__(self, lexicon: Lexicon, grammar: Grammar) -> None:
        self._lexicon = lexicon
        self._grammar = grammar

    def body(self, words: Words, at: int, last: int, *, papers: bool = True) -> ParsedMention | None:
        """An organization, a paper of one, or a noun that points back to one.

        Without ``papers`` it is left open whose a paper is: no paper issues another, and to read papers of papers of
        papers would take twice as long for each.
        """
        lexicon, keys = self._lexicon, words.keys
        noun = lexicon.anaphors.end(keys, at)
        if at < noun < last:
            where = min(self._grammar.name(words, noun), last)
            for end in (noun, where):
                if end < last and lexicon.demonstratives.end(keys, end) > end:
                    return ParsedMention(at, min(lexicon.demonstratives.end(keys, end), last), "anaphor")
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
            return self._document(words, at, head[0], last) if papers else ParsedMention(at, last, "document")
        if head[1] == "outlet" and (owner := self._owner(words, at, last)) is not None:
            return owner
        end = min(self._grammar.organization(words, at), last)
        if end <= at:
            return self._bare_head(words, at, min(head[0], last), last)
        start = at
        if head[1] == "outlet" and head[0] < end:
            start = self._outlet_start(words, head[0], end)
            if self._grammar.country(words, start) == end:
                return ParsedMention(at, end, "anaphor")
        elif lexicon.transparent.end(keys, at) == head[0] < end:
            start = head[0] if words.capital[head[0]] or lexicon.heads.end(keys, head[0]) > head[0] else at
        if end < last and lexicon.demonstratives.end(keys, end) > end:
            return ParsedMention(at, lexicon.demonstratives.end(keys, end), "anaphor")
        end = self._outlet_end(words, start, end, last) if head[1] == "outlet" else self._whole(words, end, last)
        return ParsedMention(at, end, "organization", name=self._described_name(words, at, start, end))

    def _described_name(self, words: Words, at: int, start: int, end: int) -> TokenRange:
        """What to call a body: the foreign name alone where the rest describes it: *(the gas company) X (of Russia)*.

        The words before the name and the country behind it then say what it is and where, and are no part of it.
        """
        first = self._lexicon.heads.end(words.keys, at)
        own = first
        while own < end and words.forms[own].islower():
            own += 1
        stop = self._grammar.name(words, own) if own < end else own
        if start != at or own == first or stop + 1 >= end or words.keys[stop] not in self._lexicon.links:
            return start, end
        foreign = not any(self._lexicon.native(key) for key in words.keys[own:stop])
        return (own, stop) if foreign and self._grammar.country(words, stop + 1) == end else (start, end)

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

    def _owner(self, words: Words, at: int, last: int) -> ParsedMention | None:
        """The body whose site or account a mention names: *(the website) of the embassy*."""
        lexicon, keys = self._lexicon, words.keys
        end = start = lexicon.channels.end(keys, at)
        while at < end < last and (platform := lexicon.platforms.end(keys, end)) > end:
            end = platform
        if at == start or end >= last:
            return None
        linked = keys[end] in lexicon.links
        owner = end + 1 if linked else end
        if owner >= last or not (linked or end == start):
            return None
        head = lexicon.heads.match(keys, owner)
        known = self._grammar.known_body(words, owner) if linked else owner
        if known == owner and (head is None or head[1] != "body"):
            return None
        body = self.body(words, owner, last, papers=False) if head is not None else None
        if body is not None and body.form == "organization":
            return ParsedMention(at, body.last, "organization", name=body.name)
        known = min(known, last)
        return ParsedMention(at, known, "organization", name=(owner, known)) if known > owner else None

    def _outlet_end(self, words: Words, start: int, end: int, last: int) -> int:
        """As ``_whole`` for an outlet's name, which ends before *of* a country."""
        native = self._lexicon.native
        for index in range(start + 1, end):
            if words.keys[index] in self._lexicon.links:
                return index
            country = self._grammar.country(words, index) if not native(words.keys[index - 1]) else index
            if country == end and all(native(key) for key in words.keys[index:end]):
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
        loose = self._lexicon.loose_documents.end(words.keys, at) > at
        for inner in range(end, last):
            opens = words.capital[inner] or self._lexicon.heads.match(words.keys, inner) is not None
            if not opens:
                continue
            issuer = self.body(words, inner, last, papers=False) or self.capitals(words, inner, last, papers=False)
            if issuer is None or not issuer.named or issuer.form not in ("organization", "name"):
                continue
            if not any(words.capital[slice(*issuer.name)]) and (loose or self._indefinite(words, inner)):
                return ParsedMention(at, last, "unnamed")
            return ParsedMention(at, last, "document", name=issuer.name)
        pointing = end < last == self._lexicon.demonstratives.end(words.keys, end)
        if pointing and self._lexicon.self_named.end(words.keys, at) == end:
            return ParsedMention(at, last, "document", name=(at, end))
        return ParsedMention(at, last, "unnamed" if loose else "document")

    def _indefinite(self, words: Words, at: int) -> bool:
        """Whether the word before ``at`` says *some, a*: a body that the article does not name."""
        return at > 0 and self._lexicon.determiners.end(words.keys, at - 1) == at

    def capitals(self, words: Words, at: int, last: int, *, papers: bool = True) -> ParsedMention | None:
        """A bare name: of a person or of a body, which the article or the registry must tell. ``papers``: as above."""
        end = min(self._grammar.name(words, at), last)
        if end <= at or not words.forms[at][0].isalpha():
            return None
        if end - at > 1 and words.keys[at] in self._lexicon.sentence_starts:
            inner = self.body(words, at + 1, last, papers=papers)
            if inner is not None or not self._lexicon.native(words.keys[at + 1]):
                return inner or ParsedMention(at + 1, end, "name", name=(at + 1, end))
        if end == at + 1 < last and words.forms[end].islower() and self._lexicon.native(words.keys[at]):
            return None
        return ParsedMention(at, end, "name", name=(at, end))
