"""The processor that a graph is computed on: what it is quick at, and how much of it is used."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

_INTEGERS = frozenset({"avx512_vnni", "avx_vnni", "amx_int8"})
"""Flags of processors with instructions that multiply 8-bit integers and add them up without overflow."""


@cache
def multiplies_integers(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether the processor has instructions for products of 8-bit integers; False outside Linux, which tells."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    flags = (line.partition(":")[2].split() for line in lines if line.lower().startswith("flags"))
    return not _INTEGERS.isdisjoint(next(flags, []))


def limit_threads(count: int | None) -> None:
    """Let the whole process's NumPy compute with ``count`` threads; with None it chooses."""
    if count is not None:
        threadpool_limits(count, user_api="blas")
