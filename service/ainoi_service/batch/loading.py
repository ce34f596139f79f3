"""How a process of a batch run gets its model."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ainoi import Annotator

MOST_WORKERS = 4
"""Processes that are started where nobody says how many: each holds a model of its own."""


@dataclass(frozen=True, slots=True)
class LoadModel:
    """Called in a process, loads the annotator there; is pickled on its way. Raises ModelFolderError, RegistryError.

    ``threads``: how many the process computes with, all cores if None. The last bits of a score depend on it, so it is
    never derived from how many processes there are.
    """

    model: Path | None = None
    registry: tuple[Path, ...] = ()
    threads: int | None = 1
    device: str = "cpu"

    def __call__(self) -> Annotator:
        """The annotator."""
        from ainoi import Annotator  # takes a second to import, with PyTorch several

        return Annotator.load(self.model, registry_files=self.registry, threads=self.threads, device=self.device)


def usual_workers(device: str) -> int:
    """Processes for an archive: as many as there are cores for them, up to ``MOST_WORKERS``; one on a GPU."""
    return min(len(os.sched_getaffinity(0)), MOST_WORKERS) if device == "cpu" else 1


def usual_batch_size(device: str) -> int:
    """Articles given to the model at once: on a CPU one, for there each is read alone anyway."""
    return 1 if device == "cpu" else 16
