"""Annotators without a model that die of an article, or are late. For tests of what must go on all the same."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from ainoi.errors import AinoiError
from ainoi.schema import AnnotatedArticle, Article
from fake_annotator import FakeAnnotator

DEADLY = "DEADLY"
"""An article with this word kills the process that reads it, always."""
UNLUCKY = "UNLUCKY"
"""An article with this word kills the first process that reads it."""


class DyingAnnotator(FakeAnnotator):
    """Notes each process that held one in ``folder``: a file named by its id, with its parent's id."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        (folder / str(os.getpid())).write_text(str(os.getppid()))

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> list[AnnotatedArticle | AinoiError]:
        for article in articles:
            if DEADLY in article.text or (UNLUCKY in article.text and self._first()):
                os.kill(os.getpid(), signal.SIGKILL)
        return super().annotate_batch(articles, with_text=with_text)

    def _first(self) -> bool:
        """Whether no process has died of bad luck before."""
        try:
            (self._folder / UNLUCKY).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


class LateAnnotator(FakeAnnotator):
    """All but the first of those that share ``folder`` take long to load."""

    def __init__(self, folder: Path, seconds: float) -> None:
        super().__init__()
        try:
            (folder / "first").touch(exist_ok=False)
        except FileExistsError:
            time.sleep(seconds)
