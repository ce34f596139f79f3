"""The arguments of ``scripts/annotate.py``, read without importing what takes time."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from pathlib import Path

ENGINES = ("processes", "ray")


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Arguments of the command line; ``output`` is ``folder`` or ``file`` too. Exits with status 2 on wrong ones."""
    parser = argparse.ArgumentParser(
        prog="annotate.py",
        description="Annotate Vietnamese news: every attributed quote with its speaker, one line an article.",
        epilog="Exit status: 0 all annotated, 1 some inputs failed (see the error rows), 2 not begun (wrong usage, or "
        "something needed cannot be had), 3 broken off (see the message).",
    )
    parser.add_argument(
        "inputs", nargs="+", metavar="INPUT", help="a file, a folder (with all below it), or - for stdin"
    )
    parser.add_argument(
        "--output",
        metavar="FILE|DIR/",
        help="write into FILE, errors into FILE.errors.jsonl; or into DIR a file for each input file, and go on there "
        "if called again",
    )
    parser.add_argument("--store", metavar="URL", help="write into a store: sqlite:///FILE or postgresql://HOST/NAME")
    parser.add_argument("--format", choices=("jsonl", "csv", "parquet", "table"), help="default: jsonl")
    parser.add_argument("--table", action="store_true", help="with --output FILE: print a table as well")
    parser.add_argument("--with-text", action="store_true", help="put each article's text into its line")
    parser.add_argument(
        "--registry", type=Path, action="append", default=[], metavar="FILE", help="more known speakers"
    )
    parser.add_argument("--model", type=Path, metavar="DIR", help="a model folder; default: the one that comes with it")
    parser.add_argument(
        "--workers", type=positive, metavar="N", help="processes; default: 1, for DIR/ and --store one a core, up to 4"
    )
    parser.add_argument(
        "--threads", type=positive, metavar="N", help="of each process; default: 1, all cores if there is one process"
    )
    parser.add_argument("--device", type=_device, default="cpu", help="cpu (default), cuda or cuda:N")
    parser.add_argument(
        "--batch-size", type=positive, metavar="N", help="articles given to the model at once; default: 1, on cuda 16"
    )
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help="ray: on a Ray cluster")
    parser.add_argument("--ray-address", metavar="HOST:PORT", help="of the cluster; default: one on this machine")
    arguments = parser.parse_args(argv)
    try:
        _check_output(parser, arguments)
    except OSError as error:
        parser.error(f"--output: {error}")
    for file in arguments.registry:
        if not file.is_file():
            parser.error(f"--registry: there is no file {file}")
    if arguments.model is not None and not arguments.model.is_dir():
        parser.error(f"--model: there is no folder {arguments.model}")
    if arguments.ray_address is not None and arguments.engine != "ray":
        parser.error("--ray-address needs --engine ray")
    return arguments


def _check_output(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Say where results go: ``folder`` or ``file`` is set, or neither."""
    said: str | None = arguments.output
    folder = said is not None and (said.endswith(os.sep) or os.path.isdir(said))
    output = Path(said) if said is not None else None
    arguments.folder, arguments.file = (output, None) if folder else (None, output)
    if arguments.store is not None:
        for name in ("output", "format", "table", "with_text"):
            if getattr(arguments, name):
                parser.error(f"--store and --{name.replace('_', '-')} do not go together")
    endings = {".csv": "csv", ".parquet": "parquet"}
    arguments.format = arguments.format or endings.get(output.suffix if output and not folder else "", "jsonl")
    if arguments.table and arguments.file is None:
        parser.error("--table needs --output FILE (or use --format table)")
    if arguments.format == "parquet" and output is None:
        parser.error("--format parquet needs --output")
    if arguments.file is not None:
        if not arguments.file.absolute().parent.is_dir():
            parser.error(f"--output: there is no folder {arguments.file.parent}")
        if arguments.file.exists() and any(_same(given, arguments.file) for given in arguments.inputs):
            parser.error(f"--output: {arguments.file} is one of the inputs")
    if arguments.folder is not None:
        if arguments.format == "table":
            parser.error("--format table does not go into a folder")
        if arguments.folder.exists() and not arguments.folder.is_dir():
            parser.error(f"--output: {arguments.folder} is no folder")
        for given in arguments.inputs:
            if given == "-":
                parser.error("standard input cannot be read again: give --output a file")
            if Path(os.path.realpath(given)).is_relative_to(os.path.realpath(arguments.folder)):
                parser.error(f"--output: {given} is in {arguments.folder}, which would hold results")


def positive(text: str) -> int:
    """A whole number from 1, as an argument's type. Raises ValueError and ``ArgumentTypeError``."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, is {value}")
    return value


def _device(text: str) -> str:
    if not re.fullmatch(r"cpu|cuda(:\d+)?", text):
        raise argparse.ArgumentTypeError(f"must be cpu, cuda or cuda:N, is {text!r}")
    return text


def _same(given: str, output: Path) -> bool:
    return given != "-" and Path(given).is_file() and output.samefile(given)
