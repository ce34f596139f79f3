"""The pipeline as it is measured: loaded once, its parts at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import torch

from ainoi import Annotator, Article
from ainoi.lang import load_pack
from ainoi.model_folder import LoadedModel, load_model
from ainoi.precision import Precision
from ainoi.tokens import tokenize
from benchmarking.clocks import threads

BATCH = 16
"""Articles annotated together, as ``scripts/annotate.py`` does unless told otherwise."""


@dataclass(frozen=True)
class Pipeline:
    """An annotator, the model and device it reads with, and where the model came from."""

    annotator: Annotator
    model: LoadedModel
    device: torch.device
    folder: Path | None

    @classmethod
    def load(cls, folder: Path | None, device: str, precision: Precision | None, count: int | None = None) -> Self:
        """Load as :meth:`ainoi.Annotator.load` does, to read with ``count`` threads, and raise what it raises."""
        model = load_model(folder, threads=count, device=device, precision=precision)
        return cls(Annotator(model, load_pack(model.config.language)), model, torch.device(device), folder)

    @contextmanager
    def with_threads(self, count: int) -> Iterator[Self]:
        """The same pipeline, loaded once more: how many threads compute is settled when a network is loaded."""
        with threads(count):
            yield self.load(self.folder, str(self.device), self.model.precision, count)

    def read(self, articles: Sequence[Article]) -> None:
        """Annotate all articles, :data:`BATCH` at a time."""
        for first in range(0, len(articles), BATCH):
            self.annotator.annotate_batch(articles[first : first + BATCH])

    def subwords(self, articles: Sequence[Article]) -> int:
        """Subwords of the articles' texts, without start, end and padding."""
        texts = [article.text for article in articles]
        encodings = self.model.encoder.encode(texts, [tokenize(text) for text in texts])
        return sum(len(encoding.subwords) for encoding in encodings)
