"""What the index keeps of a quote beside its words: one array for each property, one entry for each quote."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
"""Documents, positions, words or codes."""

DAYS = ("published_first", "published_last", "said_first", "said_last")
FACTORS = ("speaker", "outlet", "month", "type", "act", "denied")
"""Properties with few values: what can be counted by value, and filtered by values."""
NONE = ""
"""Value of a factor for a quote that has none."""


class Document(NamedTuple):
    """A quote as it goes into the index. Days are integers like 20251204, 0 where there is none."""

    number: int
    id: str
    article: int
    exact: str
    confidence: float
    published_first: int
    published_last: int
    said_first: int
    said_last: int
    speaker: str = NONE
    outlet: str = NONE
    month: str = NONE
    type: str = NONE
    act: str = NONE
    denied: str = NONE


@dataclass(frozen=True, eq=False)
class Factor:
    """A property with few values: ``values[codes[d]]`` is that of document ``d``. ``values[0]`` is ``NONE``."""

    values: tuple[str, ...]
    codes: npt.NDArray[np.intp]
    """``[D]``, of the type that numpy counts without copying."""

    @classmethod
    def of(cls, values: Iterable[str]) -> Self:
        """One value for each document."""
        code_of = {NONE: 0}
        codes = [code_of.setdefault(value, len(code_of)) for value in values]
        return cls(tuple(code_of), np.asarray(codes, dtype=np.intp))

    @classmethod
    def joined(cls, parts: Sequence[Factor]) -> Self:
        """The documents of all parts, in order; values that no document has are dropped."""
        united = United().extended(parts)
        codes = np.concatenate([map[part.codes] for part, map in zip(parts, united.places, strict=True)])
        used = np.bincount(codes, minlength=len(united)) > 0
        used[0] = True
        kept = tuple(value for value, keep in zip(united.values, used.tolist(), strict=True) if keep)
        return cls(kept, (np.cumsum(used, dtype=np.intp) - 1)[codes])

    def taken(self, documents: Ints) -> Factor:
        """Only these documents, in this order."""
        return Factor(self.values, self.codes[documents])

    def one_of(self, wanted: frozenset[str]) -> npt.NDArray[np.bool_]:
        """``[documents]``: whether the document has one of these values."""
        codes = [self._code_of[value] for value in wanted if value in self._code_of]
        return self.codes == codes[0] if len(codes) == 1 else np.isin(self.codes, codes)

    @cached_property
    def _code_of(self) -> Mapping[str, int]:
        return {value: code for code, value in enumerate(self.values)}


@dataclass(frozen=True)
class United:
    """Values of several factors, each once, and for each factor the ``places`` of its values among them.

    ``layers``: ``NONE``, then for each factor the values that none before it has. One that is extended shares them.
    """

    layers: tuple[Mapping[str, int], ...] = (MappingProxyType({NONE: 0}),)
    places: tuple[npt.NDArray[np.intp], ...] = ()

    def __len__(self) -> int:
        return sum(map(len, self.layers))

    @property
    def values(self) -> Iterator[str]:
        """In the order of their places."""
        return chain.from_iterable(self.layers)

    def at(self, places: Sequence[int]) -> list[str]:
        """The values at these places, which rise."""
        found: list[str] = []
        end = 0
        for layer in self.layers:
            start, end = end, end + len(layer)
            own = places[bisect_left(places, start) : bisect_left(places, end)]
            if own:
                values = tuple(layer)
                found += [values[place - start] for place in own]
        return found

    def first(self, count: int) -> United:
        """As if there were only the first factors; holds nothing of the others."""
        return United(self.layers[: count + 1], self.places[:count])

    def extended(self, factors: Sequence[Factor]) -> United:
        """With more factors behind those that there are."""
        layers, places, size = list(self.layers), list(self.places), len(self)
        for factor in factors:
            new: dict[str, int] = {}
            found = []
            for value in factor.values:
                place = next((layer[value] for layer in layers if value in layer), None)
                found.append(new.setdefault(value, size + len(new)) if place is None else place)
            layers.append(new)
            places.append(np.asarray(found, dtype=np.intp))
            size += len(new)
        return United(tuple(layers), tuple(places))


@dataclass(frozen=True, slots=True)
class Columns:
    """Arrays with an entry for each document; ``days`` and ``factors`` by the names in ``DAYS`` and ``FACTORS``."""

    number: npt.NDArray[np.int64]
    id: npt.NDArray[np.bytes_]
    article: npt.NDArray[np.int64]
    confidence: npt.NDArray[np.float64]
    days: Mapping[str, Ints]
    factors: Mapping[str, Factor]

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Self:
        """The columns of one or more documents."""
        column: dict[str, Any] = dict(zip(Document._fields, zip(*documents, strict=True), strict=True))
        return cls(
            number=np.asarray(column["number"], dtype=np.int64),
            id=np.asarray([id.encode() for id in column["id"]], dtype=np.bytes_),
            article=np.asarray(column["article"], dtype=np.int64),
            confidence=np.asarray(column["confidence"], dtype=np.float64),
            days={name: np.asarray(column[name], dtype=np.int32) for name in DAYS},
            factors={name: Factor.of(column[name]) for name in FACTORS},
        )

    @classmethod
    def joined(cls, parts: Sequence[Columns]) -> Self:
        """The documents of all parts, in order."""
        return cls(
            number=np.concatenate([part.number for part in parts]),
            id=np.concatenate([part.id for part in parts]),
            article=np.concatenate([part.article for part in parts]),
            confidence=np.concatenate([part.confidence for part in parts]),
            days={name: np.concatenate([part.days[name] for part in parts]) for name in DAYS},
            factors={name: Factor.joined([part.factors[name] for part in parts]) for name in FACTORS},
        )

    def taken(self, documents: Ints) -> Columns:
        """Only these documents, in this order."""
        return Columns(
            number=self.number[documents],
            id=self.id[documents],
            article=self.article[documents],
            confidence=self.confidence[documents],
            days={name: days[documents] for name, days in self.days.items()},
            factors={name: factor.taken(documents) for name, factor in self.factors.items()},
        )

    def newest_first(self) -> Ints:
        """The documents by day of publication (a period's first), the latest first and the undated last, then by id."""
        return np.lexsort((self.id, -self.days["published_first"])).astype(np.int32)
