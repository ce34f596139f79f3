"""The two forms in which words are compared: exact, with their diacritics, and folded, without them.

Both are made word by word: a word is a run of letters, digits and their marks; white space, punctuation and symbols
only part words. Invisible characters (zero-width, direction marks, soft hyphens) part nothing and are dropped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

import regex

_WORD = regex.compile(r"[\p{L}\p{N}](?:\p{Cf}*+[\p{L}\p{N}\p{M}])*+")
_INVISIBLE = regex.compile(r"\p{Cf}+")
_LONGEST_CLUSTER = 32
"""Marks kept on one letter; more than that is no writing, and sorting them is quadratic."""
_SURPLUS_MARKS = regex.compile(rf"(\p{{M}}{{{_LONGEST_CLUSTER}}})\p{{M}}+")
_NONSPACING_MARK = regex.compile(r"\p{Mn}+")
_SAME_LETTER = str.maketrans("ÐðƉɖĐ", "đđđđđ")
_LONGEST_REMEMBERED = 16
"""Code points; longer words are not worth remembering."""

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONE_PLACES = {
    unicodedata.normalize("NFC", first + second + tone): unicodedata.normalize("NFC", first + tone + second)
    for first, second in ("oa", "oe", "uy")
    for tone in _TONES
}
"""Ends of open syllables that are written in two ways (hoà, hòa), to the one used here."""


class Token(NamedTuple):
    """A word of a text: its two forms and where it stands, in code points of that text."""

    exact: str
    folded: str
    start: int
    end: int


def exact(text: str) -> str:
    """The words of ``text`` with their diacritics, in one spelling, parted by single blanks."""
    return " ".join(_forms(match.group())[0] for match in _WORD.finditer(text))


def fold(text: str) -> str:
    """The words of ``text`` without diacritics, as many as in ``exact(text)``, parted by single blanks."""
    return " ".join(_forms(match.group())[1] for match in _WORD.finditer(text))


def exact_and_folded(text: str) -> tuple[str, str]:
    """``exact(text)`` and ``fold(text)``, read once."""
    forms = [_forms(match.group()) for match in _WORD.finditer(text)]
    return " ".join([form[0] for form in forms]), " ".join([form[1] for form in forms])


def tokens(text: str) -> list[Token]:
    """The words of ``text`` in order, in time linear in its length."""
    return list(_tokens(text))


def tokens_among(text: str, folded: Collection[str]) -> Iterator[tuple[int, Token]]:
    """The words of ``text`` with these folded forms, each with its number among all words of the text."""
    for number, match in enumerate(_WORD.finditer(text)):
        forms = _forms(match.group())
        if forms[1] in folded:
            yield number, Token(*forms, *match.span())


def _tokens(text: str) -> Iterator[Token]:
    for match in _WORD.finditer(text):
        yield Token(*_forms(match.group()), *match.span())


def _forms(word: str) -> tuple[str, str]:
    return _remembered_forms(word) if len(word) <= _LONGEST_REMEMBERED else _make_forms(word)


def _make_forms(word: str) -> tuple[str, str]:
    """The exact and the folded form of a word as it was written; neither is empty or holds a blank."""
    if word.isascii():
        lower = word.lower()
        return lower, lower
    plain = _SURPLUS_MARKS.sub(r"\1", _INVISIBLE.sub("", word)).translate(_SAME_LETTER)
    decomposed = unicodedata.normalize("NFD", plain).casefold()
    composed = unicodedata.normalize("NFC", decomposed)
    composed = composed[:-2] + _TONE_PLACES.get(composed[-2:], composed[-2:])
    bare = _NONSPACING_MARK.sub("", unicodedata.normalize("NFD", composed)).replace("đ", "d")
    return composed, unicodedata.normalize("NFC", bare)


_remembered_forms = lru_cache(maxsize=1 << 15)(_make_forms)
