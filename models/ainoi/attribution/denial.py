"""Whether the article says that a quote's words were *not* said: *ông chưa bao giờ nói rằng …*.

The clause of the cue is read leftwards from the cue's head. Only words that ``denial.toml`` allows may stand between a
negation and the head, so a negation of another verb, of the content, or in another clause never counts.

Decided where the guide is silent:

- *phủ nhận X*, *bác bỏ X* are denials, not denied quotes; so is their negation (*không phủ nhận X*).
- A negated subject (*không ai nói rằng X*) denies; so do *từ chối nói X*, *thay vì nói X*, *không thể nói X*.
- Supposing, asking and demanding (*nếu ông không nói X*, *có phải ông không nói X*, *yêu cầu ông không nói X*) tell
  nothing about what was said: not denied.
- Two negations cancel out (*không phải là không nói X*).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple, Self

LONGEST_PHRASE = 7
"""Words in one phrase of the lexicon."""
LONGEST_CLAUSE = 300
"""Characters before the cue that are read."""

Offsets = tuple[int, int]
Phrase = tuple[str, ...]

_WORD = re.compile(r"\w+|[^\w\s]|\n")


class _Kind(Enum):
    NEGATOR = auto()
    NOT_NEGATOR = auto()
    DENIER = auto()
    REFUSER = auto()
    OPENER = auto()
    EVENT = auto()
    REPORT = auto()
    SUBJECT = auto()
    NOBODY = auto()
    ADVERB = auto()
    OTHER = auto()


_OTHER = frozenset({_Kind.OTHER})


class _Piece(NamedTuple):
    kinds: frozenset[_Kind]
    words: Phrase


@dataclass(frozen=True)
class DenialLexicon:
    """The words of ``denial.toml``; ``kinds`` maps a phrase, as lower-case words, to what it can do.

    ``longest`` maps a word to the number of words of the longest phrase of ``kinds`` that begins with it.
    """

    kinds: dict[Phrase, frozenset[_Kind]]
    longest: dict[str, int]
    presupposed: frozenset[Phrase]
    sayable: frozenset[Phrase]
    suspenders: frozenset[Phrase]
    clause_breaks: frozenset[Phrase]
    nobody: frozenset[str]
    particles: frozenset[str]

    @classmethod
    def load(cls, folder: Traversable | Path) -> Self:
        """Read ``denial.toml`` of a language folder. Raises ``OSError`` or ``KeyError`` if missing or incomplete."""
        data: dict[str, list[str]] = tomllib.loads((folder / "denial.toml").read_text(encoding="utf-8"))

        def phrases(key: str) -> frozenset[Phrase]:
            return frozenset(tuple(phrase.split()) for phrase in data[key])

        sections = {
            _Kind.NEGATOR: "negators",
            _Kind.NOT_NEGATOR: "not_negators",
            _Kind.DENIER: "deniers",
            _Kind.REFUSER: "refusers",
            _Kind.OPENER: "clause_openers",
            _Kind.EVENT: "events",
            _Kind.REPORT: "reports",
            _Kind.SUBJECT: "subjects",
            _Kind.NOBODY: "nobody",
            _Kind.ADVERB: "adverbs",
        }
        kinds: dict[Phrase, frozenset[_Kind]] = {}
        for kind, key in sections.items():
            for phrase in phrases(key):
                kinds[phrase] = kinds.get(phrase, frozenset()) | {kind}
        longest: dict[str, int] = {}
        for phrase in kinds:
            longest[phrase[0]] = max(longest.get(phrase[0], 0), len(phrase))
        return cls(
            kinds=kinds,
            longest=longest,
            presupposed=phrases("presupposed"),
            sayable=phrases("sayable"),
            suspenders=phrases("suspenders"),
            clause_breaks=phrases("clause_breaks"),
            nobody=frozenset(data["nobody"]),
            particles=frozenset(data["particles"]),
        )


def is_denied(
    text: str,
    cue: Offsets | None,
    mention: Offsets | None,
    contents: Sequence[Offsets],
    lexicon: DenialLexicon,
) -> bool:
    """Whether the article says that the quote's words were not said. Without a cue nothing can say so: False."""
    if cue is None:
        return False
    start = _clause_start(text, cue, contents)
    left = _pieces(text, start, cue[0], mention, lexicon)
    inside, head = _split_cue(_pieces(text, cue[0], cue[1], None, lexicon), lexicon)
    if not head or _has(head[0], _Kind.DENIER):
        return False
    return _denied([*left, *inside], tuple(word for piece in head for word in piece.words), lexicon)


def _clause_start(text: str, cue: Offsets, contents: Sequence[Offsets]) -> int:
    """The furthest offset to the left of the cue that no content and no long stretch of text separates from it."""
    before = [end for start, end in contents if end <= cue[0]]
    return max([0, cue[0] - LONGEST_CLAUSE, *before])


def _pieces(text: str, start: int, end: int, mention: Offsets | None, lexicon: DenialLexicon) -> list[_Piece]:
    """The text from ``start`` to ``end`` as the longest phrases of the lexicon; the mention is one piece."""
    words = [(m.start(), m.group().lower()) for m in _WORD.finditer(text, start, max(start, end))]
    pieces: list[_Piece] = []
    at = 0
    while at < len(words):
        offset = words[at][0]
        if mention is not None and mention[0] <= offset < mention[1]:
            inside = [word for place, word in words[at:] if place < mention[1]]
            pieces.extend(_of_mention(inside, lexicon))
            at += len(inside)
            continue
        longest = min(LONGEST_PHRASE, lexicon.longest.get(words[at][1], 0))
        window = tuple(word for _, word in words[at : at + max(1, longest)])
        size = next((n for n in range(min(longest, len(window)), 0, -1) if window[:n] in lexicon.kinds), 0)
        kinds = lexicon.kinds[window[:size]] if size else _OTHER
        pieces.append(_Piece(kinds, window[: size or 1]))
        at += size or 1
    return pieces


def _of_mention(words: list[str], lexicon: DenialLexicon) -> list[_Piece]:
    """A mention stands as one subject; *không ai* as a negation and nobody, *các tin đồn* as a report."""
    negated = _Kind.NEGATOR in lexicon.kinds.get(tuple(words[:1]), frozenset())
    kind = _Kind.NOBODY if words[-1] in lexicon.nobody else _Kind.SUBJECT
    if any(_Kind.REPORT in lexicon.kinds.get(tuple(words[-size:]), frozenset()) for size in (1, 2)):
        kind = _Kind.REPORT
    if negated and len(words) > 1:
        return [_Piece(frozenset({_Kind.NEGATOR}), tuple(words[:1])), _Piece(frozenset({kind}), tuple(words[1:]))]
    return [_Piece(frozenset({kind}), tuple(words))]


def _split_cue(cue: list[_Piece], lexicon: DenialLexicon) -> tuple[list[_Piece], list[_Piece]]:
    """The cue's leading words of negation, and its head: *chưa hề* | *nói*, *phủ nhận việc* | *nói*."""
    end = len(cue)
    while end > 1 and len(cue[end - 1].words) == 1 and cue[end - 1].words[0] in lexicon.particles:
        end -= 1
    at = 0
    while at < end - 1 and _Kind.OTHER not in cue[at].kinds:
        at += 1
    return cue[:at], cue[at:end]


def _has(piece: _Piece, *kinds: _Kind) -> bool:
    return not piece.kinds.isdisjoint(kinds)


def _denied(left: list[_Piece], head: Phrase, lexicon: DenialLexicon) -> bool:
    """Count the negations of the clause that reach the head, from the nearest to the furthest."""
    negations = 0
    subject = event = opener = nobody = False
    at = len(left)
    while at > 0:
        at -= 1
        piece = left[at]
        if _has(piece, _Kind.NOT_NEGATOR):
            return False
        if _has(piece, _Kind.NEGATOR):
            if subject and not opener:
                break
            negations += 1
            subject = opener = nobody = False
        elif _has(piece, _Kind.DENIER):
            if not (subject or event) or head in lexicon.presupposed:
                break
            negations += 1
            subject = event = opener = False
        elif _has(piece, _Kind.REFUSER):
            if subject or head not in lexicon.sayable:
                break
            negations += 1
        elif _has(piece, _Kind.OTHER):
            break
        else:
            opener |= _has(piece, _Kind.OPENER)
            event |= _has(piece, _Kind.EVENT)
            subject |= _has(piece, _Kind.SUBJECT)
            nobody |= _has(piece, _Kind.NOBODY)
    return negations % 2 == 1 and not _suspended(left[: at + 1], lexicon)


def _suspended(left: list[_Piece], lexicon: DenialLexicon) -> bool:
    """Whether the clause, left of its negation, supposes, asks or demands."""
    words = [word for piece in left for word in piece.words]
    for last in range(len(words), 0, -1):
        if not words[last - 1].isalnum():
            return False
        for size in range(1, min(LONGEST_PHRASE, last) + 1):
            phrase = tuple(words[last - size : last])
            if phrase in lexicon.suspenders:
                return True
            if phrase in lexicon.clause_breaks:
                return False
    return False
