"""What the requests of one process share while the application runs: the model's thread, the store, what is in memory
of it. The interface and the pages do their work by it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from ainoi import AnnotatedArticle, Article, TextTooLongError
from ainoi.schema import ModelVersion
from ainoi_service.html import HtmlExtractor
from ainoi_service.limits import Limits
from ainoi_service.model_thread import ModelThread, ServiceAnnotator
from ainoi_service.registry_names import Office, RegistryNames
from ainoi_service.requests import AnnotateRequest
from ainoi_service.search.lookup import Lookup
from ainoi_service.search.query import QuoteQuery
from ainoi_service.similar.checks import Check, check
from ainoi_service.similar.matrix import packed
from ainoi_service.similar.neighbours import Neighbours
from ainoi_service.similar.reading import read
from ainoi_service.similar.variants import Variant, variants_of
from ainoi_service.store import articles, embeddings, quotes
from ainoi_service.store.articles import TakenDown
from ainoi_service.store.engine import Store
from ainoi_service.store.ingest import Annotation, Put, known, prepared, put
from ainoi_service.store.records import StoredQuote

OpenStore = Callable[[RegistryNames], Store]

LARGE = 20_000
"""Quotes from which on what is in memory of a store is kept out of garbage collections: one takes 0.3 s at 200,000."""


class Desk:
    """``opened`` makes one. What blocks is called from the thread pool; what is ``async`` sees to that itself."""

    def __init__(self, model: ModelThread, annotator: ServiceAnnotator, store: Store, limits: Limits) -> None:
        self.limits = limits
        self.extractor = HtmlExtractor(limits)
        self.model = model
        self.version: ModelVersion = annotator.version
        self.names = RegistryNames(annotator.registry, annotator.name_in)
        self.store = store
        self.lookup = Lookup(store)
        self.neighbours = Neighbours(store, self.lookup, annotator.embed, annotator.version)
        self._embed = annotator.embed
        self._admitted = 0
        self._batches = 0

    # What asks for the model

    async def annotate(self, request: AnnotateRequest) -> AnnotatedArticle:
        """Annotation of the request's article, with the text that its offsets count in.

        Raises ``AinoiError`` for an article that cannot be annotated, ``HTTPException`` 429 when too many are waiting.
        """
        with self._admission():
            article = await run_in_threadpool(self.article, request)
            result = await asyncio.wrap_future(self.model.submit(article))
        return result.model_copy(update={"text": article.text})

    async def keep(self, request: AnnotateRequest) -> Put:
        """Annotate the request's article and store it; the model is not asked if it knows the article already.

        Raises what ``annotate`` raises, and StoreError.
        """
        with self._admission():
            article, there = await run_in_threadpool(self.article_and_id, request)
            if there is not None:
                return Put(there, created=False)
            annotated = await asyncio.wrap_future(self.model.submit(prepared(article)))
            annotation = await run_in_threadpool(self.with_vectors, article, annotated)
            return await run_in_threadpool(
                put, self.store, annotation.article, annotation.annotated, annotation.embeddings
            )

    def article(self, request: AnnotateRequest) -> Article:
        """The article that a request is of. Raises ``AinoiError`` for a page without one, and for too long a text."""
        article = request.article(self.extractor)
        if len(article.text.encode("utf-8")) > self.limits.max_text_bytes:
            raise TextTooLongError(f"the text has over {self.limits.max_text_bytes:,} bytes")
        return article

    def article_and_id(self, request: AnnotateRequest) -> tuple[Article, str | None]:
        """Likewise, with its id in the store if that has it as this model reads it. Raises StoreError too."""
        article = self.article(request)
        return article, known(self.store, article, self.version)

    def with_vectors(self, article: Article, annotated: AnnotatedArticle) -> Annotation:
        """What the store takes of an annotated article."""
        return Annotation(article, annotated, self._vectors([(each.id, each.text) for each in annotated.quotes]))

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Room for one batch of articles. Raises ``HTTPException`` 429 if there is none."""
        if self._batches >= self.limits.max_batches:
            raise HTTPException(429, "too many batches are running", {"Retry-After": "10"})
        self._batches += 1
        try:
            yield
        finally:
            self._batches -= 1

    @contextmanager
    def _admission(self) -> Iterator[None]:
        if self._admitted >= self.limits.max_waiting:
            raise HTTPException(429, "too many requests are waiting", {"Retry-After": "1"})
        self._admitted += 1
        try:
            yield
        finally:
            self._admitted -= 1

    # What asks the store

    def check(self, claim: str, speaker: str | None, from_: str | None, to: str | None) -> Check:
        """Whether they said it; the dates are of publication. Raises InvalidQuery."""
        asked = QuoteQuery(speaker=speaker, from_=from_, to=to)
        return check(self.neighbours, claim, asked.speaker, asked.first, asked.last)

    def variants(self, quote: StoredQuote) -> list[Variant]:
        """The quote's variants, the surest first."""
        return variants_of(self.neighbours, quote)

    def offices(self, speaker_id: str) -> list[Office]:
        """The offices that the registry knows of a speaker, the latest first."""
        return self.names.offices(speaker_id)

    def take_down(self, id: str, *, all_versions: bool) -> TakenDown | None:
        """Remove an article from the store and from this process's memory. None if there is none."""
        done = articles.delete(self.store, id, all_versions=all_versions)
        if done is not None:
            self.warm()
            read.cache_clear()  # it remembers what texts it was given
        return done

    def embed_written(self, article_ids: Sequence[str]) -> None:
        """Store vectors of the quotes that people wrote in these articles."""
        with self.store.read() as connection:
            written = [
                (quote.id, quote.text)
                for id in article_ids
                for quote in quotes.of_article(connection, id)
                if quote.model is None
            ]
        if written:
            embeddings.put(self.store, self.version, self._vectors(written))

    def warm(self) -> None:
        """Bring what is in memory of the store up to date: the first time, read it all."""
        self.neighbours.sync()

    def close(self) -> None:
        """Answer what is waiting for the model, then end what was started."""
        self.model.stop()
        self.extractor.close()

    def _vectors(self, texts: Sequence[tuple[str, str]]) -> dict[str, bytes]:
        if not texts:
            return {}
        rows = self._embed([text for _, text in texts])
        return {id: packed(row) for (id, _), row in zip(texts, rows, strict=True)}


@contextmanager
def opened(load: Callable[[], ServiceAnnotator], open_store: OpenStore, limits: Limits) -> Iterator[Desk]:
    """A desk whose model is loaded and whose store is open and read. Raises what loading and opening raise."""
    model = ModelThread(load, batch=limits.model_batch)
    annotator = model.start()
    try:
        store = open_store(RegistryNames(annotator.registry, annotator.name_in))
        desk = Desk(model, annotator, store, limits)
        desk.warm()
        if desk.lookup.sync().total >= LARGE:
            gc.collect()
            gc.freeze()
    except BaseException:
        model.stop()
        raise
    try:
        yield desk
    finally:
        desk.close()


async def desk_of(request: Request) -> Desk:
    """The desk of the application that ``request`` came to."""
    desk: Desk = request.app.state.desk
    return desk
