"""Clause by clause: whether what a claim affirms or denies of somebody is what a quote affirms or denies of them."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

import regex

from ainoi_service.similar import names
from ainoi_service.similar.polarity import Polarity
from ainoi_service.similar.reading import Reading, read

_BORDER = regex.compile(
    r"[.!?…;:,\n]+(?=[\s\"”’»)]|$)|\s(?=(?:nhưng|song|chứ|mà|vì|bởi|nếu|dù|mặc dù|trong khi)\s)", regex.IGNORECASE
)
_CAPITALISED = r"\p{Lu}[\p{L}\p{M}\p{N}]*+"
_RUN = regex.compile(rf"\b{_CAPITALISED}(?: {_CAPITALISED})*")
_INTRODUCTION = (
    r"ông|bà|anh|chị|cô|tổng thống|thủ tướng|chủ tịch|bộ trưởng|ngoại trưởng|đại sứ|tướng|đặc phái viên|phía|bên|"
    r"chính quyền|chính phủ|quân đội|nước|người dân|phái đoàn|đội tuyển|nhưng|song|chứ|mà|vì|bởi|nếu|dù|mặc dù|"
    r"trong khi|và|rằng|tôi nghĩ|tôi tin|thông tin|việc|chính|cả|đắc cử|cựu|nguyên|đương kim"
)
_BEFORE_SUBJECT = regex.compile(rf"[^\p{{L}}]*(?:(?:{_INTRODUCTION})\s+)*", regex.IGNORECASE)
_OFFICES = frozenset(
    [
        "tổng",
        "thủ",
        "bộ",
        "chủ",
        "hội",
        "ngoại",
        "đại",
        "ủy",
        "quốc",
        "chính",
        "phó",
        "sở",
        "cục",
        "viện",
        "đặc",
        "phái",
        "đảng",
        "nhà",
        "thượng",
        "hạ",
        "ông",
        "bà",
    ]
)
"""First words of offices, which are written with a capital and name nobody."""
_SPELLING = 3
"""Letters at the start by which a name is known in another spelling: *Hubli*, *Hubballi*; *Zelenskyy*."""
_CONTINUED = regex.compile(r"(?:nhưng|song|và|đồng thời|mà)\b", regex.IGNORECASE)
_I = regex.compile(r"(?:chúng tôi|chúng ta|tôi|ta)\b", regex.IGNORECASE)
_PASSIVE = regex.compile(rf"\b(?:bị|được|do|bởi)\s+(?:(?:{_INTRODUCTION})\s+)*(?={_CAPITALISED})")
_MUTUAL = regex.compile(
    r"\b(?:giữa|cùng|lẫn nhau|đàm phán|gặp|hội đàm|điện đàm|đối thoại|trao đổi|thảo luận|hợp tác|ký|ký kết|họp|"
    r"thương lượng|thỏa thuận|quan hệ)\b",
    regex.IGNORECASE,
)

MUCH = 0.5
"""Share of a clause's words, by weight, that another must have for the two to be about the same."""
_AS_GOOD = 0.1

Name = int | str
"""The number of a line of ``names.toml``, or the last word of another name, in lower case."""


@dataclass(frozen=True)
class Clause:
    """``subject``: whom it is about if it begins with a name; empty: with *we*; None where it begins otherwise.
    ``names``: whom it names. ``turnable``: whether subject and object may stand the other way round."""

    reading: Reading
    subject: frozenset[Name] | None
    names: frozenset[Name]
    turnable: bool


def denies(claim: str, quote: str) -> bool:
    """Whether a clause of ``claim`` has its like in ``quote``, but only with the opposite meaning or of others."""
    theirs = clauses(quote)
    for own in clauses(claim):
        alike = [(share(own.reading, other.reading), other) for other in theirs]
        best = max((share for share, _ in alike), default=0.0)
        if best >= MUCH and all(_contrary(own, other) for share, other in alike if share >= max(MUCH, best - _AS_GOOD)):
            return True
    return False


def others_named(claim: str, part: str, known: Set[Name]) -> bool:
    """Whether ``claim`` names somebody who is not among ``known``, in the place of somebody else in ``part``."""
    own, theirs = named(claim), named(part)
    return bool(_unknown(own, known | theirs)) and bool(_unknown(theirs, own))


@lru_cache(maxsize=4096)
def named(text: str) -> frozenset[Name]:
    """Who and what is named in ``text``."""
    return frozenset(name for name, _, _ in _names(text))


def standing_for(found: Set[Name]) -> frozenset[Name]:
    """The names, and the places whose leaders are among them."""
    leaders = names.lexicon().led_by
    return frozenset(found) | {leaders[name] for name in found if isinstance(name, str) and name in leaders}


@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of ``text``, as far as punctuation and conjunctions tell them."""
    found: list[Clause] = []
    start = 0
    for border in [*((match.start(), match.end()) for match in _BORDER.finditer(text)), (len(text), len(text))]:
        piece = text[start : border[0]].strip()
        start = border[1]
        if piece:
            subject = _subject(piece)
            if subject is None and found and _CONTINUED.match(piece):
                subject = found[-1].subject
            found.append(
                Clause(
                    reading=read(piece),
                    subject=subject,
                    names=named(piece),
                    turnable=_MUTUAL.search(piece) is not None or _PASSIVE.search(piece) is not None,
                )
            )
    return tuple(found)


def _names(text: str) -> Iterator[tuple[Name, int, int]]:
    """Names with their places: first those of the lexicon, then the other runs of capitalised words."""
    known = names.lexicon()
    covered = []
    for match in known.pattern.finditer(text):
        if match.group() in known.ambiguous and names.begins_sentence(text, match.start()):
            continue
        covered.append(match.span())
        yield known.group_of[match.group()], match.start(), match.end()
    for match in _RUN.finditer(text):
        first, last = match.start(), match.end()
        for start, end in covered:
            if first <= start < last or first < end <= last:
                first = max(first, end)
        words = text[first:last].split()
        if not words:
            continue
        lone = len(words) == 1 and names.begins_sentence(text, first)
        if words[-1] in known.group_of and len(words) > 1:  # *Chính Kiev* at the start of a sentence
            yield known.group_of[words[-1]], first, last
            continue
        name = words[-1].lower()
        general = name in _OFFICES or words[-1].isupper()
        if name in known.led_by or not (lone or general):
            yield name, first, last


def _subject(clause: str) -> frozenset[Name] | None:
    before = _BEFORE_SUBJECT.match(clause)
    start = before.end() if before else 0
    if _I.match(clause, start):
        return frozenset()
    found = [(first, name) for name, first, last in _names(clause) if first <= start < last]
    if found:
        return frozenset([found[0][1]])
    if start and (run := _RUN.match(clause, start)) and clause[:start].strip().islower() is False:
        return frozenset([run.group().split()[-1].lower()])
    return None


def _unknown(wanted: Set[Name], known: Set[Name]) -> frozenset[Name]:
    """The names that are not among ``known``, neither as they are nor as the place they lead."""
    meant = standing_for(known)
    spellings = {name[:_SPELLING] for name in known if isinstance(name, str) and len(name) > _SPELLING + 1}
    return frozenset(
        name
        for name in wanted
        if not standing_for({name}) & meant
        and not (isinstance(name, str) and len(name) > _SPELLING + 1 and name[:_SPELLING] in spellings)
    )


def share(own: Reading, other: Reading) -> float:
    """The weight of the words of ``own`` that the other has, by that of all its words."""
    total = sum(own.weights.values())
    return sum(weight for word, weight in own.weights.items() if word in other.weights) / total if total else 0.0


def _contrary(own: Clause, other: Clause) -> bool:
    return _turned(own.reading.polarity, other.reading.polarity) or _of_others(own, other)


def _turned(own: Polarity, other: Polarity) -> bool:
    """Whether one of two clauses denies what the other affirms."""
    if any(sign * other.sides.get(number, 0) < 0 for number, sign in own.sides.items()):
        return True
    if own.loose % 2 and not other.negations:
        return True
    if own.negations % 2 == other.negations % 2:
        return False
    odd, even = (own, other) if own.negations % 2 else (other, own)
    return any(word in even.affirmed and word not in even.negated for word in odd.negated)


def _of_others(own: Clause, other: Clause) -> bool:
    """Whether the two clauses begin with different names, and what they tell of them is no mutual matter."""
    if not own.subject or other.subject is None or own.turnable or other.turnable:
        return False
    if other.subject:
        return bool(_unknown(own.subject, other.subject))
    return not _unknown(own.subject, other.names)
