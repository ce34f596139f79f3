"""How a pool of workers stands, for ``/readyz`` and metrics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PoolState:
    """A snapshot, taken between two steps of the event loop: its numbers fit each other."""

    ready: bool
    """Some worker for ordinary articles is up, and the pool takes work. Load alone never makes it false."""
    draining: bool
    requests: int
    """Requests that are in: being read, waiting, annotated or stored. Never over ``max_waiting``."""
    waiting: int
    """Articles that wait for a worker; those of batches count too."""
    waiting_subwords: int
    """The work they are, as admission counts it."""
    running: int
    """Articles that workers are annotating."""
    workers_up: int
    """Workers for ordinary articles that are ready or at work; the one for long articles is not counted."""
    workers: int
    """How many of them there should be."""
