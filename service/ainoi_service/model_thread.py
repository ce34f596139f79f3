"""The one thread that holds the model, fed by a queue: fast tokenizers must not be shared between threads."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ainoi import AinoiError, AnnotatedArticle, Article
from ainoi.resolve.registry import Registry
from ainoi.schema import ModelVersion

Answer = Future[AnnotatedArticle]


class ServiceAnnotator(Protocol):
    """What the service needs of the model layer; ``ainoi.Annotator`` is one.

    ``annotate_batch`` is called on the model's thread only, everything else on any.
    """

    @property
    def version(self) -> ModelVersion:
        """Which weights it has."""

    @property
    def registry(self) -> Registry:
        """Who is known."""

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> Sequence[AnnotatedArticle | AinoiError]:
        """One result an article, in order: its annotation, or the error that says why there is none."""

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors ``[texts, size]`` of unit length."""

    def name_in(self, mention: str) -> str:
        """The name alone in what people write to ask for somebody."""


class ModelThread:
    """Loads the annotator in a thread of its own and annotates there; articles that wait together share a call."""

    def __init__(self, load: Callable[[], ServiceAnnotator], *, batch: int) -> None:
        self._load = load
        self._batch = batch
        self._queue: queue.SimpleQueue[tuple[Article, Answer] | None] = queue.SimpleQueue()
        self._loaded: Future[ServiceAnnotator] = Future()
        self._thread = threading.Thread(target=self._run, name="ainoi-model", daemon=True)

    def start(self) -> ServiceAnnotator:
        """Start the thread and wait until the model is loaded. Raises what loading raises."""
        self._thread.start()
        return self._loaded.result()

    def submit(self, article: Article) -> Answer:
        """Queue an article. The answer is its annotation or the error; cancel it to take the article back."""
        answer: Answer = Future()
        self._queue.put((article, answer))
        return answer

    def stop(self) -> None:
        """Annotate what is queued, then end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            annotator = self._load()
            annotator.embed([""])  # makes its tables now, while nothing else uses the tokenizer
        except BaseException as error:
            self._loaded.set_exception(error)
            return
        self._loaded.set_result(annotator)
        while batch := self._next_batch():
            _answer(annotator, [one for one in batch if one[1].set_running_or_notify_cancel()])

    def _next_batch(self) -> list[tuple[Article, Answer]]:
        """What waits, up to the batch size; waits for one. Empty when the thread is to end."""
        first = self._queue.get()
        batch = [first] if first is not None else []
        while batch and len(batch) < self._batch and not self._queue.empty():
            item = self._queue.get()
            if item is None:
                self._queue.put(None)
                break
            batch.append(item)
        return batch


def _answer(annotator: ServiceAnnotator, batch: Sequence[tuple[Article, Answer]]) -> None:
    """Annotate and answer. If the model layer raises, each article is tried alone: one must not fail the others."""
    if not batch:
        return
    try:
        results = annotator.annotate_batch([article for article, _ in batch])
    except Exception as error:
        fault = error
    else:
        for (_, answer), result in zip(batch, results, strict=True):
            if isinstance(result, AinoiError):
                answer.set_exception(result)
            else:
                answer.set_result(result)
        return
    if len(batch) == 1:
        batch[0][1].set_exception(fault)
        return
    for one in batch:
        _answer(annotator, [one])
