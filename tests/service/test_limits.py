"""The limits, the page that lists them, and the library's own agree."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from ainoi.pipeline import MAX_BYTES
from ainoi_service.batch.items import ErrorCode
from ainoi_service.limits import Limits
from ainoi_service.problems import CODE_OF_STATUS, STATUS_OF_CODE
from page_tables import rows


def test_the_page_lists_every_limit_with_its_default(root: Path) -> None:
    assert rows(root / "docs" / "api.md", "Limits") == [
        [f"`{limit.name}`", f"{limit.default:,}", limit.metadata["unit"], limit.metadata["meaning"]]
        for limit in fields(Limits)
    ]


def test_the_page_lists_every_problem(root: Path) -> None:
    listed = {(int(status), code.strip("`")) for status, code, _ in rows(root / "docs" / "api.md", "Errors")}
    assert listed == {(status, code) for code, status in STATUS_OF_CODE.items()} | set(CODE_OF_STATUS.items())


def test_the_batch_page_lists_every_error_code(root: Path) -> None:
    assert [code.strip("`") for code, _ in rows(root / "docs" / "batch.md", "What goes wrong")] == list(
        get_args(ErrorCode)
    )


def test_the_text_limit_is_the_librarys() -> None:
    assert Limits().max_text_bytes == MAX_BYTES


@pytest.mark.parametrize("value", [0, -1])
def test_a_limit_below_one_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match=f"html_seconds must be at least 1, is {value}"):
        Limits(html_seconds=value)
