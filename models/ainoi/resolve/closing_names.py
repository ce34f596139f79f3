"""The name at the end of a mention, behind a long description or behind what only looked like the name."""

from __future__ import annotations

from dataclasses import replace

from ainoi.resolve.grammar import Grammar
from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.parsed import ParsedMention
from ainoi.resolve.words import APOSTROPHES, Words
from ainoi.tokens import HYPHENS

COMMAS = frozenset(",-–—")
"""Marks before a name in apposition."""
OPENING, CLOSING = frozenset("(["), frozenset(")]")


class ClosingNames:
    """Finds names at the end of mentions that were read without one. Keeps nothing between calls."""

    def __init__(self, lexicon: Lexicon, grammar: Grammar) -> None:
        self._lexicon = lexicon
        self._grammar = grammar

    def cut_short(self, words: Words, read: ParsedMention) -> bool:
        """Whether a word goes on right behind what was taken for the name: it is the first word of something else."""
        end = read.name[1]
        if end >= read.last:
            return False
        start = read.name[0]
        bracketed = start > 0 and words.forms[start - 1] in OPENING and words.forms[end] in CLOSING
        goes_on = words.forms[end][0].isalpha() and words.same_line(end - 1)
        outside = words.keys[end] in self._lexicon.links or words.keys[end] in self._lexicon.conjunctions
        return bracketed or (goes_on and not outside)

    def said_to_be(self, words: Words, read: ParsedMention) -> ParsedMention | None:
        """The name to which a description leads at the end of a mention: *the sports director of X is Y*."""
        for at in range(read.first + 1, read.last - 1):
            if words.keys[at] in self._lexicon.equals and words.capital[at + 1]:
                if self._grammar.name(words, at + 1) < read.last:
                    return None
                name = (at + 1, read.last)
                if read.form == "organization":
                    return replace(read, name=name)
                return ParsedMention(read.first, read.last, "name", name, ((read.first, at),), read.heads, read.gender)
        return None

    def closing(self, words: Words, read: ParsedMention, *, trusted: bool) -> ParsedMention | None:
        """The name at the end of a long description: *(a veteran of the navy of Y who took part in Z) X*.

        Only where the description is of one person and the name is neither the owner's of something in it nor a
        body's, a place's or a thing's: two words at least, foreign or with a family name first. A ``trusted`` name may
        also be what the description owns (*(director of the) zoo X Y*), and a single foreign word behind a body's.
        """
        first, last, keys = read.first, read.last, words.keys
        if trusted and self._last_alone(words, read):
            return ParsedMention(first, last, "name", (last - 1, last), ((first, last - 1),), read.heads, read.gender)
        titled = self._lexicon.titles.end(keys, first) > self._lexicon.heads.end(keys, first)
        several = self._lexicon.determiners.end(keys, first) > self._lexicon.singular.end(keys, first)
        if several or read.demonstrative or self._lexicon.unnamed.end(keys, first) > first:
            return None
        if read.form == "organization":
            if not titled:
                return None
        elif read.named or read.form not in ("role", "unnamed", "description"):
            return None
        run = last
        while run > first and (words.capital[run - 1] or self._inside_name(words, run - 1)):
            run -= 1
        while run < last and not words.capital[run]:
            run += 1
        start = self._behind_bodies(words, run, last)
        if start == last or run == first or self._grammar.name(words, start) != last:
            return None
        if self._lexicon.heads.end(keys, start) > start:
            return None
        parts = [key for key in keys[start:last] if key[0].isalpha()]
        native = all(self._lexicon.native(part) for part in parts)
        single = trusted and start > run and not native
        if (len(parts) < 2 and not single) or (native and keys[start] not in self._lexicon.surnames):
            return None
        if not self._lexicon.organization_words.isdisjoint((parts[0], parts[-1])):
            return None
        if not (trusted and not native) and self._owned(words, first, run, apart=start > run):
            return None
        return ParsedMention(first, last, "name", (start, last), ((first, start),), read.heads, read.gender)

    def _last_alone(self, words: Words, read: ParsedMention) -> bool:
        """Whether one capitalised word, no place, title or body, is all that stands behind a title: *(accused) X*; the
        next word of the text made it look like the name of an office."""
        at = read.last - 1
        if read.form != "role" or read.named or not read.heads or read.heads[-1].end != at or not words.capital[at]:
            return False
        lexicon, keys = self._lexicon, words.keys
        ends = (table.end(keys, at) for table in (lexicon.titles, lexicon.heads, lexicon.fields))
        if max(*ends, self._grammar.place(words, at), self._grammar.known_body(words, at)) > at:
            return False
        return not words.forms[at].isupper()

    def _inside_name(self, words: Words, at: int) -> bool:
        """Whether a word that is no capital can stand inside a name: a particle, a mark or what a mark joins."""
        if at + 1 >= len(words) or not words.same_line(at):
            return False
        form = words.forms[at]
        if words.glued(at) and (form in HYPHENS or form in APOSTROPHES or form == "."):
            return True
        tail = at > 0 and words.glued(at - 1) and words.forms[at - 1] in HYPHENS
        return tail or words.keys[at] in self._lexicon.particles

    def _behind_bodies(self, words: Words, at: int, last: int) -> int:
        """``at`` moved behind places, known bodies and acronyms that stand before a name."""
        while at < last:
            form = words.forms[at]
            place = max(self._grammar.place(words, at), self._grammar.place(words, at - 1) if at else at)
            place = max(place, self._grammar.known_body(words, at))
            if place > at:
                at = place
            elif form.isupper() and form.isalpha() and len(form) > 1 and self._lexicon.titles.end(words.keys, at) == at:
                at += 1
            else:
                return at
        return last

    def _owned(self, words: Words, first: int, run: int, *, apart: bool) -> bool:
        """Whether the capitals at ``run`` belong to what stands before them: a title, a link, a noun for a thing.

        ``apart``: a place or acronym begins the run, which then is what a link before it leads to.
        """
        lexicon, keys = self._lexicon, words.keys
        nouns = (lexicon.titles, lexicon.named_things, lexicon.heads, *(() if apart else (lexicon.place_words,)))
        if any(table.end(keys, at) == run for table in nouns for at in range(max(first, run - 4), run)):
            return True
        previous = words.forms[run - 1]
        if not apart and (keys[run - 1] in lexicon.links or not (previous[0].isalnum() or previous in COMMAS)):
            return True
        if previous in COMMAS:
            return False
        owners = (self._grammar.person(words, at + 1) for at in range(first, run) if keys[at] in lexicon.links)
        return any(owner is not None and owner.end > run for owner in owners)
