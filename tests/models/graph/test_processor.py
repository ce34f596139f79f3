"""What the processor says of itself, and how much of it is used."""

from __future__ import annotations

from pathlib import Path

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from ainoi.graph.processor import limit_threads, multiplies_integers


@pytest.mark.parametrize(
    ("content", "quick"),
    [
        ("processor: 0\nflags\t\t: fpu avx512f avx512_vnni\n\nprocessor: 1\nflags: fpu\n", True),
        ("flags : fpu avx2 avx_vnni\n", True),
        ("flags : fpu avx2 avx512f\nnote: avx512_vnni\n", False),
        ("", False),
    ],
)
def test_flags_tell_whether_integers_are_quick(tmp_path: Path, content: str, quick: bool) -> None:
    (tmp_path / "cpuinfo").write_text(content, encoding="utf-8")
    assert multiplies_integers(tmp_path / "cpuinfo") == quick


def test_where_nothing_tells_they_are_not(tmp_path: Path) -> None:
    assert not multiplies_integers(tmp_path / "nowhere")


def test_threads_of_numpy_are_limited_only_where_somebody_says() -> None:
    with threadpool_limits(2, user_api="blas"):
        limit_threads(None)
        assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} <= {1, 2}
        limit_threads(1)
        assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}
