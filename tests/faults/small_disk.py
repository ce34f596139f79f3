"""A small disk, to be filled: a tmpfs in a name space of its own, which ends with the test whatever becomes of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_HOLD = 'mount -t tmpfs -o "size=$1k,mode=0700" none "$0" && echo mounted && exec cat'


@dataclass(frozen=True)
class Disk:
    """``enter`` goes before a command that is to see the disk, at ``inside``; the test itself sees it at ``outside``.

    (SQLite would resolve ``outside``, which is a link of ``/proc``, to the folder under the mount.)
    """

    inside: Path
    outside: Path
    enter: tuple[str, ...]

    def fill(self, leave: int = 0) -> None:
        """Write a file of zeros, or more to it, until there is no room but for ``leave`` bytes."""
        with (self.outside / "filler").open("ab", buffering=0) as filler:
            for size in (65_536, 4_096):
                while self._free() >= size + leave:
                    filler.write(bytes(size))

    def make_room(self) -> None:
        """Remove what ``fill`` wrote."""
        (self.outside / "filler").unlink()

    def _free(self) -> int:
        state = os.statvfs(self.outside)
        return state.f_bavail * state.f_frsize


@contextmanager
def small_disk(folder: Path, kibibytes: int) -> Iterator[Disk]:
    """An empty disk of this size, mounted at ``folder``, which must be there."""
    if shutil.which("unshare") is None:
        pytest.skip("needs unshare, of util-linux")
    own = ["--mount"] if os.geteuid() == 0 else ["--mount", "--user", "--map-root-user"]
    holder = subprocess.Popen(
        ["unshare", *own, "sh", "-c", _HOLD, str(folder), str(kibibytes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert holder.stdin is not None and holder.stdout is not None and holder.stderr is not None
    try:
        if holder.stdout.readline() != b"mounted\n":
            pytest.skip(f"cannot mount a tmpfs: {holder.stderr.read().decode()}")
        user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        enter = ("nsenter", f"--target={holder.pid}", "--mount", *user, "--")
        yield Disk(folder, Path(f"/proc/{holder.pid}/root{folder}"), enter)
    finally:
        holder.stdin.close()
        holder.wait()
        holder.stdout.close()
        holder.stderr.close()
