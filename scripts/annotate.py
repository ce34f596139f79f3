"""Annotates files and folders of news: every attributed quote with its speaker. ``docs/batch.md`` tells all."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

    from ainoi_service.batch.reading import InputReader
    from ainoi_service.batch.run import Counts

USAGE_ERROR, SOME_FAILED = 2, 1


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Arguments of the command line. Exits with status 2 when they make no sense."""
    parser = argparse.ArgumentParser(
        prog="annotate.py",
        description="Annotate Vietnamese news: every attributed quote with its speaker, one line an article.",
        epilog="Exit status: 0 all annotated, 1 some inputs failed (see the error rows), 2 wrong usage.",
    )
    parser.add_argument(
        "inputs", nargs="+", metavar="INPUT", help="a file, a folder (with all below it), or - for stdin"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write here, errors to FILE.errors.jsonl")
    parser.add_argument("--format", choices=("jsonl", "csv", "table"), default="jsonl", help="default: jsonl")
    parser.add_argument("--table", action="store_true", help="with --output: print a table as well")
    parser.add_argument("--with-text", action="store_true", help="put each article's text into its line")
    parser.add_argument(
        "--registry", type=Path, action="append", default=[], metavar="FILE", help="more known speakers"
    )
    parser.add_argument("--model", type=Path, metavar="DIR", help="a model folder; default: the one that comes with it")
    parser.add_argument("--threads", type=_positive, metavar="N", help="of the model; default: all cores")
    parser.add_argument("--batch-size", type=_positive, default=16, metavar="N", help="articles a batch; default: 16")
    arguments = parser.parse_args(argv)
    output: Path | None = arguments.output
    if arguments.table and output is None:
        parser.error("--table needs --output (or use --format table)")
    if output is not None and not output.absolute().parent.is_dir():
        parser.error(f"--output: there is no folder {output.parent}")
    if output is not None and output.exists() and any(_same(given, output) for given in arguments.inputs):
        parser.error(f"--output: {output} is one of the inputs")
    for file in arguments.registry:
        if not file.is_file():
            parser.error(f"--registry: there is no file {file}")
    if arguments.model is not None and not arguments.model.is_dir():
        parser.error(f"--model: there is no folder {arguments.model}")
    return arguments


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, is {value}")
    return value


def _same(given: str, output: Path) -> bool:
    return given != "-" and Path(given).is_file() and output.samefile(given)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit status."""
    arguments = parse(argv)

    # Only now: the model's libraries take seconds to import.
    from ainoi import AinoiError, Annotator
    from ainoi_service.batch.reading import InputReader
    from ainoi_service.batch.run import run
    from ainoi_service.batch.writing import ErrorFile, ErrorLines, make_writer
    from ainoi_service.html import HtmlExtractor

    output: Path | None = arguments.output
    # Without --output, stderr holds error rows and nothing but.
    logging.basicConfig(level=logging.WARNING if output else logging.CRITICAL, format="annotate.py: %(message)s")
    errors_path = output.with_name(output.name + ".errors.jsonl") if output else None
    try:
        annotator = Annotator.load(arguments.model, registry_files=arguments.registry, threads=arguments.threads)
    except AinoiError as error:
        print(f"annotate.py: {error}", file=sys.stderr)
        return USAGE_ERROR

    with contextlib.ExitStack() as stack:
        extractor = stack.enter_context(HtmlExtractor())
        reader = InputReader(
            arguments.inputs,
            extract=extractor.extract,
            stdin=sys.stdin.buffer,
            leave_out=[path for path in (output, errors_path) if path],
        )
        width = max(80, shutil.get_terminal_size((120, 24)).columns)
        if output is None or errors_path is None:
            writers = [make_writer(arguments.format, _utf8_stdout(), width=width)]
            errors: ErrorFile | ErrorLines = ErrorLines(sys.stderr)
        else:
            stream = stack.enter_context(output.open("w", encoding="utf-8", newline="\n"))
            writers = [make_writer(arguments.format, stream, width=120)]
            errors = ErrorFile(errors_path)
            stack.callback(errors.close)
            if arguments.table:
                writers.append(make_writer("table", _utf8_stdout(), width=width))
        on_terminal = sys.stdout.isatty() and (output is None or arguments.table)
        on_progress = stack.enter_context(_progress(reader, quiet=on_terminal))
        counts = run(
            reader,
            annotator,
            writers,
            errors,
            with_text=arguments.with_text,
            batch_size=arguments.batch_size,
            on_progress=on_progress,
        )
        sys.stdout.flush()
    if output is not None:
        _report(counts, reader, output, errors_path)
    return SOME_FAILED if counts.errors else 0


def _report(counts: Counts, reader: InputReader, output: Path, errors_path: Path | None) -> None:
    """What was done, on stderr."""
    for path in reader.passed_over:
        print(f"{path}: holds annotated articles, passed over (name the file to annotate them again)", file=sys.stderr)
    print(f"{counts.articles} articles, {counts.quotes} quotes: {output}", file=sys.stderr)
    if counts.errors:
        print(f"{counts.errors} inputs failed: {errors_path}", file=sys.stderr)


def _utf8_stdout() -> TextIO:
    """Standard output as UTF-8 whatever the locale says."""
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    return sys.stdout


@contextlib.contextmanager
def _progress(reader: InputReader, *, quiet: bool) -> Iterator[Callable[[Counts], None] | None]:
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


def run_as_command() -> int:
    """``main`` with the endings a command line expects: quiet when the reader of its output leaves, or on Ctrl-C."""
    try:
        return main()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except OSError as error:  # the output cannot be written
        print(f"annotate.py: {error}", file=sys.stderr)
        return SOME_FAILED


if __name__ == "__main__":
    sys.exit(run_as_command())
