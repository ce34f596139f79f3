"""The shipped knowledge with made-up tags, loaded once: for tests that need no network."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from ainoi import Annotator
from hostile.made_up_tags import Layout, with_made_up_tags


@pytest.fixture(scope="session")
def annotator() -> Annotator:
    """The annotator that ships. Annotates on one thread."""
    annotator = Annotator.load()
    torch.set_num_threads(1)
    return annotator


@pytest.fixture(scope="session")
def made_up(annotator: Annotator) -> Callable[..., Annotator]:
    """Makes annotators that read made-up tags: ``made_up(layout, seed=...)``."""

    def make(layout: Layout | None = None, *, seed: int = 0) -> Annotator:
        return with_made_up_tags(annotator, layout, seed=seed)

    return make
