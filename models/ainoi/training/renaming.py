"""Gold articles in which the speakers have other names, so that a name is read and not recognised."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

import regex

from ainoi.resolve.lexicon import Gender, Lexicon
from ainoi.resolve.names import NameFinder
from ainoi.resolve.registry import Registry, fold
from ainoi.resolve.words import Words
from ainoi.training.edits import Edit, Record, edited

DRAWS = 40
"""Names tried for one that fits before a speaker keeps his own."""

_NAME = regex.compile(r"\p{Lu}[\p{L}\p{M}]+(?:-[\p{L}\p{M}]{2,})*(?:[ ]\p{Lu}[\p{L}\p{M}]+(?:-[\p{L}\p{M}]{2,})*)*")
_BETWEEN = regex.compile(r"[ \xa0]|\.[ \xa0]?|[ ]?[-‐‑][ ]?|")
"""What may stand between two words of one name."""


@dataclass(frozen=True)
class Name:
    """A name of somebody. ``shape`` tells for whom it can stand in: the kind of speaker, whether it is a name of the
    pack's own language, and how many words each of its parts has."""

    text: str
    words: tuple[str, ...]
    keys: tuple[str, ...]
    shape: tuple[str, bool, tuple[int, ...]]
    gender: Gender


@dataclass(frozen=True)
class _Form:
    """One way of naming ``speaker`` (``old``), and the same way of naming who takes his place."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    text: str
    speaker: str
    alone: bool
    """Whether the word means the speaker wherever it stands."""


@dataclass(frozen=True)
class _Match:
    """Tokens of a text that are ``form``."""

    tokens: list[int]
    form: _Form


class Renamer:
    """Gives the speakers of an article names drawn from the speakers of ``articles`` and of ``registry``."""

    def __init__(
        self, finder: NameFinder, lexicon: Lexicon, articles: Iterable[Record] = (), registry: Registry | None = None
    ) -> None:
        self._finder = finder
        self._lexicon = lexicon
        found: dict[str, Name] = {}
        for article in articles:
            for speaker, quotes in _by_speaker(article).items():
                self._collect(found, speaker, quotes[0]["kind"], self._gender(article["text"], quotes))
        for person in registry.people.values() if registry else ():
            self._collect(found, person.name, "person", person.gender or "any")
        for body in registry.organizations.values() if registry else ():
            self._collect(found, body.name, "organization", "any")
        self._names: dict[tuple[str, bool, tuple[int, ...]], list[Name]] = {}
        for name in found.values():
            self._names.setdefault(name.shape, []).append(name)

    def _collect(self, found: dict[str, Name], text: str, kind: str, gender: Gender) -> None:
        name = self._name(text, kind, gender)
        if name is None:
            return
        if name.text not in found or found[name.text].gender == "any":
            found[name.text] = name
        if kind == "person" and len(name.shape[2]) > 1:
            # Somebody who is known by one name only may be called as the last name or given name of anybody.
            last = self._name(text.rsplit(" ", 1)[-1], kind, gender)
            if last is not None and last.shape[1] == name.shape[1]:
                found.setdefault(last.text, last)

    def _name(self, text: str, kind: str, gender: Gender) -> Name | None:
        """``text`` as a name; None for titles, initials and places, and where its language cannot be told."""
        text = unicodedata.normalize("NFC", text)
        if not _NAME.fullmatch(text):
            return None
        words, keys = self._words(text)
        lexicon = self._lexicon
        own = [lexicon.native(key) for key in keys]
        native = all(own) and (keys[0] in lexicon.surnames or not text.isascii())
        if all(own) and not native:
            return None
        if lexicon.places.end(list(keys), 0) == len(keys) or (kind == "organization" and any(own)):
            return None
        sizes = tuple(part.count("-") + 1 for part in text.split(" "))
        return Name(text, words, keys, (kind, native, sizes), gender)

    def _words(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Forms and keys of the words in a name."""
        words = Words.of(text, self._lexicon.spelling)
        kept = [i for i, form in enumerate(words.forms) if form[0].isalpha()]
        return tuple(words.forms[i] for i in kept), tuple(words.keys[i] for i in kept)

    def _gender(self, text: str, quotes: list[Record]) -> Gender:
        """What the titles in a speaker's mentions tell."""
        for quote in quotes:
            if quote["mention"]:
                words = Words.of(text[slice(*quote["mention"])], self._lexicon.spelling)
                title = self._lexicon.titles.match(words.keys, 0)
                if title is not None and title[1].gender != "any":
                    return title[1].gender
        return "any"

    def __call__(self, record: Record, chance: random.Random, *, organizations: bool = False) -> Record:
        """``record`` with another name for every speaker whose name stands in the text and has the shape of a name.

        All of a name's forms follow: the speaker, the aliases, short forms in the text, ``title`` and ``via``. People
        who share a word of their names share it afterwards. ``organizations``: those with foreign names as well.
        """
        text = record["text"]
        words = Words.of(text, self._lexicon.spelling)
        forms = self._forms(record, words, chance, ("person", "organization") if organizations else ("person",))
        if not forms:
            return record
        matches = list(self._matches(words, forms, self._own_words(record, words)))
        named = {match.form.speaker for match in matches}
        forms = {keys: form for keys, form in forms.items() if form.speaker in named}
        renamed = edited(record, [edit for match in matches for edit in _edits(words, match)])

        def other(value: Any, *, own: bool = False) -> Any:
            return self._in_short(value, forms, own=own) if isinstance(value, str) else value

        quotes = []
        for quote in renamed["quotes"]:
            own = quote["speaker"] in named
            aliases = [other(alias, own=own) for alias in quote["aliases"]]
            changed = {"speaker": other(quote["speaker"], own=own), "aliases": aliases, "via": other(quote["via"])}
            quotes.append({**quote, **changed})
        return {**renamed, "quotes": quotes, "title": other(renamed.get("title"))}

    def _forms(
        self, record: Record, words: Words, chance: random.Random, kinds: tuple[str, ...]
    ) -> dict[tuple[str, ...], _Form]:
        """How everybody in the article is called and will be, by the keys of the words."""
        forms: dict[tuple[str, ...], _Form] = {}
        present = {key for key, capital in zip(words.keys, words.capital, strict=True) if capital}
        speakers = _by_speaker(record)
        for speaker, quotes in speakers.items():
            kind = quotes[0]["kind"]
            old = self._name(speaker, kind, self._gender(record["text"], quotes)) if kind in kinds else None
            new = old and self._draw(old, present, chance)
            if old is None or new is None:
                continue
            shared = {key: forms[(key,)].text for key in old.keys if (key,) in forms}
            new = _with_words(new, tuple(map(shared.get, old.keys, new.words)))
            present.update(self._words(new.text)[1])
            aliases = dict.fromkeys(alias for quote in quotes for alias in quote["aliases"] if alias not in speakers)
            for form in self._ways(speaker, old, new, aliases):
                forms.setdefault(tuple(self._words(" ".join(form.old))[1]), form)
        return forms

    def _draw(self, old: Name, present: set[str], chance: random.Random) -> Name | None:
        """A name of the same shape for whom the article has no namesake; None where there is none."""
        names = self._names.get(old.shape, [])
        for _ in range(DRAWS if names else 0):
            new = chance.choice(names)
            told_apart = new.keys[-1:] if old.shape[1] else new.keys
            # A name of the pack's language tells the gender to who reads it.
            fits = old.gender in ("any", new.gender) or (new.gender == "any" and not old.shape[1])
            if fits and present.isdisjoint(told_apart):
                return new
        return None

    def _ways(self, speaker: str, old: Name, new: Name, aliases: Iterable[str]) -> Iterator[_Form]:
        """The full name, its endings, and each alias, with what stands for it."""

        def form(words: tuple[str, ...], instead: tuple[str, ...], text: str | None = None) -> _Form:
            key = self._words(words[0])[1]
            alone = len(words) > 1 or not (self._lexicon.native(key[0]) or self._lexicon.places.end(list(key), 0))
            return _Form(words, instead, " ".join(instead) if text is None else text, speaker, alone)

        count = len(old.words)
        yield form(old.words, new.words, new.text)
        yield from (form(old.words[i:], new.words[i:]) for i in range(1, count))
        if count > 2:
            yield form((old.words[0], old.words[-1]), (new.words[0], new.words[-1]))
        if count > 1:
            yield form((old.words[0][0], old.words[-1]), (new.words[0][0], new.words[-1]))
        old_parts, new_parts = old.text.split(), new.text.split()
        for alias in aliases:
            parts = alias.split()
            words, keys = self._words(alias)
            if len("".join(keys)) < 2 or not (parts[0][0].isupper() and parts[-1][0].isupper()):
                continue
            if len(parts) == 1 and len(old_parts) > 1:
                place = _nearest(alias, old_parts)
                yield form(words, self._words(new_parts[place])[0], new_parts[place])
                whole = self._words(" ".join([*old_parts[:place], alias, *old_parts[place + 1 :]]))[0]
                yield form(whole, new.words, new.text)
            elif old.keys[-1] in keys and len(keys) > count:
                known = dict(zip(old.keys, new.words, strict=True))
                yield form(words, tuple(map(known.get, keys, words)))
            elif all(part[0].isupper() for part in parts):
                yield form(words, new.words, new.text)

    def _own_words(self, record: Record, words: Words) -> set[int]:
        """The words that end the name of a person and are all of it, titles apart."""
        starts = {mention.end: mention.start for mention in self._finder.find_words(words) if mention.label == "person"}
        starts.update(
            (mention[1], mention[0]) for mention in (quote["mention"] for quote in record["quotes"]) if mention
        )
        titles = self._lexicon.titles
        found = set()
        for i, end in enumerate(words.ends):
            start = starts.get(end)
            if start is None or (start == words.starts[i] and titles.end(words.keys, i) > i):
                continue
            if start == words.starts[i] or not words.capital[i - 1] or titles.end(words.keys, i - 1) == i:
                found.add(i)
        return found

    def _matches(
        self, words: Words, forms: dict[tuple[str, ...], _Form], own_words: set[int] | None = None
    ) -> Iterator[_Match]:
        """Where the text has one of ``forms``, the longest at each place; a word of the pack's language by itself only
        if it is one of ``own_words`` (or that is None)."""
        letters = [i for i, form in enumerate(words.forms) if form[0].isalnum()]
        longest = max(map(len, forms), default=0)
        starts = {keys[0] for keys in forms}
        at = 0
        while at < len(letters):
            step = 1
            if words.capital[letters[at]] and words.keys[letters[at]] in starts:
                for count in range(min(longest, len(letters) - at), 0, -1):
                    chosen = letters[at : at + count]
                    form = forms.get(tuple(words.keys[i] for i in chosen))
                    if form is None or not (form.alone or own_words is None or chosen[0] in own_words):
                        continue
                    gaps = (words.text[words.ends[i] : words.starts[j]] for i, j in pairwise(chosen))
                    if all(_BETWEEN.fullmatch(gap) for gap in gaps):
                        yield _Match(chosen, form)
                        step = count
                        break
            at += step

    def _in_short(self, value: str, forms: dict[tuple[str, ...], _Form], *, own: bool) -> str:
        """A name, or a title, with ``forms`` replaced; ``own``: it names one of those who are renamed, so that its
        words mean nobody else."""
        words = Words.of(value, self._lexicon.spelling)
        matches = self._matches(words, forms, None if own else set())
        edits = [edit for match in matches for edit in _edits(words, match)]
        return str(edited({"text": value, "quotes": []}, edits)["text"])


def _by_speaker(record: Record) -> dict[str, list[Record]]:
    """The records of each speaker with a name."""
    found: dict[str, list[Record]] = {}
    for quote in record["quotes"]:
        if quote["speaker"]:
            found.setdefault(quote["speaker"], []).append(quote)
    return found


def _with_words(name: Name, words: tuple[str, ...]) -> Name:
    """``name`` with other words at the same places."""
    rest = iter(words)
    text = regex.sub(r"[\p{L}\p{M}]+", lambda _: next(rest), name.text)
    return replace(name, text=text, words=words)


def _nearest(alias: str, parts: list[str]) -> int:
    """Which of ``parts`` looks most like ``alias``; the last if none does."""
    likeness = [SequenceMatcher(None, fold(alias), fold(part)).ratio() for part in parts]
    best = max(range(len(parts)), key=lambda i: (likeness[i], i))
    return best if likeness[best] >= 0.5 else len(parts) - 1


def _edits(words: Words, match: _Match) -> Iterator[Edit]:
    """The edits for one match: word by word where the number of words is the same, so that marks between them stay."""
    form = match.form
    first, last = words.starts[match.tokens[0]], words.ends[match.tokens[-1]]
    stretches = [(first, last, " ".join(form.old), form.text)]
    if len(form.new) == len(match.tokens):
        places = ((words.starts[i], words.ends[i]) for i in match.tokens)
        stretches = [(*place, old, new) for place, old, new in zip(places, form.old, form.new, strict=True)]
    for start, end, old, new in stretches:
        yield Edit(start, end, _as_written(words.text[start:end], old, new))


def _as_written(text: str, old: str, new: str) -> str:
    """``new`` in capitals and in the Unicode form of ``text``, which stands for ``old``."""
    if text.isupper() and len(text) > 1 and not old.isupper():
        new = new.upper()
    return new if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFD", new)
