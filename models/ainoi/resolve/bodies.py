"""Reads mentions of organizations: bodies, countries, papers of theirs, and nouns that point back to them."""

from __future__ import annotations

from dataclasses import replace

from ainoi.resolve.grammar import Grammar
from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.parsed import ParsedMention, TokenRange
from ainoi.resolve.words import Words
from ainoi.tokens import HYPHENS

LONGEST_SHORT = 4
"""Letters of a word that a full stop can shorten inside a name: *TP.*, *UBND.*"""
JOINING = frozenset("&–")
"""Marks between two parts of a body's name."""


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
        if lexicon.heads.end(keys, at) <= country != at and self._grammar.name(words, at) <= country:
            return ParsedMention(at, min(country, last), "organization", name=(at, min(country, last)))
        head = lexicon.heads.match(keys, at)
        if head is not None and self._grammar.first_name(words, at):
            return None
        if head is None:
            place = min(self._grammar.place(words, at), last)
            if place <= at or self._grammar.name(words, at) > place:
                return None
            return ParsedMention(at, place, "organization", name=(at, place))
        if head[1] == "document":
            return self._document(words, at, head[0], last) if papers else ParsedMention(at, last, "document")
        if head[1] == "outlet" and (owner := self._owner(words, at, last)) is not None:
            return owner
        inside = lexicon.heads.match(keys, head[0]) if lexicon.transparent.end(keys, at) == head[0] < last else None
        if inside is not None and inside[1] != "document":
            inner = self.body(words, head[0], last, papers=papers)
            if inner is not None and inner.form == "organization":
                return replace(inner, first=at)
        end = min(self._grammar.organization(words, at), last)
        if end <= at:
            return self._bare_head(words, at, min(head[0], last), last)
        start = at
        if head[1] == "outlet" and head[0] < end:
            start = self._outlet_start(words, head[0], end)
            if self._grammar.country(words, start) == end:
                return ParsedMention(at, end, "anaphor")
            if self._own_noun(words, start, end):
                start = at
        elif lexicon.transparent.end(keys, at) == head[0] < end:
            start = head[0] if words.capital[head[0]] and not self._kept(words, at, head[0]) else at
        if end < last and lexicon.demonstratives.end(keys, end) > end:
            return ParsedMention(at, lexicon.demonstratives.end(keys, end), "anaphor")
        if head[1] == "outlet":
            end = self._outlet_end(words, start, end, last)
        elif not self._leader_follows(words, end, last):
            end = self._whole(words, end, last)
        return ParsedMention(at, end, "organization", name=self._described_name(words, at, start, end))

    def _leader_follows(self, words: Words, end: int, last: int) -> bool:
        """Whether a foreign name in full closes the mention behind a body that ends with its country: *(the office of
        the president of) Kazakhstan Kassym-Jomart Tokayev*."""
        if last - end < 2 or self._grammar.name(words, end) != last:
            return False
        in_country = any(self._grammar.country(words, at) == end for at in range(max(0, end - 4), end))
        return in_country and not any(self._lexicon.native(words.keys[at]) for at in (end, last - 1))

    def _kept(self, words: Words, at: int, end: int) -> bool:
        """Whether the head from ``at`` to ``end`` belongs to the name: *Tổ chức Du lịch Thế giới*, a native one."""
        if self._lexicon.kept_before_native.end(words.keys, at) != end or self._grammar.place(words, end) > end:
            return False
        return self._lexicon.native(words.keys[end])

    def _described_name(self, words: Words, at: int, start: int, end: int) -> TokenRange:
        """What to call a body: the foreign name alone where the rest describes it: *(the gas company) X (of Russia)*.

        The words before the name and the country behind it then say what it is and where, and are no part of it.
        """
        first = self._lexicon.heads.end(words.keys, at)
        own = first
        while own < end and words.forms[own].islower():
            own += 1
        stop = self._grammar.name(words, own) if own < end else own
        if start != at or own == first or any(self._lexicon.native(key) for key in words.keys[own:stop]):
            return start, end
        company = self._lexicon.companies.end(words.keys, at) == first
        if company and stop == end > own and self._grammar.place(words, own) == own:
            return own, stop
        linked = stop + 1 < end and words.keys[stop] in self._lexicon.links
        return (own, stop) if linked and self._grammar.country(words, stop + 1) == end else (start, end)

    def _whole(self, words: Words, end: int, last: int) -> int:
        """``end`` moved to where the mention stops speaking of the body itself: a mark, a verb, the mention's end."""
        while end < last:
            if words.forms[end].islower() and self._lexicon.clause_words.end(words.keys, end) > end:
                break
            if words.keys[end] in self._lexicon.conjunctions:
                if not self._goes_on(words, end + 1, last):
                    break
            elif not words.forms[end][0].isalnum() and not self._inside_name(words, end, last):
                break
            end += 1
        while end > 0 and words.keys[end - 1] in self._lexicon.links and words.forms[end - 1].islower():
            end -= 1
        return end

    def _inside_name(self, words: Words, at: int, last: int) -> bool:
        """Whether a mark stands inside a body's name: *TP.HCM*, *R&D*, *HIV/AIDS*, *Lao động - Thương binh*."""
        form, following = words.forms[at], at + 1
        if following >= last or not words.forms[following][0].isalnum():
            return False
        if form == ".":
            short = len(words.forms[at - 1]) <= LONGEST_SHORT and words.capital[at - 1]
            return short and words.glued(at - 1) and words.capital[following]
        if form == "/":
            return words.glued(at - 1) and words.glued(at)
        if form == "," and words.keys[following] in self._lexicon.after_comma:
            return True
        if form not in HYPHENS and form not in JOINING:
            return False
        if form in HYPHENS and words.glued(at - 1) and words.glued(at):
            return True
        return words.capital[following] and self._lexicon.heads.match(words.keys, following) is None

    def _goes_on(self, words: Words, at: int, last: int) -> bool:
        """Whether the words behind a conjunction belong to the same body: two native syllables, no other source."""
        if at + 1 >= last or words.capital[at + 1] or not words.forms[at + 1][0].isalnum():
            return False
        keys, lexicon = words.keys, self._lexicon
        if not (lexicon.native(keys[at]) and lexicon.native(keys[at + 1])):
            return False
        if words.capital[at]:
            return lexicon.heads.match(keys, at) is None
        nouns = (lexicon.determiners, lexicon.unnamed, lexicon.heads, lexicon.titles, lexicon.pronouns)
        return keys[at] not in lexicon.people and all(table.end(keys, at) == at for table in nouns)

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

    def _own_noun(self, words: Words, start: int, end: int) -> bool:
        """Whether an outlet's name needs the noun before it: *Thời báo Hoàn cầu*, but *(báo) Tuổi Trẻ*."""
        native = all(self._lexicon.native(key) for key in words.keys[start:end] if key[0].isalnum())
        if not native and self._grammar.place(words, start) == start:
            return False
        return self._grammar.known_body(words, start) != end or self._lexicon.heads.end(words.keys, start) > start

    def _bare_head(self, words: Words, at: int, end: int, last: int) -> ParsedMention:
        """A head word with nothing known after it: all of the mention's own words belong to it."""
        if end == last:
            return ParsedMention(at, end, "anaphor")
        stop = max(self._whole(words, end, last), end)
        return ParsedMention(at, stop, "organization", name=self._described_name(words, at, at, stop))

    def _document(self, words: Words, at: int, end: int, last: int) -> ParsedMention:
        """A paper, and the first body named in the mention as the one that issues it."""
        loose = self._lexicon.loose_documents.end(words.keys, at) > at
        for inner in range(end, last):
            if not (words.capital[inner] or self._opens(words, inner, end)):
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

    def _opens(self, words: Words, at: int, end: int) -> bool:
        """Whether a body's head in small letters begins the issuer of a paper whose own words end at ``end``."""
        before = words.keys[at - 1]
        led = at == end or before in self._lexicon.links or before in self._lexicon.issuing
        return led and self._lexicon.heads.match(words.keys, at) is not None

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
