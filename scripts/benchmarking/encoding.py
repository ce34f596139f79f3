"""What share of the device's best matrix product the encoder reaches while it reads articles.

The recurrent layer is part of the time and not of the operations, for one graph holds both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import torch

from ainoi import Article
from ainoi.encode import Row
from ainoi.precision import Precision
from benchmarking import table
from benchmarking.arithmetic import ForwardCost, best_product
from benchmarking.clocks import Stopwatch, replaced, waiting
from benchmarking.pipeline import Pipeline


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

    @property
    def share(self) -> float:
        """Share of the peak in the encoder's own format."""
        return self.rate / self.peaks[self.format]

    def rows(self) -> Iterator[table.Row]:
        """The share, and what it comes from."""
        yield table.Row("share of the peak", f"{self.share:.1%}", f"{self.format}, threads: {self.threads}")
        yield table.Row("encoder", f"{self.rate / 1e9:.1f} GFLOP/s", f"{self.subwords_per_second:,.0f} subwords/s")
        for format, peak in self.peaks.items():
            yield table.Row(
                f"best {format} product", f"{peak / 1e9:.1f} GFLOP/s", f"the encoder reaches {self.rate / peak:.1%}"
            )


def measure(
    pipeline: Pipeline, articles: Sequence[Article], *, count: int, rounds: int, sizes: Sequence[int]
) -> Encoding:
    """Read ``articles`` with ``count`` threads, and multiply matrices of ``sizes`` rows in between."""
    cost = ForwardCost(pipeline.model.config.encoder)
    formats: list[Precision] = [pipeline.model.precision]
    if "float32" not in formats:
        formats.append("float32")
    peaks = dict.fromkeys(formats, 0.0)
    lengths: list[int] = []
    rates, speeds = [], []
    with pipeline.with_threads(count) as own:
        network = own.model.network
        own.read(articles)
        with replaced(network, "states", _noting(network.states, lengths)):
            own.read(articles)
        for _ in range(rounds):
            watch = Stopwatch(waiting(pipeline.device))
            with replaced(network, "states", watch.timed(network.states, "states")):
                own.read(articles)
            rates.append(cost.of(lengths) / watch.seconds["states"])
            speeds.append(sum(lengths) / watch.seconds["states"])
            for format in formats:
                peaks[format] = max(peaks[format], _peak(format, pipeline.device, sizes))
    return Encoding(
        format=pipeline.model.precision,
        threads=count,
        rate=median(rates),
        peaks=peaks,
        subwords_per_second=median(speeds),
    )


@torch.inference_mode()
def _peak(format: Precision, device: torch.device, sizes: Sequence[int]) -> float:
    return best_product(format, device, sizes)


def _noting(states: Callable[..., Any], lengths: list[int]) -> Callable[..., Any]:
    """``states``, noting the lengths of the rows that it is given."""

    def call(rows: Sequence[Row]) -> Any:
        lengths.extend(len(row.subwords) for row in rows)
        return states(rows)

    return call
