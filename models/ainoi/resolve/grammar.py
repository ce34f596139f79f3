"""How names, titles and organizations are put together out of words, read from left to right without going back.

Positions are token indices into ``Words``; an ``end`` is the index after the last token.
"""

from __future__ import annotations

from dataclasses import dataclass

from ainoi.resolve.lexicon import Gender, TitleWord
from ainoi.resolve.name_grammar import NameGrammar
from ainoi.resolve.words import APOSTROPHES, Words
from ainoi.tokens import HYPHENS

LONGEST_TITLE = 30
MOST_TITLES = 6
"""Tokens between the first title word and the name; at most ``MOST_TITLES`` of them begin a title."""

OPENING = "("
CLOSING = ")"


@dataclass(frozen=True, slots=True)
class Head:
    """A title word of a mention: its tokens, what it is, and whether a linking word makes it the owner of another."""

    start: int
    end: int
    word: TitleWord
    owner: bool


@dataclass(frozen=True, slots=True)
class PersonReading:
    """Titles and then a name, either of which may be missing."""

    start: int
    name_start: int
    end: int
    heads: tuple[Head, ...]
    complemented: bool
    """Whether a country, body or field follows one of the titles."""
    demonstrative: bool
    gender: Gender
    owner_named: bool
    """Whether the name belongs to the one who owns the office: *(lawyer) of Mr X*."""

    @property
    def named(self) -> bool:
        return self.name_start < self.end and not self.demonstrative

    @property
    def titled(self) -> bool:
        """Whether one of the title words is more than a form of address."""
        return any(head.word.kind in ("office", "role", "kin") for head in self.heads)


class Grammar(NameGrammar):
    """Reads names, organizations and titled persons at a token. Holds no state of its own."""

    def _name_behind_title(self, words: Words, at: int) -> int:
        if at + 1 < len(words) and len(words.forms[at]) == 1 and words.forms[at + 1] in HYPHENS and words.glued(at):
            return at  # a machine: *F-35*
        return self.name(words, at + 2 if self.begins_small(words, at) else at)

    def known_body(self, words: Words, at: int) -> int:
        """End of a known organization's name at ``at`` if no longer name stands there; else ``at``."""
        end = self._bodies.end(words.keys, at) if words.capital[at] else at
        return end if end > at and end >= max(self.name(words, at), self.organization(words, at)) else at

    def first_name(self, words: Words, at: int) -> bool:
        """Whether what could be a noun for an outlet is a first name, a family name behind it: *Trang Trần*."""
        head = self._lexicon.heads.match(words.keys, at)
        if head != (at + 1, "outlet") or at + 1 >= len(words) or not (words.capital[at] and words.capital[at + 1]):
            return False
        alone = at + 2 >= len(words) or not words.capital[at + 2]
        return alone and words.keys[at + 1] in self._lexicon.surnames and self.place(words, at + 1) == at + 1

    def organization(self, words: Words, at: int, *, in_title: bool = False) -> int:
        """End of an organization that begins with a head word at ``at``; ``at`` if there is none.

        ``in_title`` leaves capitalised words of a person's name after it alone.
        """
        lexicon, keys = self._lexicon, words.keys
        if at >= len(words):
            return at
        head = lexicon.heads.match(keys, at)
        if head is None or self.first_name(words, at):
            return at
        end, kind = head
        start_of_rest, closed, count = end, False, len(words)
        stop = min(count, at + LONGEST_TITLE)
        if not in_title and (led := self._led_by(words, end)) > end:
            return led
        while end < stop and words.same_line(end - 1):
            if (
                (field := lexicon.fields.end(keys, end)) > end
                and (words.capital[end] or field - end > 1)
                and not closed
            ):
                end = field
            elif (inner := lexicon.heads.end(keys, end)) > end and words.capital[end] and not closed:
                end = inner
            elif (place := self.place(words, end)) > end:
                end, closed = place, kind == "body"
            elif (local := self._local_place(words, end)) > end:
                end, closed = local, True
            elif (joined := self._joined(words, end)) > end and not closed:
                end = joined
            elif (word := self._compound(words, end)) > end and not closed:
                end = word
            elif in_title and (school := self._school(words, start_of_rest, end)) > end:
                end, closed = school, True
            elif in_title and (end > start_of_rest or lexicon.standalone.end(keys, at) == end):
                break
            elif words.capital[end] and not closed:
                end = self._own_name(words, end, in_title)
                closed = True
            elif end == start_of_rest and (described := self._described(words, end)) > end:
                end, closed = described, True
            else:
                break
        if end == start_of_rest and lexicon.standalone.end(keys, at) != end:
            return at
        return self._abbreviation(words, end)

    def _school(self, words: Words, level: int, at: int) -> int:
        """End of the name of a school, which may be called after somebody: *(headmaster of) THPT Chu Văn An (X Y)*."""
        if at == level or self._lexicon.schools.end(words.keys, level) != at:
            return at
        end = self.name(words, at)
        for middle in range(at + 2, end - 1):
            if words.keys[middle] in self._lexicon.surnames:
                return middle
        return end

    def _joined(self, words: Words, at: int) -> int:
        """End of a linking word, conjunction or comma at ``at`` that a capitalised part of the same name follows."""
        lexicon, following = self._lexicon, at + 1
        if following >= len(words) or not words.capital[following]:
            return at
        if words.keys[at] in lexicon.links:
            return at if self._lexicon.titles.match(words.keys, following) else following
        if words.forms[at] == "," or words.keys[at] in lexicon.conjunctions:
            field = lexicon.fields.end(words.keys, following)
            known = max(field, self._compound(words, following)) > following
            return following if known and self.place(words, following) == following else at
        return at

    def _compound(self, words: Words, at: int) -> int:
        """End of a word of two native syllables whose first alone is capitalised: part of a body's name."""
        lexicon, second = self._lexicon, at + 1
        if second >= len(words) or not words.capital[at] or words.capital[second] or not words.same_line(at):
            return at
        keys = words.keys
        if keys[second] in lexicon.after_names or not (lexicon.native(keys[at]) and lexicon.native(keys[second])):
            return at
        return second + 1

    def _described(self, words: Words, at: int) -> int:
        """End of a place that up to four lower-case words lead to: *(committee) of the border of Belarus*."""
        lexicon, keys, end = self._lexicon, words.keys, at
        while end < len(words) and end - at < 5 and words.same_line(end - 1):
            if words.capital[end]:
                return max(self.place(words, end), at) if end > at else at
            if keys[end] in lexicon.after_names or not lexicon.native(keys[end]):
                return at
            end += 1
        return at

    def _led_by(self, words: Words, at: int) -> int:
        """End of the person whom a government or office is called after: *(the government of) President Biden*."""
        if at >= len(words) or not words.same_line(at - 1):
            return at
        first = at + 1 if words.keys[at] in self._lexicon.links else at
        if first >= len(words) or self.place(words, first) > first:
            return at
        reading = self.person(words, first)
        if reading is None or not (reading.named or (reading.complemented and reading.titled)):
            return at
        return reading.end

    def _local_place(self, words: Words, at: int) -> int:
        """End of a place word and the place after it (province X, district Y); ``at`` if there is none."""
        lexicon = self._lexicon
        end = lexicon.place_words.end(words.keys, at)
        if end == at or end >= len(words) or not words.capital[end] or words.keys[at] in lexicon.links:
            return at
        place = self.place(words, end)
        if place > end:
            return place
        run = self.name(words, end)
        if run - end == 2:
            return run
        for middle in range(end + 2, min(end + 4, run - 1)):
            if words.keys[middle] in lexicon.surnames:
                return middle
        return self._own_name(words, end, in_title=True)

    def _own_name(self, words: Words, at: int, in_title: bool) -> int:
        """End of the capitalised words at ``at`` that name a body and not the person after it."""
        end = self.name(words, at)
        if in_title and words.keys[at] in self._lexicon.surnames and end - at > 1:
            return at
        if not in_title or end - at < 2:
            return end
        for middle in range(at + 1, end):
            if words.keys[middle] in self._lexicon.surnames and end - middle > 1:
                return middle
        return at + 1 if end - at > 2 else end

    def _abbreviation(self, words: Words, end: int) -> int:
        """``end`` moved behind an abbreviation or place in brackets: *(FSB)*."""
        if end + 2 < len(words) and words.forms[end] == OPENING and words.capital[end + 1]:
            inner = self.name(words, end + 1)
            if inner < len(words) and words.forms[inner] == CLOSING:
                return inner + 1
        return end

    def person(self, words: Words, at: int) -> PersonReading | None:
        """Titles with what they belong to, and the name after them; None where no title word starts at ``at``."""
        lexicon, keys, count = self._lexicon, words.keys, len(words)
        heads: list[Head] = []
        end, complemented, owner = at, False, False
        gender: Gender = "any"
        stop = min(count, at + LONGEST_TITLE)
        while end < stop and len(heads) < MOST_TITLES and (end == at or words.same_line(end - 1)):
            place = self.place(words, end) if heads and heads[-1].word.kind not in ("honorific",) else end
            title = lexicon.titles.match(keys, end)
            if title is not None and lexicon.heads.end(keys, end) > title[0]:
                title = None
            if (
                heads
                and lexicon.place_words.end(keys, end) > end + 1
                and (local := self._local_place(words, end)) > end
            ):
                end, complemented = local, True
                continue
            if title is not None and heads and lexicon.fields.end(keys, end) > title[0]:
                title = None
            if place > end and not self._given_name(words, end, place, heads):
                end, complemented = place, True
                continue
            if title is not None and self._opens(words, end, title[0], heads):
                heads.append(Head(end, title[0], title[1], owner))
                gender = title[1].gender if title[1].gender != "any" and not owner else gender
                end = title[0] + self._dot(words, title[0])
                continue
            if not heads or heads[-1].word.kind == "honorific":
                break
            if (body := self._titles_body(words, end)) > end:
                end, complemented = body, True
            elif (field := lexicon.fields.end(keys, end)) > end and (field - end > 1 or words.capital[end]):
                end, complemented = field, True
            elif (bare := lexicon.heads.match(keys, end)) is not None and bare[1] == "body" and bare[0] > end + 1:
                end, complemented = bare[0], True
            elif (field := self._compound(words, end)) > end and end == heads[-1].end:
                end, complemented = field, True
            elif (place := max(self._local_place(words, end), self._known_body(words, end, heads[-1]))) > end:
                end, complemented = place, True
            elif (service := lexicon.services.end(keys, end)) > end and self._linked(words, service):
                end, owner = service, True
            elif (qualifier := lexicon.qualifiers.end(keys, end)) > end:
                end = qualifier
            elif (then := lexicon.then.end(keys, end)) > end:
                end = then
            elif (thing := self._thing(words, end)) > end:
                end, complemented = thing, True
            elif keys[end] in lexicon.links and self._linked(words, end + 1):
                owner = True
                end += 1
            else:
                break
        if not heads:
            return None
        demonstrative = lexicon.demonstratives.end(keys, end) if end < count else end
        if demonstrative > end and not words.capital[end]:
            return PersonReading(at, end, demonstrative, tuple(heads), complemented, True, gender, False)
        if self._bare_body(words, end):
            end, complemented = end + 1, True
        name_end = self._name_behind_title(words, end) if end < count and words.same_line(end - 1) else end
        if name_end > end and self._of_a_body(words, end, name_end, heads[-1]):
            end, complemented = name_end, True
            name_end = self._name_behind_title(words, end) if end < count and words.same_line(end - 1) else end
        owner_named = name_end > end and (heads[-1].owner or keys[end - 1] in lexicon.links)
        return PersonReading(at, end, name_end, tuple(heads), complemented, False, gender, owner_named)

    def _bare_body(self, words: Words, at: int) -> bool:
        """Whether one word for a body stands between an office and a full name: *(chief inspector of the) Sở X Y*."""
        following = at + 1
        if following + 1 >= len(words) or self._lexicon.heads.match(words.keys, at) != (following, "body"):
            return False
        full = words.capital[at] and words.capital[following] and words.capital[following + 1]
        return full and words.keys[following] in self._lexicon.surnames and self.place(words, following) == following

    def _of_a_body(self, words: Words, at: int, end: int, head: Head) -> bool:
        """Whether what looks like the name behind an office is that of a company: *(CEO) The Coffee House*."""
        if head.word.kind != "office" or end - at < 2:
            return False
        return words.keys[at] == "the" or words.keys[end - 1] in self._lexicon.organization_words

    def _titles_body(self, words: Words, at: int) -> int:
        """End of the organization at ``at`` that an office is in, without the name of its holder; ``at`` if none."""
        end = self.organization(words, at, in_title=True)
        known = self._bodies.end(words.keys, at) if words.capital[at] else at
        held = at < known < end and words.capital[known] and not self._lexicon.native(words.keys[known])
        return known if held and self.place(words, known) == known else end

    def _known_body(self, words: Words, at: int, head: Head) -> int:
        """End of the bare name of the body that an office is in: known, an acronym, or after a title that wants one."""
        if not words.capital[at]:
            return at
        end = self.name(words, at)
        body = self._bodies.end(words.keys, at)
        if at < body and (body < end or body == end):
            return body
        form = words.forms[at]
        if form.isupper() and len(form) > 1 and form.isalpha() and not words.glued(at):
            return at + 1
        if head.end == at and self._lexicon.spokespersons.end(words.keys, head.start) == at:
            return end if end - at < 3 else at + 1
        return at

    def _thing(self, words: Words, at: int) -> int:
        """End of a ship, contest or work with its name at ``at``; of the bare noun where a person's name follows it."""
        end = self._lexicon.named_things.end(words.keys, at)
        if end == at or end >= len(words) or words.capital[at] or not words.capital[end]:
            return at
        return self._own_name(words, end, in_title=True)

    def _dot(self, words: Words, at: int) -> int:
        """1 when a full stop at ``at`` only shortens the title before it (*TS.*), else 0."""
        if at + 1 >= len(words) or words.forms[at] != "." or not words.glued(at - 1):
            return 0
        return int(len(words.forms[at - 1]) <= 4 and sum(c.isupper() for c in words.forms[at - 1]) > 1)

    def _opens(self, words: Words, at: int, end: int, heads: list[Head]) -> bool:
        """Whether the title phrase at ``at`` is a title here: not a capitalised single word inside a name."""
        shortened = words.forms[at].isupper() and len(words.forms[at]) > 1
        return not heads or end - at > 1 or shortened or not words.capital[at] or not words.capital[at - 1]

    def _given_name(self, words: Words, at: int, end: int, heads: list[Head]) -> bool:
        """Whether a place word is more likely a name's first part: one syllable or first name, and one more ends it."""
        if heads[-1].word.kind != "role" or end - at > 1:
            return False
        name_end = self.name(words, at)
        if words.keys[at] in self._lexicon.given_places:
            parts = sum(words.capital[at:name_end])
            return parts - sum(form in APOSTROPHES for form in words.forms[at:name_end]) == 2
        if not self._lexicon.native(words.keys[at]):
            return False
        return name_end - at == 2 and self._lexicon.native(words.keys[at + 1])

    def _linked(self, words: Words, at: int) -> bool:
        """Whether a body, place or title that can own an office stands at ``at``."""
        if at >= len(words):
            return False
        return (
            words.capital[at]
            or self.organization(words, at, in_title=True) > at
            or self._lexicon.titles.match(words.keys, at) is not None
        )
