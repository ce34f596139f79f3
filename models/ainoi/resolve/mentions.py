"""Reads one mention: what kind of expression it is, its titles, its name, and what it says of gender and number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ainoi.resolve.bodies import BodyReader
from ainoi.resolve.closing_names import CLOSING, OPENING, ClosingNames
from ainoi.resolve.grammar import Grammar, PersonReading
from ainoi.resolve.lexicon import Gender, Lexicon, PronounKind
from ainoi.resolve.parsed import NO_NAME, Form, ParsedMention
from ainoi.resolve.words import Words

LONGEST = 80
"""Tokens of a mention that are read; no source is named in more."""

DASHES = frozenset("-–—")
PRONOUN_FORMS: Mapping[PronounKind, Form] = {
    "person": "pronoun",
    "plural": "plural",
    "first": "first",
    "first_plural": "first",
}


class MentionReader:
    """Parses mentions with the words of one lexicon; keeps nothing between calls."""

    def __init__(self, lexicon: Lexicon, grammar: Grammar) -> None:
        self._lexicon = lexicon
        self._grammar = grammar
        self._bodies = BodyReader(lexicon, grammar)
        self._endings = ClosingNames(lexicon, grammar)

    def parse(self, words: Words, first: int, last: int, *, named: bool = False) -> ParsedMention:
        """Read the tokens ``first`` to ``last`` (exclusive) as one mention, at most ``LONGEST`` of them.

        ``named``: whether the network takes it for a person's name, with or without titles.
        """
        last = min(last, first + LONGEST)
        items = self._items(words, first, last)
        result = self._combined(words, items) if items else self._described(words, first, last)
        if (result.first, result.last) != (first, last):
            result = replace(result, first=first, last=last)
        if result.form == "name" and self._endings.cut_short(words, result):
            unnamed = replace(result, form="role", name=NO_NAME)
            return self._endings.closing(words, unnamed, trusted=named) or result
        if result.form == "name" or result.form == "joint":
            return result
        if result.form in ("role", "organization") and (said := self._endings.said_to_be(words, result)) is not None:
            return said
        if any(self._lexicon.anonymous.end(words.keys, at) > at for at in range(first, last)):
            return ParsedMention(first, last, "unnamed", titles=result.titles, heads=result.heads, gender=result.gender)
        return self._endings.closing(words, result, trusted=named) or result

    def _described(self, words: Words, first: int, last: int) -> ParsedMention:
        """Words of which none is known: they point back if they begin with a title's modifier or end with *this*."""
        title = self._lexicon.titles.match(words.keys, first)
        modified = title is not None and title[1].kind == "modifier"
        if modified or any(self._lexicon.demonstratives.end(words.keys, at) == last for at in (last - 1, last - 2)):
            return ParsedMention(first, last, "role", demonstrative=True)
        return ParsedMention(first, last, "description")

    def _items(self, words: Words, first: int, last: int) -> list[tuple[str, ParsedMention]]:
        """The expressions a mention is made of, each with what joins it to the one before: *and*, a comma, nothing."""
        items: list[tuple[str, ParsedMention]] = []
        at, link, depth = first, "", 0
        while at < last:
            form = words.forms[at]
            if form in OPENING:
                depth, link, at = depth + 1, "(", at + 1
                continue
            if form in CLOSING:
                depth, at = max(0, depth - 1), at + 1
                continue
            if form == "," or (form in DASHES and not self._inside_word(words, at)):
                link, at = ",", at + 1
                continue
            if words.keys[at] in self._lexicon.conjunctions and items:
                link, at = "and", at + 1
                continue
            item = self._item(words, at, last) if not items or link else None
            if item is not None and link == "and" and at - 1 > items[-1][1].last and not (item.heads and item.named):
                item = None
            if item is not None:
                if not depth or not items:
                    items.append((link, item))
                elif item.form == "name" and items[-1][1].form in ("pronoun", "role", "description"):
                    items.append((",", item))
                at, link = max(item.last, at + 1), ""
                continue
            if words.keys[at] in self._lexicon.links and (owner := self._owner(words, at + 1)) is not None:
                at = max(min(owner.end, last), at + 1)
                if not items:
                    items.append(("", ParsedMention(first, at, "unnamed")))
                continue
            tail = self._tail_name(words, at, last)
            if tail is not None and items and items[-1][1].form in ("role", "description") and not depth:
                items.append((",", tail))
                at = tail.last
                continue
            at += 1
            link = ""
        return items

    def _owner(self, words: Words, at: int) -> PersonReading | None:
        """The person at ``at``, behind a word that links; None for a place, even one that is a form of address too."""
        return self._grammar.person(words, at) if self._grammar.place(words, at) == at else None

    def _inside_word(self, words: Words, at: int) -> bool:
        return at > 0 and words.glued(at - 1) and words.glued(at)

    def _tail_name(self, words: Words, at: int, last: int) -> ParsedMention | None:
        """A capitalised run that ends its part of the mention, also after a place: *(a) businessman living in Y X*."""
        previous = at - 1
        if previous < 0 or not words.capital[at]:
            return None
        start = self._grammar.place(words, at)
        if start >= last:
            return None
        if start == at and (
            words.keys[previous] in self._lexicon.links
            or words.capital[previous]
            or self._lexicon.place_words.end(words.keys, previous) == at
        ):
            return None
        end = min(self._grammar.name(words, start), last)
        ends = end >= last or words.forms[end] in ",()-–" or words.keys[end] in self._lexicon.links
        if end - start < 2 or not ends:
            return None
        return ParsedMention(start, end, "name", name=(start, end))

    def _combined(self, words: Words, items: list[tuple[str, ParsedMention]]) -> ParsedMention:
        """One reading out of the parts: appositions merged, joint speakers listed."""
        items = self._countries(words, items)
        merged = [items[0][1]]
        joint = any(link == "and" for link, _ in items)
        for link, item in items[1:]:
            apposed = self._apposed(words, merged[-1], item, joint) if link != "and" else None
            if apposed is not None:
                merged[-1] = apposed
            elif link == "and" and self._followers(words, merged[-1], item):
                continue
            elif item.form in ("name", "role", "organization", "pronoun") and _same_sort(merged[-1], item):
                merged.append(item)
            elif link == "and":
                if self._bare(words, merged[-1]) and item.form in ("role", "unnamed"):
                    return ParsedMention(0, 0, "unnamed")
                break
        if len(merged) > 1 and (joint or all(item.form == "organization" for item in merged)):
            return ParsedMention(0, 0, "joint", members=tuple(merged))
        return merged[0]

    def _countries(self, words: Words, items: list[tuple[str, ParsedMention]]) -> list[tuple[str, ParsedMention]]:
        """In a list of bodies a pronoun that is a country's name as well means the country."""
        if len(items) < 2 or not any(item.form == "organization" for _, item in items):
            return items
        return [
            (link, ParsedMention(item.first, item.last, "organization", (item.first, item.last)))
            if item.form == "pronoun" and self._grammar.country(words, item.first) == item.last
            else (link, item)
            for link, item in items
        ]

    def _followers(self, words: Words, one: ParsedMention, other: ParsedMention) -> bool:
        """Whether the second is a group around the first, a person, that has no name of its own: *(X) and his team*."""
        body = other.form == "organization" and not any(words.capital[slice(*other.name)])
        return body and one.form == "name" and bool(one.heads)

    def _described_body(self, words: Words, one: ParsedMention, other: ParsedMention) -> bool:
        """Whether a bare name in front of a common noun for a body is that body's: *X, a newspaper of Poland*."""
        end = self._lexicon.heads.end(words.keys, other.first)
        common = other.form == "organization" and other.first < end < other.last and not words.capital[end]
        return common and not one.heads and words.keys[one.name[0]] not in self._lexicon.surnames

    def _bare(self, words: Words, item: ParsedMention) -> bool:
        """Whether a body is no more than a common noun: *the authorities (and experts)*."""
        return item.form == "organization" and self._lexicon.heads.end(words.keys, item.first) == item.last

    def _apposed(self, words: Words, one: ParsedMention, other: ParsedMention, joint: bool) -> ParsedMention | None:
        """One reading of two parts with no conjunction between them, if the second only says more about the first."""
        titles = (*one.titles, *other.titles)
        if _renames(one, other):
            return replace(other, titles=((one.first, one.last), *other.titles))
        if one.form == other.form == "organization":
            capital = other.named and words.capital[other.name[0]]
            return None if capital else one
        if one.form == "name" and other.form == "name":
            return replace(one, titles=(*one.titles, (other.first, other.last))) if other.titles and not joint else None
        if one.form == "name" and self._described_body(words, one, other):
            return replace(one, form="organization")
        if one.form == "name" and other.form in ("role", "organization", "description", "unnamed"):
            return replace(one, titles=titles)
        if one.form in ("role", "pronoun", "description", "document", "unnamed") and other.form == "name":
            return replace(other, titles=titles, gender=_either(other.gender, one.gender))
        if one.form == "role" and other.form in ("role", "organization", "description"):
            return replace(one, titles=titles)
        return None

    def _item(self, words: Words, at: int, last: int) -> ParsedMention | None:
        """The expression at token ``at``; None where nothing known starts."""
        lexicon, keys = self._lexicon, words.keys
        known = min(self._grammar.known_body(words, at), last)
        head = lexicon.heads.match(keys, at)
        ends = known >= last or words.keys[known] in lexicon.conjunctions or not words.forms[known].isalnum()
        ends = ends or (known > self._grammar.name(words, at) and self._grammar.organization(words, at) == at)
        ends = ends or not (any(words.capital[known:last]) or lexicon.anaphors.end(keys, known) > known)
        if known > at and ends and (head is None or head[1] != "outlet"):
            return ParsedMention(at, known, "organization", name=(at, known))
        pronoun = lexicon.pronouns.match(keys, at)
        title = lexicon.titles.match(keys, at)
        if title is not None and pronoun is not None and pronoun[0] < title[0] <= last:
            pronoun = None
        if pronoun is not None and pronoun[0] <= last and not self._named_after(words, pronoun[0], last):
            return ParsedMention(at, pronoun[0], PRONOUN_FORMS[pronoun[1].kind], gender=pronoun[1].gender)
        determiner = lexicon.determiners.end(keys, at)
        counted = determiner > at and not self._proper(words, at, determiner)
        if counted or keys[at][0].isdigit():
            return self._indefinite(words, at, max(determiner, at + 1), last)
        person = self._reporter(words, at, last) or self._person(words, at, last) or self._side_of(words, at, last)
        if person is not None:
            return person
        if (noun := lexicon.unnamed.end(keys, at)) > at:
            named = (
                self._issued(words, at, last)
                or self._introduced(words, noun, last)
                or self._called(words, at, noun, last)
            )
            return named or ParsedMention(at, min(noun, last), "unnamed")
        return self._bodies.body(words, at, last) or self._bodies.capitals(words, at, last)

    def _proper(self, words: Words, at: int, determiner: int) -> bool:
        """Whether a word that can count things begins a place or a body here: a number word in a country's name."""
        return self._grammar.place(words, at) > at or self._lexicon.heads.end(words.keys, at) > determiner

    def _named_after(self, words: Words, at: int, last: int) -> bool:
        """Whether a name or title goes on after a form of address."""
        if at >= last:
            return False
        return (
            words.capital[at]
            or self._grammar.begins_small(words, at)
            or self._lexicon.titles.match(words.keys, at) is not None
        )

    def _indefinite(self, words: Words, first: int, at: int, last: int) -> ParsedMention:
        """What follows *a, some, many, the (plural)*: bodies named one by one count, everything else is unnamed."""
        head = self._lexicon.heads.match(words.keys, at) if at < last else None
        if head is not None and head[0] <= last and self._lexicon.titles.end(words.keys, at) <= head[0]:
            body = self._bodies.body(words, at, last)
            if body is not None and body.form == "document" and body.named:
                return body
            place = body is not None and self._grammar.place(words, body.name[0]) == body.name[1]
            if body is not None and body.named and body.name[1] == last and words.capital[body.name[0]] and not place:
                return body
        if (named := self._introduced(words, at, last)) is not None:
            return named
        listed = self._listed(words, at, last)
        if listed is not None:
            return listed
        if words.keys[first] in self._lexicon.two and self._lexicon.titles.match(words.keys, at) is not None:
            return ParsedMention(first, last, "plural")
        if at >= last or words.capital[at] or self._lexicon.singular.end(words.keys, first) != at:
            return ParsedMention(first, last, "unnamed")
        reading = self._grammar.person(words, at)
        if reading is None:
            noun = self._lexicon.pronouns.match(words.keys, at)
            return ParsedMention(first, last, "unnamed", gender=noun[1].gender if noun is not None else "any")
        return ParsedMention(
            first, last, "unnamed", NO_NAME, ((at, min(reading.name_start, last)),), reading.heads, reading.gender
        )

    def _listed(self, words: Words, at: int, last: int) -> ParsedMention | None:
        """Speakers named one by one after *such as* or after what they are: *(the airlines) X, Y and Z*."""
        title = self._grammar.person(words, at)
        head = max(self._lexicon.heads.end(words.keys, at), title.name_start if title is not None else at)
        for index in range(at + 1, last - 2):
            if words.capital[index] and (index == head or words.keys[index - 1] in self._lexicon.listing):
                listed = self.parse(words, index, last)
                return listed if listed.form == "joint" else None
        return None

    def _introduced(self, words: Words, at: int, last: int) -> ParsedMention | None:
        """A name that a word like *called* introduces after a description."""
        for index in range(at, last - 1):
            if words.keys[index] in self._lexicon.naming and words.capital[index + 1]:
                return self._bodies.capitals(words, index + 1, last)
        return None

    def _issued(self, words: Words, at: int, last: int) -> ParsedMention | None:
        """A paper that says who issued it: *figures of the customs office*."""
        head = self._lexicon.heads.match(words.keys, at)
        paper = self._bodies.body(words, at, last) if head is not None and head[1] == "document" else None
        return paper if paper is not None and paper.form == "document" and paper.named else None

    def _called(self, words: Words, at: int, noun: int, last: int) -> ParsedMention | None:
        """The full name behind a noun for one of many: *voter X Y Z*; not the name of somebody's family."""
        title = self._lexicon.titles.match(words.keys, at)
        if noun >= last or (title is not None and title[1].kind == "kin"):
            return None
        end = min(self._grammar.name(words, noun), last)
        telling = words.keys[noun] in self._lexicon.surnames and self._grammar.place(words, noun) == noun
        if end - noun < 2 or not telling or not all(self._lexicon.native(key) for key in words.keys[noun:end]):
            return None
        return ParsedMention(at, end, "name", name=(noun, end), titles=((at, noun),))

    def _reporter(self, words: Words, at: int, last: int) -> ParsedMention | None:
        """The outlet whose reporter, without a name, is the source: *(the reporter of) TTXVN in Tokyo*."""
        outlet = self._lexicon.reporters.end(words.keys, at)
        end = min(self._grammar.known_body(words, outlet), last) if at < outlet < last else outlet
        if end == outlet or (end < last and words.capital[end]):
            return None
        return ParsedMention(at, end, "organization", name=(outlet, end))

    def _person(self, words: Words, at: int, last: int) -> ParsedMention | None:
        """Titles and name at ``at``."""
        reading = self._grammar.person(words, at)
        if reading is None:
            return None
        end = min(reading.end, last)
        name = (reading.name_start, end) if reading.named and reading.name_start < end else NO_NAME
        titles = ((at, min(reading.name_start, last)),) if reading.titled else ()
        if name != NO_NAME:
            kin = reading.heads[0].word.kind == "kin" and len(reading.heads) > 1
            owned = reading.owner_named or kin
            if owned:
                whole = ((at, end),)
                return ParsedMention(at, end, "role", name, whole, reading.heads, reading.gender, owner_named=True)
            return ParsedMention(at, end, "name", name, titles, reading.heads, reading.gender)
        if not reading.titled:
            return None
        if end < last and end == reading.heads[-1].end and self._several(words, end):
            two = words.keys[end] in self._lexicon.two
            return ParsedMention(at, end, "plural") if two else ParsedMention(at, end, "unnamed")
        return ParsedMention(at, end, "role", NO_NAME, titles, reading.heads, reading.gender, reading.demonstrative)

    def _side_of(self, words: Words, at: int, last: int) -> ParsedMention | None:
        """The person whose side speaks: *(the side of) General X*."""
        side = self._lexicon.transparent.end(words.keys, at)
        person = self._person(words, side, last) if at < side < last else None
        return person if person is not None and person.form == "name" else None

    def _several(self, words: Words, at: int) -> bool:
        """Whether a number or a plural determiner at ``at`` makes the title before it that of several people."""
        determiner = self._lexicon.determiners.end(words.keys, at)
        single = self._lexicon.singular.end(words.keys, at) == determiner
        if words.keys[at][0].isdigit():
            return at + 1 >= len(words) or words.keys[at + 1] not in self._lexicon.ages
        return determiner > at and not single and not words.capital[at]


def _same_sort(one: ParsedMention, other: ParsedMention) -> bool:
    """Whether two expressions can be speakers side by side: two people, or two bodies."""
    bodies = ("organization", "document")
    return (one.form in bodies) == (other.form in bodies) or "name" in (one.form, other.form)


def _renames(one: ParsedMention, other: ParsedMention) -> bool:
    """Whether a second name in apposition is the person's and the first the body's: *(secretary) WMO, Ms X*."""
    if one.form != "name" or other.form != "name" or not one.titles or other.titles:
        return False
    addressed = any(head.word.kind == "honorific" for head in one.heads)
    return not addressed and one.name[1] - one.name[0] == 1


def _either(one: Gender, other: Gender) -> Gender:
    return one if one != "any" else other
