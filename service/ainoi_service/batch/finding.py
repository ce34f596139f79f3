"""From the inputs named on a command line to files, in a fixed order."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ainoi_service.batch.items import ErrorRow

ENDINGS = (".jsonl.gz", ".jsonl", ".json", ".html", ".htm", ".txt", ".warc.gz", ".warc", ".parquet")
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read. ``named``: it was given by name, not found in a folder.

    ``relative``: its path below that folder; the bare name of a file that was named.
    """

    path: str
    ending: str
    named: bool
    relative: str = ""


def ending_of(path: str) -> str | None:
    """The one of ``ENDINGS`` that ``path`` ends with, whatever its case."""
    name = path.casefold()
    return next((ending for ending in ENDINGS if name.endswith(ending) and os.path.basename(name) != ending), None)


def shown(path: str) -> str:
    """``path`` as text: bytes that are not UTF-8 appear as ``\\xNN``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def id_of(path: str) -> str:
    """Id of the article in the file ``path``: the path without its ending."""
    return shown(path[: -len(ending_of(path) or "") or None])


def find_files(inputs: Sequence[str], *, leave_out: Collection[Path] = ()) -> Iterator[Found | ErrorRow]:
    """The files behind ``inputs`` (files, folders, ``-``), in the order given; a folder's in the order of their names.

    Folders are walked to the bottom without following links to folders; hidden entries, other endings, error files of
    earlier runs and what is in ``leave_out`` (resolved paths of files and folders) are not looked at there.
    """
    for given in inputs:
        path = given if given == STDIN else str(Path(given))
        if path == STDIN:
            yield Found(path, "", named=True)
        elif os.path.isdir(path):
            yield from _walk(path, leave_out)
        elif not os.path.exists(path):
            yield ErrorRow(id=None, path=shown(path), code="unreadable", message="no such file or folder")
        elif (ending := ending_of(path)) is None:
            message = f"the name must end in one of {', '.join(ENDINGS)}"
            yield ErrorRow(id=None, path=shown(path), code="unknown_ending", message=message)
        else:
            yield Found(path, ending, named=True, relative=os.path.basename(path))


def _walk(folder: str, leave_out: Collection[Path]) -> Iterator[Found | ErrorRow]:
    waiting = [(folder, True)]
    while waiting:
        path, is_folder = waiting.pop()
        if is_folder:
            if _real(path) in leave_out:
                continue
            try:
                entries = sorted(os.scandir(path), key=lambda entry: entry.name, reverse=True)
            except OSError as error:
                message = error.strerror or str(error)
                yield ErrorRow(id=None, path=shown(path), code="unreadable", message=message)
                continue
            for entry in entries:
                is_folder = _is_folder(entry)
                if not entry.name.startswith(".") and not (is_folder and entry.is_symlink()):
                    waiting.append((os.path.join(path, entry.name), is_folder))
            continue
        ending = ending_of(path)
        if ending is None or path.endswith(".errors.jsonl") or _real(path) in leave_out:
            continue
        if os.path.isfile(path) or not os.path.exists(path):  # a pipe would block; a dead link is an error to report
            yield Found(path, ending, named=False, relative=os.path.relpath(path, folder))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder or a link to one; what cannot be looked at is none, and is told when it is opened."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _real(path: str) -> Path:
    """``path`` without links; unlike ``Path.resolve`` it takes those that lead in a circle as they are."""
    return Path(os.path.realpath(path))
