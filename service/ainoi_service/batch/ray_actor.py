"""What runs on the nodes of a Ray cluster: an actor that annotates, and the count of those that died."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import TypeAdapter

from ainoi import AinoiError, AnnotatedArticle
from ainoi.schema import ModelVersion
from ainoi_service.batch.annotating import Batch, BatchAnnotator, Result, SickProcessError, annotate_items, died_row
from ainoi_service.batch.items import ErrorRow, Read, Unread

if TYPE_CHECKING:
    import numpy as np

MOST_DEATHS = 2
"""Actors that may die on a batch before its articles are tried one by one; then on one before it is given up."""

_Items = list[Read | ErrorRow | Unread]
ITEMS: TypeAdapter[_Items] = TypeAdapter(_Items)
RESULTS: TypeAdapter[list[Result]] = TypeAdapter(list[AnnotatedArticle | ErrorRow])


def version_or_error(load: Callable[[], BatchAnnotator]) -> ModelVersion | str:
    """Which weights ``load`` gives, or why it gives none; runs on the cluster."""
    try:
        return load().version
    except AinoiError as error:
        return str(error)


class AnnotatingActor:
    """Holds one annotator and annotates batch after batch; runs on the cluster.

    Ray starts an actor that died again and gives it the same batch, without end. What an actor dies of may be an
    article, so it says in advance what it begins with, and ``deaths`` keeps count.
    """

    def __init__(self, *, load: Callable[[], BatchAnnotator], with_text: bool, deaths: DeathCount) -> None:
        from ainoi_service.html import HtmlExtractor

        self._annotator = load()
        self._extractor = HtmlExtractor()
        self._with_text = with_text
        self._deaths = deaths

    def __call__(self, rows: dict[str, np.ndarray[Any, Any]]) -> dict[str, list[Any]]:
        """``place`` and ``items`` of batches to ``place`` and ``results``."""
        results = [self._batch(str(place), items) for place, items in zip(rows["place"], rows["items"], strict=True)]
        return {"place": rows["place"].tolist(), "results": results}

    def _batch(self, name: str, json: str) -> str:
        items = ITEMS.validate_json(json)
        if self._deaths.begin(name) < MOST_DEATHS:
            results = self._annotate(items)
        else:
            results = self._without_the_deadly(name, items)
        self._deaths.end(name)
        return RESULTS.dump_json(results, round_trip=True).decode()

    def _annotate(self, items: Batch) -> list[Result]:
        try:
            return annotate_items(self._annotator, items, self._extractor.extract, with_text=self._with_text)
        except SickProcessError:  # another process may be well; an exception would end the run
            os._exit(1)

    def _without_the_deadly(self, name: str, items: Batch) -> list[Result]:
        """Each article is tried alone, to find those that kill; then the others are annotated together, as they would
        have been without them."""
        deadly: dict[int, Result] = {}
        alone: dict[int, Result] = {}
        for number, item in enumerate(items):
            if isinstance(item, ErrorRow):
                alone[number] = item
            elif self._deaths.begin(f"{name}.{number}") >= MOST_DEATHS:
                deadly[number] = died_row(item)  # its count stays: it is not tried again when another one kills
            else:
                [alone[number]] = self._annotate([item])
                self._deaths.end(f"{name}.{number}")
        if self._deaths.begin(f"{name}.rest") < MOST_DEATHS:  # else each is harmless, together they are too much
            together = self._annotate([items[number] for number in alone])
            alone = dict(zip(alone, together, strict=True))
            self._deaths.end(f"{name}.rest")
        return [(alone | deadly)[number] for number in range(len(items))]


class DeathCount(Protocol):
    """How often actors died on a batch or an article: what was begun and did not end."""

    def begin(self, name: str) -> int:
        """An actor begins with ``name``; how many began before it and did not come to an end."""

    def end(self, name: str) -> None:
        """An actor has come to an end with ``name``."""


class Deaths:
    """The count itself."""

    def __init__(self) -> None:
        self._begun: Counter[str] = Counter()

    def begin(self, name: str) -> int:
        """See :class:`DeathCount`."""
        self._begun[name] += 1
        return self._begun[name] - 1

    def end(self, name: str) -> None:
        """See :class:`DeathCount`."""
        del self._begun[name]


class RemoteDeaths:
    """The count as actors see it: kept by another actor."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor

    def begin(self, name: str) -> int:
        """See :class:`DeathCount`."""
        import ray

        return int(ray.get(self._actor.begin.remote(name)))

    def end(self, name: str) -> None:
        """See :class:`DeathCount`."""
        import ray

        ray.get(self._actor.end.remote(name))


def deaths_beside_the_run(ray: Any) -> RemoteDeaths:
    """A new count on this node: it is lost only when the run itself is."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    return RemoteDeaths(ray.remote(num_cpus=0, scheduling_strategy=here)(Deaths).remote())
