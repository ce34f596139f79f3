"""From the regions and relations of a corrected file back to quotes.

A file with relations says itself what belongs together. One without (Label Studio's JSON-MIN, a doccano project that
uses no relations) leaves regions only: there a quote that the record knew keeps its spans, cue and mention as far as
they still stand, and a content that it did not know is a quote of its own.

What a file has no place for, the record's memory of a quote fills in: the type while the spans are the same, act and
denial while the cue is, and the speaker while the mention is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise

from ainoi import Speaker
from ainoi.schema import SpeakerKind
from ainoi_service.exchange.checked import CheckedQuote
from ainoi_service.exchange.corrected import Corrected, CorrectedRegion, Known, Said
from ainoi_service.exchange.fields import Field
from ainoi_service.exchange.regions import CONTENT, CUE, SOURCE, Bounds

MOST_COVERED = 8
"""How many times over the contents of one article may cover it."""

_NAMED = (SpeakerKind.PERSON, SpeakerKind.ORGANIZATION)


@dataclass(slots=True)
class _Group:
    """Regions of one quote."""

    contents: list[CorrectedRegion]
    ends: dict[str, list[CorrectedRegion]] = field(default_factory=lambda: {CUE: [], SOURCE: []})


class _Memory:
    """What the record knew of its quotes, by their places and by their speakers' names."""

    def __init__(self, known: Sequence[Known]) -> None:
        self._by_spans: dict[tuple[Bounds, ...], Known] = {}
        self._by_start: dict[int, Known] = {}
        self._by_end: dict[int, Known] = {}
        self._by_name: dict[str, Known] = {}
        for each in known:
            if each.spans:
                self._by_spans.setdefault(each.spans, each)
                self._by_start.setdefault(each.spans[0][0], each)
                self._by_end.setdefault(each.spans[-1][1], each)
            if each.said.speaker is not None:
                self._by_name.setdefault(each.said.speaker, each)

    def of(self, spans: tuple[Bounds, ...]) -> Known | None:
        """The quote with these spans, or else one that begins or ends where they do: it was drawn longer or shorter."""
        if not spans:
            return None
        exact = self._by_spans.get(spans)
        return exact or self._by_start.get(spans[0][0]) or self._by_end.get(spans[-1][1])

    def named(self, name: str) -> Known | None:
        """A quote whose speaker has this name."""
        return self._by_name.get(name)


def quotes_of(corrected: Corrected, text: str) -> tuple[CheckedQuote, ...]:
    """The quotes of one article of a corrected file, in order. Raises ``WrongField`` where regions contradict."""
    _check_cover(corrected, text)
    memory = _Memory(corrected.known)
    groups = _linked(corrected) if corrected.links is not None else _remembered(corrected, memory)
    quotes = [_quote(group, memory) for group in groups]
    return tuple(sorted(quotes, key=lambda quote: [(span.start, -span.end) for span in quote.spans]))


def _check_cover(corrected: Corrected, text: str) -> None:
    covered = sum(each.end - each.start for each in corrected.regions.values() if each.label == CONTENT)
    if covered > MOST_COVERED * len(text):
        Field(None).wrong(f"the contents cover the text over {MOST_COVERED} times")


def _linked(corrected: Corrected) -> Iterator[_Group]:
    """Contents that relations join are one group, with the cues and sources that relations give to any of them."""
    contents = [key for key, each in corrected.regions.items() if each.label == CONTENT]
    leader = {key: key for key in contents}

    def lead(key: str) -> str:
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    ends: list[tuple[str, CorrectedRegion]] = []
    for start, end in corrected.links or ():
        here, there = corrected.regions[start], corrected.regions[end]
        if here.label == there.label == CONTENT:
            leader[lead(start)] = lead(end)
        elif here.label == CONTENT:
            ends.append((start, there))
        elif there.label == CONTENT:
            ends.append((end, here))
    groups: dict[str, _Group] = {}
    for key in contents:
        groups.setdefault(lead(key), _Group([])).contents.append(corrected.regions[key])
    for key, each in ends:
        groups[lead(key)].ends[each.label].append(each)
    yield from groups.values()


def _remembered(corrected: Corrected, memory: _Memory) -> Iterator[_Group]:
    """Groups of a file without relations, by what the record knew."""
    standing = {(each.label, each.bounds): each for each in corrected.regions.values()}
    left = {bounds: each for (label, bounds), each in standing.items() if label == CONTENT}

    def group(contents: list[CorrectedRegion], known: Known | None) -> _Group:
        found = _Group(contents)
        for label, bounds in ((CUE, known and known.cue), (SOURCE, known and known.mention)):
            if bounds and (label, bounds) in standing:
                found.ends[label].append(standing[label, bounds])
        return found

    for known in corrected.known:
        if known.spans and all(bounds in left for bounds in known.spans):
            yield group([left.pop(bounds) for bounds in dict.fromkeys(known.spans)], known)
    for bounds, each in left.items():
        yield group([each], memory.of((bounds,)))


def _quote(group: _Group, memory: _Memory) -> CheckedQuote:
    contents = sorted(group.contents, key=lambda each: each.bounds)
    for earlier, later in pairwise(contents):
        if later.start < earlier.end:
            later.at.wrong("overlaps another span of the same quote")
    cue, mention = (_only(group.ends[label], label, contents[0]) for label in (CUE, SOURCE))
    spans = tuple(each.bounds for each in contents)
    known = memory.of(spans)
    same_cue = known is not None and known.cue == (cue and cue.bounds)
    same_mention = known is not None and known.mention == (mention and mention.bounds)
    said = reduce(Said.or_else, (each.said for each in contents))
    remembered = Said(
        speaker=known.said.speaker if known and same_mention else None,
        kind=known.said.kind if known and same_mention else None,
        type=known.said.type if known and known.spans == spans else None,
        act=known.said.act if known and same_cue else None,
        denied=known.said.denied if known and same_cue else None,
    )
    return CheckedQuote(
        spans=tuple(each.span for each in contents),
        cue=cue.span if cue else None,
        mention=mention.span if mention else None,
        speaker=_speaker(said, remembered, memory, contents[0].at),
        type=said.type or remembered.type,
        act=said.act or remembered.act,
        denied=remembered.denied if said.denied is None else said.denied,
    )


def _only(regions: list[CorrectedRegion], label: str, content: CorrectedRegion) -> CorrectedRegion | None:
    if len({each.bounds for each in regions}) > 1:
        content.at.wrong(f"is related to more than one {label}")
    return regions[0] if regions else None


def _speaker(said: Said, remembered: Said, memory: _Memory, at: Field) -> Speaker | None:
    """Who the file says it is: a name goes before a kind, and both before what is remembered.

    A name without a kind is that of a person, unless the record knows it as something else.
    """
    if said.speaker is not None and said.kind is not None and said.kind not in _NAMED:
        at.wrong(f"has a speaker's name and the kind {said.kind}")
    kind = said.kind
    name = said.speaker
    if name is None and (kind is None or kind in _NAMED):
        name = remembered.speaker
        kind = kind or remembered.kind
    known = memory.named(name) if name is not None else None
    if name is not None and kind not in _NAMED:
        kind = known.said.kind if known and known.said.kind in _NAMED else SpeakerKind.PERSON
    if kind is None or (kind in _NAMED and name is None):
        return None
    return Speaker(id=known.speaker_id if known else None, name=name, kind=kind, confidence=1.0)
