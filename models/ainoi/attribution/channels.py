"""Outlets that the text names in a construction of reporting: *Theo TASS*, *Reuters dẫn lời*, *nói với CNN*.

The words are those of ``via.toml`` in the language folder. A name is one of the known outlets, or a capitalised name
after a noun that tells what it is (*hãng tin X*, *tờ X*). Time is linear in the text.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

LONGEST_NAME = 6
"""Words in one outlet's name."""
LONGEST_PHRASE = 7
"""Words in one phrase of the lexicon."""
LONGEST_GAP = 8
"""Words between an outlet's name and *dẫn lời*."""

Phrase = tuple[str, ...]

_WORD = re.compile(r"[\w.&+-]+|[^\w\s]")


class Construction(IntEnum):
    """How the text makes an outlet a channel."""

    BESIDE = 1
    """*nói với Reuters*, *viết trên Twitter*"""
    AFTER = 2
    """*Reuters dẫn lời …*"""
    BEFORE = 3
    """*Theo Reuters, …*"""


class Channel(NamedTuple):
    """An outlet in one of the constructions: where its name stands, and the name without its head noun."""

    start: int
    end: int
    name: str
    construction: Construction
    generic: bool
    """The channel has no name of its own (*mạng xã hội*)."""


class _Word(NamedTuple):
    start: int
    end: int
    text: str
    lower: str


class _Name(NamedTuple):
    """Words ``first`` to ``last`` (exclusive), head noun included; the name is ``start`` to ``end`` in the text."""

    first: int
    last: int
    start: int
    end: int
    name: str
    generic: bool = False


@dataclass(frozen=True)
class ViaLexicon:
    """The words of ``via.toml``; a phrase is a tuple of lower-case words."""

    heads: frozenset[Phrase]
    weak_heads: frozenset[Phrase]
    not_names: frozenset[str]
    connectors: frozenset[str]
    joiners: frozenset[str]
    before: frozenset[Phrase]
    after: frozenset[Phrase]
    beside: frozenset[Phrase]
    told: frozenset[Phrase]
    told_after: frozenset[Phrase]
    gap: frozenset[str]
    generic: frozenset[Phrase]
    places: frozenset[str]
    pronouns: frozenset[str]
    pointing: frozenset[str]
    outlets: frozenset[str]
    """Names folded by `fold_name`."""

    @classmethod
    def load(cls, folder: Traversable | Path) -> ViaLexicon:
        """Read ``via.toml`` of a language folder. Raises ``OSError`` or ``KeyError`` if it is missing or incomplete."""
        data: dict[str, list[str]] = tomllib.loads((folder / "via.toml").read_text(encoding="utf-8"))

        def phrases(key: str) -> frozenset[Phrase]:
            return frozenset(tuple(phrase.split()) for phrase in data[key])

        return cls(
            heads=phrases("heads"),
            weak_heads=phrases("weak_heads"),
            not_names=frozenset(data["not_names"]),
            connectors=frozenset(data["connectors"]),
            joiners=frozenset(data["joiners"]),
            before=phrases("before"),
            after=phrases("after"),
            beside=phrases("beside"),
            told=phrases("told"),
            told_after=phrases("told_after"),
            gap=frozenset(data["gap"]),
            generic=phrases("generic"),
            places=frozenset(data["places"]),
            pronouns=frozenset(data["pronouns"]),
            pointing=frozenset(data["pointing"]),
            outlets=frozenset(fold_name(name) for name in data["outlets"]),
        )


def fold_name(name: str) -> str:
    """``name`` in lower case without diacritics (đ → d), words joined by one space: the form `outlets` holds."""
    if name.isascii():
        return " ".join(name.lower().split())
    bare = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return " ".join(bare.replace("đ", "d").replace("Đ", "D").lower().split())


def find_channels(text: str, lexicon: ViaLexicon, outlets: Collection[str]) -> list[Channel]:
    """Every outlet in a construction of reporting, in the order of the text. ``outlets``: more names, folded."""
    words = _words(text)
    known = _Known(lexicon.outlets.union(outlets))
    nouns = {phrase[0] for phrase in lexicon.heads | lexicon.generic}
    channels: list[Channel] = []
    at = 0
    while at < len(words):
        name = None
        if words[at].lower in nouns or _is_capital(words[at]):
            name = _name_at(text, words, at, lexicon, known)
        if name is None:
            at += 1
            continue
        construction = _construction(words, name, lexicon)
        if construction is not None:
            channels.append(Channel(name.start, name.end, name.name, construction, name.generic))
        at = name.last
    return channels


class _Known:
    """The known names, and the words they begin with: most capitalised words of an article begin none of them."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.first_words = {name.partition(" ")[0] for name in names}


def _is_capital(word: _Word) -> bool:
    return word.text[0].isupper() or word.text[0].isdigit()


def _words(text: str) -> list[_Word]:
    words = []
    for match in _WORD.finditer(text):
        bare = match.group().rstrip(".-+&") or match.group()
        words.append(_Word(match.start(), match.start() + len(bare), bare, bare.lower()))
        if len(bare) < len(match.group()):
            words.append(_Word(match.start() + len(bare), match.end(), match.group()[len(bare) :], "."))
    return words


def _phrase_from(words: list[_Word], first: int, phrases: frozenset[Phrase]) -> int:
    """Number of words of the longest phrase that begins at ``first``; 0 for none."""
    window = tuple(word.lower for word in words[first : first + LONGEST_PHRASE])
    return next((n for n in range(len(window), 0, -1) if window[:n] in phrases), 0)


def _phrase_until(words: list[_Word], last: int, phrases: frozenset[Phrase]) -> int:
    """Number of words of the longest phrase that ends just before ``last``; 0 for none."""
    window = tuple(word.lower for word in words[max(0, last - LONGEST_PHRASE) : last])
    return next((n for n in range(len(window), 0, -1) if window[-n:] in phrases), 0)


def _name_at(text: str, words: list[_Word], first: int, lexicon: ViaLexicon, known: _Known) -> _Name | None:
    """The outlet, or outlets joined by *và*, that begins with the head noun or the name at word ``first``."""
    name = _single_name_at(text, words, first, lexicon, known)
    if name is None:
        return None
    joint = name.last
    if joint < len(words) and words[joint].lower in lexicon.joiners:
        second = _single_name_at(text, words, joint + 1, lexicon, known)
        if second is not None:
            both = f"{name.name} {words[joint].text} {second.name}"
            return _Name(name.first, second.last, name.start, second.end, both)
    return name


def _single_name_at(text: str, words: list[_Word], first: int, lexicon: ViaLexicon, known: _Known) -> _Name | None:
    head = _phrase_from(words, first, lexicon.heads)
    begin = first + head
    size = _known_at(text, words, begin, known)
    if size == 0 and head > 0 and tuple(word.lower for word in words[first:begin]) not in lexicon.weak_heads:
        size = _capitalised(text, words, begin, lexicon)
        if size > 0 and all(word.lower in lexicon.places for word in words[begin : begin + size]):
            begin, size = first, head + size
    generic = size == 0
    if generic:
        begin, size = first, _phrase_from(words, first, lexicon.generic)
        if size == 0 and head > 1:
            return _single_name_at(text, words, first + 1, lexicon, known)
    if size == 0:
        return None
    start, end = words[begin].start, words[begin + size - 1].end
    return _Name(first, begin + size, start, end, text[start:end], generic)


def _known_at(text: str, words: list[_Word], first: int, known: _Known) -> int:
    """Number of words of the longest known name at ``first``; 0 for none."""
    if first >= len(words) or not _is_capital(words[first]) or fold_name(words[first].text) not in known.first_words:
        return 0
    for size in range(min(LONGEST_NAME, len(words) - first), 0, -1):
        if fold_name(text[words[first].start : words[first + size - 1].end]) in known.names:
            return size
    return 0


def _capitalised(text: str, words: list[_Word], first: int, lexicon: ViaLexicon) -> int:
    """Number of words of the capitalised name at ``first``, joined by single spaces; 0 for none."""
    if first >= len(words) or words[first].lower in lexicon.not_names:
        return 0
    size = 0
    for offset, word in enumerate(words[first : first + LONGEST_NAME]):
        if offset and text[words[first + offset - 1].end : word.start] != " ":
            break
        if word.text[0].isupper():
            size = offset + 1
        elif word.lower not in lexicon.connectors or not size:
            break
    return size


def _construction(words: list[_Word], name: _Name, lexicon: ViaLexicon) -> Construction | None:
    if _phrase_until(words, name.first, lexicon.told) and _phrase_from(words, name.last, lexicon.told_after):
        return Construction.BESIDE
    if _phrase_until(words, name.first, lexicon.before):
        return Construction.BEFORE
    if _phrase_until(words, name.first, lexicon.beside):
        return Construction.BESIDE
    for at in range(name.last, min(name.last + LONGEST_GAP, len(words))):
        if _phrase_from(words, at, lexicon.after):
            return Construction.AFTER
        word = words[at]
        if not (word.lower in lexicon.gap or word.text in "/()-" or _is_capital(word)):
            return None
    return None
