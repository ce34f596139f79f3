"""What the registry and the language know of speakers, as the store and its readers ask for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ainoi import Speaker
from ainoi.resolve.registry import Registry
from ainoi.schema import SpeakerKind

_REMEMBERED = 20_000
"""Mentions whose names are remembered: most come again and again."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office that somebody holds or held; ``first`` and ``last`` are dates as far as they are known."""

    title: str
    first: str | None
    last: str | None


class RegistryNames:
    """``store.names.Names`` of somebody who has the registry, and who knows titles by ``bare``."""

    def __init__(self, registry: Registry, bare: Callable[[str], str]) -> None:
        self._registry = registry
        self._bare = lru_cache(maxsize=_REMEMBERED)(bare)

    def name(self, speaker_id: str) -> str | None:
        """What the registry calls the speaker."""
        entry = self._registry.people.get(speaker_id) or self._registry.organizations.get(speaker_id)
        return entry.name if entry is not None else None

    def aliases(self, speaker_id: str) -> Sequence[str]:
        """The registry's other names of that speaker."""
        entry = self._registry.people.get(speaker_id) or self._registry.organizations.get(speaker_id)
        return entry.aliases if entry is not None else ()

    def bare(self, mention: str) -> str:
        """``mention`` without titles and honorifics before the name."""
        return self._bare(mention)

    def forget(self) -> None:
        """Remember no mention."""
        self._bare.cache_clear()

    def speaker(self, speaker_id: str) -> Speaker | None:
        """The registry's person or organization with this id."""
        entry = self._registry.people.get(speaker_id) or self._registry.organizations.get(speaker_id)
        if entry is None:
            return None
        kind = SpeakerKind.PERSON if speaker_id in self._registry.people else SpeakerKind.ORGANIZATION
        return Speaker(id=entry.id, name=entry.name, kind=kind, wikidata=entry.wikidata, confidence=1.0)

    def offices(self, speaker_id: str) -> list[Office]:
        """The offices of a person, the latest first; none for anybody else."""
        person = self._registry.people.get(speaker_id)
        if person is None:
            return []
        held = sorted(person.offices, key=lambda tenure: tenure.days, reverse=True)
        return [Office(self._registry.offices[each.office].names[0], each.start, each.end) for each in held]
