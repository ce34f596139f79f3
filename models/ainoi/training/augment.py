"""Gold articles in other garb: marks, lines, spaces, letters and names as careless pages write them.

Every kind of change is a pure function from a gold article to another whose records mean the same (``edits`` says what
a gold article is); :func:`augment` makes a random few of them.
"""

from __future__ import annotations

import random
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import regex

from ainoi.marks import Pair, pairs
from ainoi.resolve.words import Spelling
from ainoi.tokens import tokenize
from ainoi.training.edits import Edit, Offsets, Record, breaks, cut, edited, reach, repeated, sentence_ends
from ainoi.training.renaming import Renamer

STYLES = (
    ("“", "”"),
    ('"', '"'),
    ("«", "»"),
    ("‘", "’"),
    ("““", "””"),
    ("''", "''"),
    ("“", '"'),
    ('"', "”"),
    ("“", "“"),
)
"""Opening and closing marks; the last three are careless: the closing mark is of another kind."""

SHORTEST_CUT = 200
"""Characters that are left of an article at least."""

LONGEST_SHOUT = 300
"""Characters of a lead that may be written in capitals."""

SHARES = (0.1, 0.5, 1.0)
"""How many of the places in an article carry a slip: a page is careless now and then, half the time or always."""

_BLANKS = ("  ", "   ", "\xa0", " \xa0")
_LINE_BREAK = regex.compile(r"\s*\n\s*")
_CROWDED = regex.compile(r"(?<=[,;:.!?…)]) (?=\S)|(?<=\S) (?=\()")
_TONES = "\u0300\u0301\u0303\u0309\u0323"


@dataclass(frozen=True, kw_only=True)
class AugmentSettings:
    """How often each change is made to an article, from 0 to 1. Raises ValueError for anything else."""

    cut: float = 0.15
    """Only a part of the article is left."""
    repeat: float = 0.1
    """The lead or another passage comes again."""
    rename: float = 0.5
    """Speakers have other names (only where there is a renamer)."""
    rename_organizations: float = 0.3
    """How often that goes for outlets and other bodies with foreign names too."""
    drop_marks: float = 0.1
    restyle_marks: float = 0.15
    leave_open: float = 0.05
    """Some closing marks are missing."""
    join_lines: float = 0.15
    split_lines: float = 0.1
    respell: float = 0.1
    """Tone marks on the other vowel (only where there is a spelling)."""
    shout: float = 0.03
    """The lead is in capitals."""
    crowd: float = 0.1
    """Spaces beside marks are lost."""
    widen: float = 0.05
    """Spaces are doubled or of another kind."""
    decompose: float = 0.02
    """Letters and their marks are characters of their own; the shadow copy undoes it."""

    def __post_init__(self) -> None:
        wrong = {name: value for name, value in asdict(self).items() if not 0 <= value <= 1}
        if wrong:
            raise ValueError(f"a probability lies between 0 and 1: {wrong}")


def augment(
    record: Record,
    chance: random.Random,
    settings: AugmentSettings,
    *,
    names: Renamer | None = None,
    spelling: Spelling | None = None,
) -> Record:
    """A gold article with a random few changes made to it; ``record`` itself where none is.

    ``names`` draws the other names, ``spelling`` (of the language pack) knows where else a tone mark may stand; without
    them these changes are left out. The same ``chance`` gives the same article.
    """

    def rename(old: Record) -> Record:
        return names(old, chance, organizations=chance.random() < settings.rename_organizations) if names else old

    # Names and marks are read before the slips that make them hard to read.
    steps: tuple[tuple[float, Callable[[Record], Record]], ...] = (
        (settings.cut, lambda old: shortened(old, chance)),
        (settings.repeat, lambda old: with_repeat(old, chance)),
        (settings.rename, rename),
        (settings.drop_marks, without_marks),
        (settings.leave_open, lambda old: left_open(old, chance)),
        (settings.restyle_marks, lambda old: restyled(old, *chance.choice(STYLES))),
        (settings.join_lines, lambda old: joined(old, chance, chance.choice(SHARES))),
        (settings.split_lines, lambda old: split(old, chance, chance.choice(SHARES))),
        (settings.respell, lambda old: respelled(old, spelling, modern=chance.random() < 0.5) if spelling else old),
        (settings.shout, shouted),
        (settings.crowd, lambda old: crowded(old, chance, chance.choice(SHARES))),
        (settings.widen, lambda old: widened(old, chance, chance.choice(SHARES))),
        (settings.decompose, lambda old: decomposed(old, tones_only=chance.random() < 0.5)),
    )
    for probability, change in steps:
        if chance.random() < probability:
            record = change(record)
    return record


def restyled(record: Record, opening: str, closing: str) -> Record:
    """All double quotation marks written as ``opening`` and ``closing``.

    An article that has single marks as well stays as it is if the new ones are single, for the two could not be told
    apart.
    """
    found = pairs(record["text"])
    if opening == "‘" and any(pair.single for pair in found):
        return record
    marks = [(mark, opening if mark == pair.start else closing) for pair in found for mark in _marks(pair, double=True)]
    return edited(record, [Edit(mark, mark + 1, text) for mark, text in marks])


def without_marks(record: Record) -> Record:
    """No quotation marks, but for those that alone tell what is quoted: where there is no cue, and where a sentence
    ends between a quotation's first word, its last one and its cue."""
    needed = _in_need_of_marks(record)
    found = [pair for pair in pairs(record["text"]) if not _touches(pair, needed)]
    return edited(record, [Edit(mark, mark + 1, "") for pair in found for mark in _marks(pair)])


def left_open(record: Record, chance: random.Random, most: int = 2) -> Record:
    """One to ``most`` closing marks missing, where the line or the sentence still tells the end of the quotation."""
    text, needed = record["text"], _in_need_of_marks(record)
    found = [pair for pair in pairs(text) if pair.closed and not pair.single]
    found = [pair for pair in found if text[pair.end : pair.end + 1] in ("", "\n") or not _touches(pair, needed)]
    chosen = chance.sample(found, min(len(found), chance.randint(1, most)))
    return edited(record, [Edit(pair.end - 1, pair.end, "") for pair in chosen])


def _marks(pair: Pair, *, double: bool = False) -> Sequence[int]:
    """Where the marks of a pair stand; none for single ones if only ``double`` are asked for."""
    if double and pair.single:
        return ()
    return (pair.start, pair.end - 1) if pair.closed else (pair.start,)


def _in_need_of_marks(record: Record) -> list[Offsets]:
    """The contents that could not be made out without marks."""
    ends = sentence_ends(record["text"])

    def one_sentence(start: int, end: int) -> bool:
        return bisect_right(ends, start) == bisect_right(ends, end - 1)

    quotes = [quote for quote in record["quotes"] if not quote["cue"] or not one_sentence(*reach(quote))]
    return [(start, end) for quote in quotes for start, end in quote["spans"]]


def _touches(pair: Pair, spans: Sequence[Offsets]) -> bool:
    return any(pair.start <= end and start <= pair.end for start, end in spans)


def joined(record: Record, chance: random.Random, share: float = 1.0) -> Record:
    """``share`` of the line breaks as spaces."""
    found = [match.span() for match in _LINE_BREAK.finditer(record["text"])]
    return edited(record, [Edit(start, end, " ") for start, end in found if chance.random() < share])


def split(record: Record, chance: random.Random, share: float = 1.0) -> Record:
    """A line break after ``share`` of the sentences, those inside quotations too."""
    text = record["text"]
    ends = [end for end in sentence_ends(text) if text[end : end + 1] == " " and chance.random() < share]
    return edited(record, [Edit(end, end + 1, "\n") for end in ends])


def shortened(record: Record, chance: random.Random) -> Record:
    """A part of the article from one break to another: its beginning, its end or its middle, with a record at least.

    The article as it is where no such part has :data:`SHORTEST_CUT` characters.
    """
    places = breaks(record)
    first = chance.choice(places) if chance.random() < 0.4 else 0
    last = chance.choice(places) if first == 0 or chance.random() < 0.5 else len(record["text"])
    if last - first < SHORTEST_CUT:
        return record
    shorter = cut(record, first, last)
    text = shorter["text"]
    shorter = edited(shorter, [Edit(0, len(text) - len(text.lstrip()), "")])
    return shorter if shorter["quotes"] else record


def with_repeat(record: Record, chance: random.Random) -> Record:
    """The lead, or any other passage between two breaks, once more at a later break."""
    places = breaks(record)
    if len(places) < 2:
        return record
    first = 0 if chance.random() < 0.5 else chance.randrange(len(places) - 1)
    text = record["text"]
    start, end = places[first], places[first + 1]
    start += len(text[start:end]) - len(text[start:end].lstrip())
    return repeated(record, start, end, chance.choice(places[first + 1 :]))


def crowded(record: Record, chance: random.Random, share: float = 1.0) -> Record:
    """Spaces lost at ``share`` of the places behind punctuation, before an opening mark and behind a closing one.

    Two numbers are never made one.
    """
    text = record["text"]
    sites = {match.start() for match in _CROWDED.finditer(text)}
    for pair in pairs(text):
        sites |= {i for i in (pair.start - 1, pair.end) if pair.closed and i > 0 and text[i : i + 1] == " "}
    gone = [i for i in sorted(sites) if chance.random() < share]
    gone = [i for i in gone if not (text[i - 2 : i - 1].isdigit() and text[i + 1 : i + 2].isdigit())]
    return edited(record, [Edit(i, i + 1, "") for i in gone])


def widened(record: Record, chance: random.Random, share: float = 1.0) -> Record:
    """Spaces doubled, or of another kind, at a tenth of ``share`` of the places."""
    places = [i for i, character in enumerate(record["text"]) if character == " " and chance.random() < share / 10]
    return edited(record, [Edit(i, i + 1, chance.choice(_BLANKS)) for i in places])


def respelled(record: Record, spelling: Spelling, *, modern: bool) -> Record:
    """Tone marks in open syllables on the second vowel (*hoà*) if ``modern``, else on the first (*hòa*)."""
    forms = {old: new for new, old in spelling.endings.items()} if modern else dict(spelling.endings)
    text = record["text"]
    edits = []
    for start, end in tokenize(text):
        ending = text[end - 2 : end]
        new = forms.get(ending.lower())
        # After q the u belongs to the consonant and never bears the mark.
        if new and end - start >= 2 and text[max(start, end - 3) : end - 2].lower() != "q":
            cased = (b.upper() if a.isupper() else b for a, b in zip(ending, new, strict=True))
            edits.append(Edit(end - 2, end, "".join(cased)))
    return edited(record, edits)


def decomposed(record: Record, *, tones_only: bool) -> Record:
    """Letters taken apart: all their marks as characters of their own (NFD), or only the tones, as old Windows did."""
    form = _without_tone if tones_only else _apart
    new = ((i, character, form(character)) for i, character in enumerate(record["text"]) if not character.isascii())
    return edited(record, [Edit(i, i + 1, apart) for i, character, apart in new if apart != character])


def _apart(character: str) -> str:
    return unicodedata.normalize("NFD", character)


def _without_tone(character: str) -> str:
    apart = unicodedata.normalize("NFD", character)
    tones = "".join(mark for mark in apart if mark in _TONES)
    return unicodedata.normalize("NFC", "".join(c for c in apart if c not in _TONES)) + tones


def shouted(record: Record) -> Record:
    """The first sentence in capitals, if it has at most :data:`LONGEST_SHOUT` characters."""
    text = record["text"]
    end = next(iter(sentence_ends(text)), 0)
    if end > LONGEST_SHOUT:
        return record
    capitals = ((i, text[i].upper()) for i in range(end))
    return edited(record, [Edit(i, i + 1, c) for i, c in capitals if c != text[i] and len(c) == 1])
