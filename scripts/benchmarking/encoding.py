"""What share of the device's best matrix product the encoder reaches while it reads articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import torch
from torch import Tensor

from ainoi import Article
from ainoi.network.precision import Precision
from benchmarking.arithmetic import ForwardCost, best_product
from benchmarking.clocks import Stopwatch, replaced, threads, waiting
from benchmarking.pipeline import Pipeline
from benchmarking.table import Row


@dataclass(frozen=True)
class Encoding:
    """``rate``: operations a second that the encoder does for the text, median of the rounds. ``peaks``: those of the
    best large product over the same rounds, in ``format``, in which the encoder's linear layers compute, and in
    float32. All with ``threads``."""

    format: Precision
    threads: int
    rate: float
    peaks: dict[Precision, float]
    subwords_per_second: float
    padding: float
    """Share of the positions read that hold no subword of the text."""

    @property
    def share(self) -> float:
        """Share of the peak in the encoder's own format."""
        return self.rate / self.peaks[self.format]

    def rows(self) -> Iterator[Row]:
        """The share, and what it comes from."""
        yield Row("share of the peak", f"{self.share:.1%}", f"{self.format}, threads: {self.threads}")
        yield Row("encoder forward", f"{self.rate / 1e9:.1f} GFLOP/s", f"{self.subwords_per_second:,.0f} subwords/s")
        for format, peak in self.peaks.items():
            yield Row(
                f"best {format} product", f"{peak / 1e9:.1f} GFLOP/s", f"the encoder reaches {self.rate / peak:.1%}"
            )
        yield Row("padding", f"{self.padding:.1%}", "of the positions read; its products count as waste")


@dataclass
class Forwards:
    """What the encoder was given: the lengths of its sequences, and all their positions with padding."""

    lengths: list[int]
    positions: int = 0

    def note(self, input_ids: Tensor, attention_mask: Tensor | None) -> None:
        """Count one forward pass over ``[batch, subwords]``."""
        rows, width = input_ids.shape
        self.positions += rows * width
        self.lengths += [width] * rows if attention_mask is None else attention_mask.sum(1).tolist()


def measure(
    pipeline: Pipeline, articles: Sequence[Article], *, count: int, rounds: int, sizes: Sequence[int]
) -> Encoding:
    """Read ``articles`` with ``count`` threads, and multiply matrices of ``sizes`` rows in between."""
    encoder = pipeline.model.network.encoder
    cost = ForwardCost(pipeline.model.config.encoder)
    formats: list[Precision] = [pipeline.model.precision]
    if "float32" not in formats:
        formats.append("float32")
    peaks = dict.fromkeys(formats, 0.0)
    given = Forwards([])
    rates, speeds = [], []
    with threads(count):
        pipeline.read(articles)
        with replaced(encoder, "forward", _noting(encoder.forward, given)):
            pipeline.read(articles)
        for _ in range(rounds):
            watch = Stopwatch(waiting(pipeline.device))
            with replaced(encoder, "forward", watch.timed(encoder.forward, "forward")):
                pipeline.read(articles)
            rates.append(cost.of(given.lengths) / watch.seconds["forward"])
            speeds.append(sum(given.lengths) / watch.seconds["forward"])
            for format in formats:
                peaks[format] = max(peaks[format], _peak(format, pipeline.device, sizes))
    return Encoding(
        format=pipeline.model.precision,
        threads=count,
        rate=median(rates),
        peaks=peaks,
        subwords_per_second=median(speeds),
        padding=1 - sum(given.lengths) / given.positions,
    )


@torch.inference_mode()
def _peak(format: Precision, device: torch.device, sizes: Sequence[int]) -> float:
    return best_product(format, device, sizes)


def _noting(forward: Callable[..., Any], given: Forwards) -> Callable[..., Any]:
    """``forward``, noting what it is given."""

    def call(*, input_ids: Tensor, attention_mask: Tensor | None = None, **more: Any) -> Any:
        given.note(input_ids, attention_mask)
        return forward(input_ids=input_ids, attention_mask=attention_mask, **more)

    return call
