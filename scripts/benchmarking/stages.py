"""Where the time goes: seconds of every step of an article's way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import ainoi.pipeline
import ainoi.tag
from ainoi import Article
from benchmarking.clocks import Stopwatch, replaced, waiting
from benchmarking.pipeline import Pipeline
from benchmarking.table import Row

CLEAN, TOKENIZE, ENCODE, TAG, DECODE, RESOLVE, QUOTE = (
    "clean",
    "tokenize",
    "encode",
    "tag",
    "decode",
    "resolve",
    "quote",
)

MEANING = {
    CLEAN: "shadow copy, furniture, repeats, language",
    TOKENIZE: "tokens, subwords, windows",
    ENCODE: "encoder, recurrent layer; on a CPU logits of tags",
    TAG: "probabilities of tags",
    DECODE: "spans under constraints, links, kinds",
    RESOLVE: "speakers",
    QUOTE: "acts, denials, channels, dates, results",
}
"""The stages in the order of the way, and what is counted for each."""

AROUND_THE_NETWORK = (CLEAN, TOKENIZE, DECODE, RESOLVE)


@dataclass(frozen=True)
class Stages:
    """``seconds`` by stage for all ``articles``, in a round of median length."""

    articles: int
    threads: int
    seconds: dict[str, float]

    @property
    def around_the_network(self) -> float:
        """Share of clean, tokenize, decode and resolve together."""
        return sum(self.seconds[name] for name in AROUND_THE_NETWORK) / sum(self.seconds.values())

    def rows(self) -> Iterator[Row]:
        """A line for each stage, and their sum without the network."""
        total = sum(self.seconds.values())
        for name, meaning in MEANING.items():
            seconds = self.seconds[name]
            yield Row(name, f"{seconds / total:.1%}", f"{seconds / self.articles * 1000:.2f} ms an article: {meaning}")
        yield Row(" + ".join(AROUND_THE_NETWORK), f"{self.around_the_network:.1%}", f"threads: {self.threads}")


def measure(pipeline: Pipeline, articles: Sequence[Article], *, count: int, rounds: int) -> Stages:
    """Read ``articles`` warm with ``count`` threads."""
    laps = []
    with pipeline.with_threads(count) as own:
        own.read(articles)
        for _ in range(rounds):
            watch = Stopwatch(waiting(pipeline.device))
            with ExitStack() as stack:
                for owner, name, stage in places(own):
                    stack.enter_context(replaced(owner, name, watch.timed(getattr(owner, name), stage)))
                own.read(articles)
            laps.append(watch.seconds)
    laps.sort(key=lambda seconds: sum(seconds.values()))
    return Stages(len(articles), count, {name: laps[len(laps) // 2].get(name, 0.0) for name in MEANING})


def places(pipeline: Pipeline) -> list[tuple[object, str, str]]:
    """Which function is timed for which stage: its owner, its name, the stage.

    They are the pipeline's own inner parts: it has no clock, and need not, to be timed from here.
    """
    annotator, network = pipeline.annotator, pipeline.model.network
    return [
        (annotator, "annotate_batch", QUOTE),
        (ainoi.pipeline, "clean", CLEAN),
        (type(annotator._pack.test), "accepts", CLEAN),
        (ainoi.pipeline, "tokenize", TOKENIZE),
        (annotator._tagger, "tag", TAG),
        (pipeline.model.encoder, "encode", TOKENIZE),
        (ainoi.tag, "windows", TOKENIZE),
        (ainoi.tag, "row_of", TOKENIZE),
        (network, "states", ENCODE),
        (annotator, "decode", DECODE),
        (annotator, "speakers", RESOLVE),
    ]
