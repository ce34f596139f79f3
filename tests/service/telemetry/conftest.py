"""What is logged while a test runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from caught_log import Log, caught_log


@pytest.fixture
def log() -> Iterator[Log]:
    with caught_log() as log:
        yield log
