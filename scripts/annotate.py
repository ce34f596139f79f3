"""Annotates files and folders of news: every attributed quote with its speaker. ``docs/batch.md`` tells all."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import logging
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ainoi_service.batch.arguments import parse

if TYPE_CHECKING:
    from ainoi_service.batch.annotating import Engine
    from ainoi_service.batch.loading import LoadModel
    from ainoi_service.batch.reading import PageReader
    from ainoi_service.batch.run import Counts
    from ainoi_service.batch.storing import StoreAnnotator

    Load = Callable[[], StoreAnnotator]
    Loading = Callable[[LoadModel], Load]

SOME_FAILED, USAGE_ERROR, BROKEN_OFF = 1, 2, 3


def main(argv: Sequence[str] | None = None, loading: Loading | None = None) -> int:
    """Runs the command; returns its exit status. ``loading`` tells each process how it gets its annotator."""
    arguments = parse(argv)
    archive = arguments.folder is not None or arguments.store is not None

    # Only now: the model's libraries take seconds to import.
    from ainoi import AinoiError
    from ainoi_service.batch.loading import LoadModel, usual_batch_size, usual_workers
    from ainoi_service.batch.shard_folder import ShardFolderError

    # Without --output, stderr holds error rows and nothing but.
    logging.basicConfig(
        level=logging.WARNING if arguments.output else logging.CRITICAL, format="annotate.py: %(message)s"
    )
    if arguments.threads is None and (archive or arguments.workers or arguments.engine == "ray"):
        arguments.threads = 1
    if arguments.workers is None and arguments.engine != "ray":
        arguments.workers = usual_workers(arguments.device) if archive else 1
    arguments.batch_size = arguments.batch_size or usual_batch_size(arguments.device)
    load = (loading or _plainly)(
        # Absolute, for other machines' processes start in other folders.
        LoadModel(
            arguments.model and arguments.model.absolute(),
            tuple(file.absolute() for file in arguments.registry),
            arguments.threads,
            arguments.device,
        )
    )
    with ExitStack() as stack:
        try:
            run = _into_store if arguments.store else _into_folder if arguments.folder else _into_stream
            return run(arguments, load, stack)
        except _NotStarted as error:
            _tell(f"annotate.py: {error}")
            return USAGE_ERROR
        except AinoiError as error:
            _tell(f"annotate.py: {error}")
            return USAGE_ERROR if isinstance(error, ShardFolderError) else BROKEN_OFF


def _tell(message: str) -> None:
    """A message on stderr; what does not print in the names in it (controls, bidi marks) as escapes."""
    from ainoi_service.batch.writing import visible

    print("\n".join(visible(line) for line in message.split("\n")), file=sys.stderr)


def _plainly(load: LoadModel) -> Load:
    return load


class _NotStarted(Exception):
    """Something that the run needs is not to be had."""


@contextlib.contextmanager
def _starting() -> Iterator[None]:
    """What fails here fails before anything was done."""
    from ainoi import AinoiError

    try:
        yield
    except (AinoiError, OSError) as error:
        raise _NotStarted(str(error)) from error


def _engine(
    arguments: argparse.Namespace, load: Load, stack: ExitStack, annotator: StoreAnnotator | None = None
) -> Engine:
    """What annotates, ready to begin; ``annotator``: one that is loaded in this process already."""
    from ainoi_service.batch.annotating import OwnProcess
    from ainoi_service.batch.processes import WorkerPool
    from ainoi_service.html import HtmlExtractor

    with _starting():
        if arguments.engine == "ray":
            from ainoi_service.batch.ray_engine import RayEngine

            return stack.enter_context(
                RayEngine(
                    load,
                    workers=arguments.workers,
                    threads=arguments.threads,
                    device=arguments.device,
                    address=arguments.ray_address,
                    with_text=arguments.with_text,
                )
            )
        if arguments.workers > 1:
            return stack.enter_context(WorkerPool(load, workers=arguments.workers, with_text=arguments.with_text))
        extractor = stack.enter_context(HtmlExtractor())
        return OwnProcess(annotator or load(), extractor.extract, with_text=arguments.with_text)


def _reader(
    arguments: argparse.Namespace, stack: ExitStack, leave_out: Sequence[Path], *, extracting: bool = False
) -> PageReader:
    """What reads the inputs, once it is known that they can be read and results written; ``extracting``: pages too,
    which else the processes do that annotate."""
    from ainoi_service.batch.packages import require_packages
    from ainoi_service.batch.reading import InputReader, PageReader
    from ainoi_service.html import HtmlExtractor

    reader = PageReader(arguments.inputs, stdin=sys.stdin.buffer, leave_out=leave_out)
    with _starting():
        require_packages(reader.files(), [arguments.format, *(["table"] if arguments.table else [])])
    if not extracting:
        return reader
    extract = stack.enter_context(HtmlExtractor()).extract
    return InputReader(arguments.inputs, extract=extract, stdin=sys.stdin.buffer, leave_out=leave_out)


def _into_stream(arguments: argparse.Namespace, load: Load, stack: ExitStack) -> int:
    """Results into one file or to standard output."""
    from ainoi_service.batch.run import run
    from ainoi_service.batch.writing import ErrorFile, ErrorLines, FileWriter, Writer, make_writer

    output: Path | None = arguments.file
    errors_path = output.with_name(output.name + ".errors.jsonl") if output else None
    reader = _reader(arguments, stack, [path for path in (output, errors_path) if path])
    engine = _engine(arguments, load, stack)
    width = max(80, shutil.get_terminal_size((120, 24)).columns)
    writers: list[Writer]
    errors: ErrorFile | ErrorLines
    if output is None or errors_path is None:
        writers = [make_writer(arguments.format, _utf8_stdout(), width=width)]
        errors = ErrorLines(sys.stderr)
    else:
        with _starting():
            errors = ErrorFile(errors_path)
            if arguments.format == "table":
                stream = stack.enter_context(output.open("w", encoding="utf-8", newline="\n"))
                writers = [make_writer("table", stream, width=120)]
            else:
                file = FileWriter(arguments.format, output)
                stack.callback(file.close)
                writers = [file]
        stack.callback(errors.close)
        if arguments.table:
            writers.append(make_writer("table", _utf8_stdout(), width=width))
    on_terminal = sys.stdout.isatty() and (output is None or arguments.table)
    on_progress = stack.enter_context(_progress(reader, quiet=on_terminal))
    counts = run(reader, engine, writers, errors, batch_size=arguments.batch_size, on_progress=on_progress)
    stack.close()
    sys.stdout.flush()
    if output is not None:
        _report(reader, f"{counts.articles} articles, {counts.quotes} quotes: {output}")
        if counts.errors:
            _tell(f"{counts.errors} inputs failed: {errors_path}")
    return SOME_FAILED if counts.errors else 0


def _into_folder(arguments: argparse.Namespace, load: Load, stack: ExitStack) -> int:
    """Results into a folder, one shard for each input file; what is done is not done again."""
    from ainoi import __version__
    from ainoi_service.batch.shard_folder import ShardFolder
    from ainoi_service.batch.shards import run_shards

    reader = _reader(arguments, stack, [arguments.folder])
    engine = _engine(arguments, load, stack)
    with _starting():
        registry = [hashlib.sha256(file.read_bytes()).hexdigest() for file in arguments.registry]
    settings = {
        "ainoi": __version__,
        "model": engine.version.model_dump(),
        "registry": registry,
        "device": arguments.device.partition(":")[0],
        "threads": arguments.threads,
        "batch_size": arguments.batch_size,
        "with_text": arguments.with_text,
    }
    with _starting():
        folder = stack.enter_context(ShardFolder(arguments.folder, arguments.format, settings))
    on_progress = stack.enter_context(_progress(reader, quiet=False))
    counts = run_shards(reader, engine, folder, batch_size=arguments.batch_size, on_progress=on_progress)
    stack.close()
    before = f", {counts.shards_before} of them there before" if counts.shards_before else ""
    told = f"{counts.articles} articles, {counts.quotes} quotes in {counts.shards} files{before}"
    _report(reader, f"{told}: {arguments.folder}")
    if counts.errors:
        _tell(f"{counts.errors} inputs failed: see the *.errors.jsonl in {arguments.folder}")
    return SOME_FAILED if counts.errors else 0


def _into_store(arguments: argparse.Namespace, load: Load, stack: ExitStack) -> int:
    """Results into a store; error rows to standard error."""
    from sqlalchemy import make_url

    from ainoi_service.batch.storing import run_into_store
    from ainoi_service.batch.writing import ErrorLines
    from ainoi_service.registry_names import RegistryNames
    from ainoi_service.store.engine import open_store

    reader = _reader(arguments, stack, [], extracting=True)
    with _starting():
        annotator = load()  # the store asks who is known, and what quotes are like
        engine = _engine(arguments, load, stack, annotator)
        store = open_store(arguments.store, names=RegistryNames(annotator.registry, annotator.name_in))
    stack.callback(store.close)
    on_progress = stack.enter_context(_progress(reader, quiet=False))
    errors = ErrorLines(sys.stderr)
    counts = run_into_store(
        reader, engine, annotator, store, errors, batch_size=arguments.batch_size, on_progress=on_progress
    )
    stack.close()
    known = f", {counts.known} articles were there already" if counts.known else ""
    url = make_url(arguments.store).render_as_string(hide_password=True)
    _report(reader, f"{counts.articles} articles, {counts.quotes} quotes{known}: {url}")
    return SOME_FAILED if counts.errors else 0


def _report(reader: PageReader, told: str) -> None:
    """What was done, on stderr."""
    for path in reader.passed_over:
        _tell(f"{path}: holds annotated articles, passed over (name the file to annotate them again)")
    _tell(told)


def _utf8_stdout() -> TextIO:
    """Standard output as UTF-8 whatever the locale says."""
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    return sys.stdout


@contextlib.contextmanager
def _progress(reader: PageReader, *, quiet: bool) -> Iterator[Callable[[Counts], None] | None]:
    """A progress bar on a terminal's stderr; none if ``quiet``: results run over the terminal themselves."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=reader.total_bytes())

        def show(counts: Counts) -> None:
            description = f"{counts.articles} articles, {counts.quotes} quotes, {counts.errors} errors"
            bar.update(task, completed=reader.bytes_read, description=description)

        yield show


def run_as_command(loading: Loading | None = None) -> int:
    """``main`` with the endings a command line expects: quiet when the reader of its output leaves, or on Ctrl-C."""

    def end(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)
    try:
        return main(loading=loading)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return 128 + signal.SIGINT
    except OSError as error:  # the output cannot be written
        _tell(f"annotate.py: {error}")
        return BROKEN_OFF


if __name__ == "__main__":
    sys.exit(run_as_command())
