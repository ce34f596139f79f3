"""What the pages need of the application."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from starlette.requests import Request

from ainoi import AnnotatedArticle
from ainoi.schema import ModelVersion
from ainoi_service.limits import Limits
from ainoi_service.registry_names import Office
from ainoi_service.requests import AnnotateRequest
from ainoi_service.search.lookup import Lookup
from ainoi_service.store.engine import Store
from ainoi_service.store.ingest import Put
from ainoi_service.store.records import StoredQuote

ANSWERS = ("denied", "verbatim", "close", "said_by_other", "not_found")


class Evidence(Protocol):
    """A quote that bears on a claim."""

    @property
    def quote(self) -> StoredQuote: ...
    @property
    def similarity(self) -> float: ...
    @property
    def kind(self) -> str: ...


class Check(Protocol):
    """What the store says of a claim. ``answer`` is one of ``ANSWERS``, the evidence is ranked."""

    @property
    def answer(self) -> str: ...
    @property
    def evidence(self) -> Sequence[Evidence]: ...


class Variant(Protocol):
    """The same utterance as another article prints it."""

    @property
    def quote(self) -> StoredQuote: ...
    @property
    def probability(self) -> float: ...


class Desk(Protocol):
    """What requests share while the application runs."""

    @property
    def limits(self) -> Limits: ...

    @property
    def version(self) -> ModelVersion | None:
        """Of the model that annotates."""

    @property
    def store(self) -> Store: ...

    @property
    def lookup(self) -> Lookup: ...

    async def annotate(self, request: AnnotateRequest) -> AnnotatedArticle:
        """The annotation, with the text that its offsets count in. Raises ``AinoiError``, ``HTTPException`` 429."""

    async def keep(self, request: AnnotateRequest) -> Put:
        """Annotate and store, with what variants are found by. Raises as ``annotate`` does, and ``StoreError``."""

    def check(self, claim: str, speaker: str | None, from_: str | None, to: str | None) -> Check:
        """Whether they said it. Raises ``InvalidQuery``."""

    def variants(self, quote: StoredQuote) -> Sequence[Variant]:
        """The quote's variants, the surest first."""

    def offices(self, speaker_id: str) -> Sequence[Office]:
        """The offices that the registry knows of a speaker, the latest first."""


DeskOf = Callable[[Request], Desk]
