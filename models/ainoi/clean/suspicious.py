"""Names that are not what they look like: invisible or reordering characters in them, letters of another alphabet.

The shadow reads through invisible characters, so that a name with one is still that name, and takes letters of another
alphabet for what they are, so that a name with one is another name. Either way a reader sees the real person's name and
should be told.
"""

from __future__ import annotations

from collections.abc import Iterable

import regex

_HIDDEN = regex.compile(r"[\p{Cf}\p{Cc}--[\t\n\v\f\r\x85]]|\p{Default_Ignorable_Code_Point}", regex.VERSION1)
_LETTERS = regex.compile(r"\p{L}+(?:\p{M}++\p{L}*+)*+")
_LATIN = regex.compile(r"\p{Script=Latin}")
_FOREIGN = regex.compile(r"[\p{L}--[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]]", regex.VERSION1)
_STYLED = regex.compile(
    r"[\p{L}&&[\p{Block=Halfwidth_And_Fullwidth_Forms}\p{Script=Common}]--\p{Lm}]"
    r"|[\p{Block=Enclosed_Alphanumerics}\p{Block=Enclosed_Alphanumeric_Supplement}]",
    regex.VERSION1,
)
_LOOK_ALIKES = frozenset("аеорсухіјѕԁԛԝһкмтвнАВЕЅІЈКМНОРСТУХѴԌԚԜοανρυκιτχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
"""Letters of Cyrillic and Greek that look like Latin ones."""


def is_suspicious(text: str, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether one of the names at ``spans``, half open, of the caller's ``text`` may deceive whoever reads it.

    That is: a character in it is invisible or turns the direction of writing, a letter is a styled one (𝐏, Ｐ), or one
    word has letters of several alphabets or none but such as look like Latin ones. A name in its own alphabet
    (*Владимир*) is none of this, and what has no capital letter is no name.
    """
    return any(_deceives(text[start:end]) for start, end in spans)


def _deceives(name: str) -> bool:
    if not any(map(str.isupper, name)):  # a common noun; soft hyphens in one come from typesetting
        return False
    if name.isascii():
        return _HIDDEN.search(name) is not None
    if _HIDDEN.search(name) or _STYLED.search(name):
        return True
    return any(_is_mixed(word) for word in _LETTERS.findall(name))


def _is_mixed(word: str) -> bool:
    foreign = _FOREIGN.findall(word)
    if not foreign:
        return False
    return _LATIN.search(word) is not None or (len(word) > 1 and _LOOK_ALIKES.issuperset(word))
