"""A folder of results: a shard for each input file, there as a whole or not at all, and a list of those that are done.

Everything is written into ``.ainoi/`` first, brought to the disk, and renamed to its place; a process that is killed at
any moment leaves files that the next run of the same command finishes, and temporary ones that it sweeps away.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from ainoi import AinoiError
from ainoi_service.batch.annotating import Result
from ainoi_service.batch.finding import Found, shown
from ainoi_service.batch.items import ErrorRow
from ainoi_service.batch.run import Counts, put_out
from ainoi_service.batch.writing import ErrorFile, FileFormat, FileWriter

INSIDE = ".ainoi"
"""The folder in the folder that holds what is not results."""
MANIFEST, LOCK, LOOSE_ERRORS = "manifest.jsonl", "lock", "inputs.errors.jsonl"
LONGEST_NAME = 255
"""Bytes in a file's name, on the usual file systems."""
TRIED_AGAIN = frozenset({"html_timeout", "worker_died", "internal"})
"""Codes of error rows that may be the machine's fault and not the article's: a shard with one is not done."""
_ERRORS = ".errors.jsonl"


class ShardFolderError(AinoiError):
    """The folder cannot be written to by this run."""

    code = "shard_folder"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the manifest: a shard that is done, and of what.

    ``size`` and ``modified`` (nanoseconds) are the input file's: one that has others now is annotated again. ``input``
    is its path, unknown if empty: manifests once had none.
    """

    shard: str
    size: int
    modified: int
    articles: int
    quotes: int
    errors: int
    input: str = ""

    @property
    def stamp(self) -> tuple[int, int]:
        """Size and time of the input file."""
        return self.size, self.modified

    @property
    def counts(self) -> Counts:
        """What was counted in it."""
        return Counts(self.articles, self.quotes, self.errors)


def shard_name(relative: str, format: FileFormat) -> str:
    """Path in the folder of the shard of an input file; ``relative`` is that file's path below the input folder.

    A name too long for one more ending is cut, and told from others by its hash.
    """
    folder, name = os.path.split(relative)
    ending = f".{format}"
    room = LONGEST_NAME - len(ending) - len(_ERRORS)
    if len(encoded := os.fsencode(name)) > room:
        mark = "~" + hashlib.sha256(encoded).hexdigest()[:16]
        name = encoded[: room - len(mark)].decode("utf-8", "ignore") + mark
    return os.path.join(folder, name + ending)


class ShardFolder:
    """The folder at ``path``, made if it is not there; use it in ``with``. One run at a time may write to it.

    ``settings`` are what results depend on: those in the folder must have been made with the same ones. Raises
    ShardFolderError, also while another run writes to it, and OSError.
    """

    def __init__(self, path: Path, format: FileFormat, settings: Mapping[str, Any]) -> None:
        self._path = path
        self._format: FileFormat = format
        self._settings = dict(settings) | {"format": format}
        self._inside = path / INSIDE
        self._done: dict[str, Entry] = {}
        self._lock: IO[bytes] | None = None
        self._manifest: IO[str] | None = None

    def __enter__(self) -> Self:
        _make_folder(self._inside)
        self._lock = (self._inside / LOCK).open("wb")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            raise ShardFolderError(f"{self._path}: another run is writing to this folder") from None
        try:
            self._done = self._read_manifest()
            for entry in os.scandir(self._inside):
                if entry.name not in (MANIFEST, LOCK):
                    os.unlink(entry.path)  # what a killed run was writing
            self._write_manifest()
            self._manifest = (self._inside / MANIFEST).open("a", encoding="ascii")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let others write to the folder. What is not finished stays undone."""
        for file in (self._manifest, self._lock):
            if file is not None:
                file.close()
        self._manifest = self._lock = None

    def name_of(self, found: Found) -> str:
        """Path in the folder of an input file's shard."""
        return shard_name(found.relative, self._format)

    def check_inputs(self, files: Iterable[Found | ErrorRow]) -> None:
        """Raises ShardFolderError if a shard that is done would be replaced by one of a file with another path."""
        taken: set[str] = set()
        for found in files if self._done else ():
            if isinstance(found, ErrorRow) or (name := self.name_of(found)) in taken:
                continue
            taken.add(name)
            entry = self._done.get(name)
            if entry is not None and entry.input not in ("", shown(found.path)):
                message = f"{shown(name)} holds the results of {entry.input}, choose another folder or remove this one"
                raise ShardFolderError(f"{self._path}: {message} (now given: {shown(found.path)})")

    def entry(self, name: str) -> Entry | None:
        """What the manifest says of a shard that is done and there."""
        return self._done.get(name) if (self._path / name).is_file() else None

    def shard(self, found: Found) -> Shard:
        """A new shard for an input file, in the place of one that may be there. To be asked for before it is read."""
        return Shard(self, found, self._format)

    def put_loose_errors(self, rows: Sequence[ErrorRow]) -> None:
        """Write the error rows of inputs that are no files, or remove those of an earlier run."""
        if rows:
            self._put(self._path / LOOSE_ERRORS, "".join(row.model_dump_json() + "\n" for row in rows))
        else:
            (self._path / LOOSE_ERRORS).unlink(missing_ok=True)

    def finish(self) -> None:
        """Put the manifest in order: the same results have the same one, however often the run was broken off."""
        if self._manifest is not None:
            self._manifest.close()
            self._manifest = None
        self._write_manifest()

    def temporary(self, name: str) -> Path:
        """Where a file is written before it has its name."""
        return self._inside / (hashlib.sha256(os.fsencode(name)).hexdigest()[:32] + ".tmp")

    def publish(self, written: Path, name: str) -> None:
        """Give a file that is on the disk its place in the folder."""
        target = self._path / name
        _make_folder(target.parent)
        os.replace(written, target)
        _sync_folder(target.parent)

    def remove(self, name: str) -> None:
        """Remove a file from the folder, if it is there."""
        (self._path / name).unlink(missing_ok=True)

    def note(self, entry: Entry) -> None:
        """Add a shard to the manifest."""
        self._done[entry.shard] = entry
        self._append(asdict(entry))

    def forget(self, name: str) -> None:
        """Take a shard that is about to be replaced out of the manifest, if it is in there."""
        if self._done.pop(name, None) is not None:
            self._append({"shard": name, "dropped": True})

    def _append(self, line: Mapping[str, Any]) -> None:
        """Bring one more line of the manifest to the disk."""
        assert self._manifest is not None, "the folder is used inside its with block"
        self._manifest.write(_line(line))
        self._manifest.flush()
        os.fsync(self._manifest.fileno())

    def _put(self, target: Path, text: str) -> None:
        """Write a whole file at once."""
        written = self.temporary(str(target))
        with written.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(written, target)
        _sync_folder(target.parent)

    def _read_manifest(self) -> dict[str, Entry]:
        try:
            lines = (self._inside / MANIFEST).read_bytes().decode("ascii", "replace").split("\n")
        except FileNotFoundError:
            return {}
        said = _object(lines[0])
        there = {name: said.get(name) for name in self._settings}
        if other := [name for name, value in self._settings.items() if value != there[name]]:
            differences = "; ".join(f"{name}: {there[name]} there, {self._settings[name]} now" for name in other)
            message = "holds results of other settings, choose another folder or remove this one"
            raise ShardFolderError(f"{self._path}: {message} ({differences})")
        done: dict[str, Entry] = {}
        for line in lines[1:-1]:  # what stands behind the last line end was being written
            fields = _object(line)
            if set(fields) == {"shard", "dropped"}:
                done.pop(fields["shard"], None)
            elif set(fields) | {"input"} == set(Entry.__dataclass_fields__):
                done[fields["shard"]] = Entry(**fields)
        return done

    def _write_manifest(self) -> None:
        entries = (asdict(self._done[name]) for name in sorted(self._done))
        lines = "".join([_line(self._settings), *map(_line, entries)])
        self._put(self._inside / MANIFEST, lines)


class Shard:
    """One shard that is being written, with its error rows. It is not there before it is published."""

    def __init__(self, folder: ShardFolder, found: Found, format: FileFormat) -> None:
        self._folder = folder
        self.name = name = folder.name_of(found)
        self._format: FileFormat = format
        self._input = shown(found.path)
        self.stamp = _stamp(found.path)
        self.tried_again = self.stamp is None
        """Whether the next run makes it anew; to be set if its input could not be read to the end."""
        self._written, self._errors_written = folder.temporary(name), folder.temporary(name + _ERRORS)
        self._writer: FileWriter | None = None
        self._errors: ErrorFile | None = None
        self.counts = Counts()

    def put(self, results: Sequence[Result]) -> None:
        """Write some more results, and error rows beside them."""
        if self._writer is None or self._errors is None:
            self._writer, self._errors = FileWriter(self._format, self._written), ErrorFile(self._errors_written)
        put_out(results, [self._writer], self._errors, self.counts)
        if any(isinstance(result, ErrorRow) and result.code in TRIED_AGAIN for result in results):
            self.tried_again = True

    def publish(self) -> None:
        """Put the shard into the folder, and its error rows beside it if there are any."""
        self._close(sync=True)
        self._folder.forget(self.name)
        if self.counts.errors:
            self._folder.publish(self._errors_written, self.name + _ERRORS)
        else:
            self._folder.remove(self.name + _ERRORS)
        self._folder.publish(self._written, self.name)
        if self.stamp is not None and not self.tried_again:
            counts = self.counts
            self._folder.note(Entry(self.name, *self.stamp, counts.articles, counts.quotes, counts.errors, self._input))

    def abandon(self) -> None:
        """Leave nothing of it."""
        with suppress(OSError):
            self._close()
        self._written.unlink(missing_ok=True)
        self._errors_written.unlink(missing_ok=True)

    def _close(self, *, sync: bool = False) -> None:
        for file in (self._writer, self._errors):
            if file is not None:
                file.close(sync=sync)


def _stamp(path: str) -> tuple[int, int] | None:
    """Size and time of a file that can be opened, None for another: that is tried again by the next run."""
    try:
        with open(path, "rb") as file:
            of_file = os.fstat(file.fileno())
    except OSError:
        return None
    return of_file.st_size, of_file.st_mtime_ns


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value) + "\n"


def _object(line: str) -> dict[str, Any]:
    """The JSON object on a line, an empty one if there is none."""
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, so that they are there after a power cut too."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """Bring a folder's list of names to the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
