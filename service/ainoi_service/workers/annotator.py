"""What the service needs of the model layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ainoi import AinoiError, AnnotatedArticle, Article
from ainoi.resolve.registry import Registry
from ainoi.schema import ModelVersion


class ServiceAnnotator(Protocol):
    """``ainoi.Annotator`` is one.

    ``annotate_batch`` is called on one thread only, fast tokenizers must not be shared; everything else on any.
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
