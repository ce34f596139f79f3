"""What the requests of one process share while the application runs: the model's workers, the store, what is in memory
of it. The interface and the pages do their work by it."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

from anyio.to_thread import run_sync
from fastapi import Request
from starlette.concurrency import run_in_threadpool

from ainoi import AnnotatedArticle, Article, TextTooLongError
from ainoi.schema import ModelVersion
from ainoi_service.html import HtmlExtractor, Wanted, always
from ainoi_service.html_queue import HtmlQueue
from ainoi_service.limits import Limits
from ainoi_service.places import Places
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
from ainoi_service.telemetry.request import note_quotes
from ainoi_service.workers.annotator import ServiceAnnotator
from ainoi_service.workers.events import Listener, nobody
from ainoi_service.workers.pool import ModelPool, Place
from ainoi_service.workers.source import ModelSource
from ainoi_service.workers.subwords import subwords_in

OpenStore = Callable[[RegistryNames], Store]

_T = TypeVar("_T")
_log = logging.getLogger(__name__)

LARGE = 20_000
"""Quotes from which on what is in memory of a store is kept out of garbage collections: one takes 0.3 s at 200,000."""


AT_ONCE = 20_000
"""Code points of a text that are read on the event loop: a thread would take longer to come to it."""

HTML_THREADS = 2
"""Threads that wait for the reader of HTML pages: they must not keep those of other requests."""


class Desk:
    """``opened`` makes one. What blocks is called from the thread pool; what is ``async`` sees to that itself."""

    def __init__(self, pool: ModelPool, annotator: ServiceAnnotator, store: Store, limits: Limits) -> None:
        self.limits = limits
        self.extractor = HtmlExtractor(limits)
        self.pool = pool
        self.version: ModelVersion = annotator.version
        self.names = RegistryNames(annotator.registry, annotator.name_in)
        self.store = store
        self.lookup = Lookup(store)
        self.neighbours = Neighbours(store, self.lookup, annotator.embed, annotator.version)
        self._embed = annotator.embed
        self._pages = HtmlQueue(HTML_THREADS)
        self.batches = Places(limits.max_batches, "batches")
        self.imports = Places(limits.max_imports, "imports")

    # What asks for the model

    async def annotate(self, request: AnnotateRequest) -> AnnotatedArticle:
        """Annotation of the request's article, with the text that its offsets count in.

        Raises ``AinoiError`` for an article that cannot be annotated, and what ``ModelPool.annotate`` lists when it is
        not the article's fault.
        """
        with self.pool.place() as place:
            if request.text is not None and len(request.text) <= AT_ONCE:
                article, subwords = self._sized(request)
            else:
                article, subwords = await self._read(place, request, self._sized)
            result = await place.annotate(article, subwords)
        note_quotes(result)
        return result.model_copy(update={"text": article.text})

    async def keep(self, request: AnnotateRequest) -> Put:
        """Annotate the request's article and store it; the model is not asked if it knows the article already.

        Raises what ``annotate`` raises, and StoreError.
        """
        with self.pool.place() as place:
            article, there = await self._read(place, request, self.article_and_id)
            if there is not None:
                return Put(there, created=False)
            asked, subwords = await run_in_threadpool(_prepared, article)
            annotated = await place.annotate(asked, subwords)
            note_quotes(annotated)
            annotation = await run_in_threadpool(self.with_vectors, article, annotated)
            return await run_in_threadpool(
                put, self.store, annotation.article, annotation.annotated, annotation.embeddings
            )

    def article(self, request: AnnotateRequest, wanted: Wanted = always) -> Article:
        """The article that a request is of. Raises ``AinoiError`` for a page without one, and for too long a text."""
        article = request.article(self.extractor, wanted)
        if len(article.text.encode("utf-8")) > self.limits.max_text_bytes:
            raise TextTooLongError(f"the text has over {self.limits.max_text_bytes:,} bytes")
        return article

    def article_and_id(self, request: AnnotateRequest, wanted: Wanted = always) -> tuple[Article, str | None]:
        """Likewise, with its id in the store if that has it as this model reads it. Raises StoreError too."""
        article = self.article(request, wanted)
        return article, known(self.store, article, self.version)

    def with_vectors(self, article: Article, annotated: AnnotatedArticle) -> Annotation:
        """What the store takes of an annotated article."""
        return Annotation(article, annotated, self._vectors([(each.id, each.text) for each in annotated.quotes]))

    async def _read(self, place: Place, request: AnnotateRequest, work: Callable[[AnnotateRequest, Wanted], _T]) -> _T:
        """What ``work`` makes of the request, in a thread that is left alone when the request's time is over."""
        if request.html is None:
            return await place.within(run_sync(work, request, always, abandon_on_cancel=True))
        return await place.within(self._pages.run(lambda wanted: work(request, wanted)))

    def _sized(self, request: AnnotateRequest, wanted: Wanted = always) -> tuple[Article, int]:
        article = self.article(request, wanted)
        return article, subwords_in(article.text)

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
            self.names.forget()
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

    def _vectors(self, texts: Sequence[tuple[str, str]]) -> dict[str, bytes]:
        if not texts:
            return {}
        rows = self._embed([text for _, text in texts])
        return {id: packed(row) for (id, _), row in zip(texts, rows, strict=True)}


def _prepared(article: Article) -> tuple[Article, int]:
    asked = prepared(article)
    return asked, subwords_in(asked.text)


@asynccontextmanager
async def opened(
    source: ModelSource, open_store: OpenStore, limits: Limits, *, on_event: Listener = nobody
) -> AsyncIterator[Desk]:
    """A desk whose workers are up and whose store is open and read. Raises what loading and opening raise.

    In the end what was begun is answered, for as long as one request may take, and the workers are ended. ``on_event``
    hears what the pool of workers does.
    """
    annotator = await run_in_threadpool(_loaded, source)
    pool = ModelPool(source.staff(annotator), _widened(limits, source.breadth), on_event)
    starting = asyncio.ensure_future(pool.start())
    try:
        desk = await run_in_threadpool(_desk, pool, annotator, open_store, limits)
        await starting
    except BaseException:
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await pool.close()
        raise
    try:
        yield desk
    finally:
        try:
            async with asyncio.timeout(limits.request_seconds):
                await pool.drain()
        except TimeoutError:
            _log.warning("some requests were not answered when the service ended")
        await pool.close()
        await run_in_threadpool(desk.extractor.close)


def _loaded(source: ModelSource) -> ServiceAnnotator:
    annotator = source.load()
    annotator.embed([""])  # makes its tables now, while nothing else uses the tokenizer
    return annotator


def _desk(pool: ModelPool, annotator: ServiceAnnotator, open_store: OpenStore, limits: Limits) -> Desk:
    desk = Desk(pool, annotator, open_store(RegistryNames(annotator.registry, annotator.name_in)), limits)
    desk.warm()
    if desk.lookup.sync().total >= LARGE:
        gc.collect()
        gc.freeze()
    return desk


def _widened(limits: Limits, breadth: int) -> Limits:
    """The limits of a pool whose workers annotate so many articles in about the time of one."""
    wider = {name: getattr(limits, name) * breadth for name in ("model_batch", "model_batch_subwords")}
    return replace(limits, max_waiting_subwords=limits.max_waiting_subwords * breadth, **wider)


async def desk_of(request: Request) -> Desk:
    """The desk of the application that ``request`` came to."""
    desk: Desk = request.app.state.desk
    return desk
