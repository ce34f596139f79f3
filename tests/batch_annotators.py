"""Annotators without a model for the processes of a batch run, and what gives them to a process."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass

from ainoi import AinoiError, AnnotatedArticle, Article, ModelFolderError
from ainoi_service.batch.loading import LoadModel
from fake_annotator import FakeAnnotator

DEADLY = "DEADLY"
"""An article with this word ends the process that annotates it."""
SICK = "SICK"
"""On an article with this word the GPU fails."""
SECONDS = "AINOI_TEST_SECONDS"
"""Environment variable: how long an article takes."""


class CompanyAnnotator(FakeAnnotator):
    """Judges an article by its company: confidences are the same only if batches are."""

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> list[AnnotatedArticle | AinoiError]:
        time.sleep(float(os.environ.get(SECONDS, "0")) * len(articles))
        if any(DEADLY in article.text for article in articles):
            os.kill(os.getpid(), signal.SIGKILL)
        if any(SICK in article.text for article in articles):
            raise RuntimeError("CUDA error: an illegal memory access was encountered")
        company = hashlib.sha256("\n".join(article.id for article in articles).encode()).digest()
        return [
            result
            if isinstance(result, AinoiError)
            else result.model_copy(
                update={
                    "quotes": tuple(
                        quote.model_copy(update={"confidence": company[0] / 256}) for quote in result.quotes
                    )
                }
            )
            for result in super().annotate_batch(articles, with_text=with_text)
        ]


@dataclass(frozen=True)
class LoadFake:
    """Gives a process its annotator."""

    asked: LoadModel | None = None

    def __call__(self) -> CompanyAnnotator:
        return CompanyAnnotator()


@dataclass(frozen=True)
class LoadNothing:
    """Cannot give a process its annotator."""

    deadly: bool = False

    def __call__(self) -> CompanyAnnotator:
        if self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        raise ModelFolderError("there is no model")
