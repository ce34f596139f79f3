"""Speakers as they are handed out, each with the measured accuracy of the way it was found as its confidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from ainoi.resolve.figures import Figure
from ainoi.resolve.knowledge import Knowledge
from ainoi.resolve.parsed import ParsedMention
from ainoi.resolve.registry import Person, fold
from ainoi.resolve.scene import Scene
from ainoi.schema import Candidate, Method, Speaker, SpeakerKind

Outcome = Literal[
    "name",
    "part_of_name",
    "alias",
    "single_name",
    "role",
    "office",
    "description",
    "pronoun",
    "pair",
    "plural",
    "first",
    "continued",
    "organization",
    "document",
    "document_itself",
    "anaphor",
    "unnamed",
    "unnamed_role",
]
"""How a speaker was found; the language pack's ``speaker_accuracy.toml`` has how often each is right."""

ALTERNATIVES = 3
"""Other candidates that are listed with a speaker."""
CLEAR, CLOSE = 2.0, 0.8
"""Margins of salience between the first two candidates: from which a choice is clear, below which it is close."""
UNMEASURED = 0.5
"""Confidence where the pack has no figure."""


class Outcomes:
    """Makes the ``Speaker`` values of one article."""

    def __init__(self, knowledge: Knowledge, scene: Scene) -> None:
        self._registry = knowledge.registry
        self._accuracy = knowledge.lexicon.accuracy
        self._joint = knowledge.lexicon.joint
        self._scene = scene

    def _confidence(self, outcome: Outcome, step: str = "") -> float:
        return self._accuracy.get(f"{outcome}.{step}" if step else outcome, UNMEASURED)

    def person(
        self,
        figure: Figure,
        method: Method,
        outcome: Outcome,
        others: Sequence[Figure] = (),
        *,
        role: ParsedMention | None = None,
        margin: float | None = None,
    ) -> Speaker:
        """The speaker that a figure is; an unnamed one for a figure without a name.

        ``margin``: how much more salient the figure is than the next candidate, None if there is none.
        """
        ranked = outcome in ("role", "description", "pronoun")
        step = "" if not ranked else "only" if margin is None else _step(margin)
        confidence = self._confidence(outcome, step)
        if not figure.name:
            return Speaker(kind=SpeakerKind.UNNAMED, confidence=confidence)
        person = figure.person
        title = self._scene.text(*role.titles[0]) if role is not None and role.titles else None
        return Speaker(
            id=_identity(figure),
            name=person.name if person else figure.name,
            kind=SpeakerKind.PERSON,
            role=figure.role or title,
            wikidata=person.wikidata if person else None,
            method=method,
            confidence=confidence,
            alternatives=self._alternatives(others, 1 - confidence),
        )

    def _alternatives(self, figures: Iterable[Figure], rest: float) -> tuple[Candidate, ...]:
        """The first named figures, which share what probability the speaker leaves."""
        named = [figure for figure in figures if figure.name][:ALTERNATIVES]
        return tuple(
            Candidate(
                id=_identity(figure),
                name=figure.person.name if figure.person else figure.name,
                kind=SpeakerKind.PERSON,
                confidence=round(rest / len(named), 4),
            )
            for figure in named
        )

    def body(self, name: str, outcome: Outcome) -> Speaker:
        """The organization of this name; its id is the registry's where the name is known there."""
        found = self._registry.find_organizations(name)
        body = found[0] if len(found) == 1 else None
        country = self._registry.find_country(name) if body is None else None
        known = body.id if body else f"country:{country.id}" if country else f"name:{fold(name)}"
        by_name = outcome in ("organization", "document", "document_itself")
        return Speaker(
            id=known,
            name=name,
            kind=SpeakerKind.ORGANIZATION,
            wikidata=body.wikidata if body else None,
            method=Method.NAME if by_name else Method.PRONOUN,
            confidence=self._confidence(outcome),
        )

    def undecided(self, role: ParsedMention, people: Iterable[Person]) -> Speaker:
        """An unknown speaker who is one of ``people``."""
        possible = list({person.id: person for person in people}.values())
        share = round(self._confidence("office") / len(possible), 4)
        return Speaker(
            kind=SpeakerKind.UNKNOWN,
            role=self._scene.text(role.first, role.last),
            confidence=round(1 - self._confidence("office"), 4),
            alternatives=tuple(
                Candidate(id=person.id, name=person.name, kind=SpeakerKind.PERSON, confidence=share)
                for person in possible
            ),
        )

    def together(self, speakers: Sequence[Speaker]) -> Speaker:
        """Speakers who speak as one; the only named one by itself; unnamed when none is named."""
        named = [speaker for speaker in speakers if speaker.name is not None]
        names = tuple(dict.fromkeys(speaker.name for speaker in named if speaker.name))
        if len(names) < 2:
            return named[0] if named else self.unnamed("unnamed")
        people = all(speaker.kind is SpeakerKind.PERSON for speaker in named)
        return Speaker(
            name=self._joint.join((", ".join(names[:-1]), names[-1])),
            kind=SpeakerKind.PERSON if people else SpeakerKind.ORGANIZATION,
            method=named[0].method,
            confidence=min(speaker.confidence for speaker in named),
            members=names,
        )

    def again(self, speaker: Speaker, outcome: Outcome) -> Speaker:
        """An earlier speaker, now found in another way."""
        method = Method.PRONOUN if speaker.name is not None else speaker.method
        return speaker.model_copy(update={"method": method, "confidence": self._confidence(outcome)})

    def unnamed(self, outcome: Outcome) -> Speaker:
        """Somebody whose name the article hides."""
        return Speaker(kind=SpeakerKind.UNNAMED, confidence=self._confidence(outcome))

    def unknown(self) -> Speaker:
        """Somebody of whom nothing is known."""
        return Speaker(kind=SpeakerKind.UNKNOWN, confidence=0.0)


def _identity(figure: Figure) -> str:
    """Registry id, else the folded full name; a single part stands for somebody of this article only."""
    if figure.person is not None:
        return figure.person.id
    return f"{'name' if len(figure.keys) > 1 else 'article'}:{fold(figure.name)}"


def _step(margin: float) -> str:
    return "clear" if margin >= CLEAR else "close" if margin < CLOSE else "middle"
