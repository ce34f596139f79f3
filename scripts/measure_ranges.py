"""Measure what the layers of a model read, so that a CPU may multiply 8-bit integers; written into its config.json.

    scripts/measure_ranges.py models/ainoi/weights/vi train.jsonl

``scripts/train.py`` does it for the models that it makes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

ARTICLES = 40


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit status."""
    parser = argparse.ArgumentParser(
        prog="measure_ranges.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path, metavar="DIR", help="a model folder")
    parser.add_argument("articles", type=Path, metavar="FILE", help="JSON Lines with a text each, plain or .xz")
    parser.add_argument("--count", type=int, default=ARTICLES, metavar="N", help="articles that are read")
    arguments = parser.parse_args(argv)
    if not arguments.articles.is_file():
        parser.error(f"there is no file {arguments.articles}")
    if arguments.count < 1:
        parser.error(f"--count: must be at least 1, is {arguments.count}")

    from itertools import islice

    from ainoi.errors import ModelFolderError
    from ainoi.graph.ranges import measured
    from ainoi.model_folder import SUMS
    from ainoi.training.corpus import read_articles

    try:
        texts = [article["text"] for article in islice(read_articles(arguments.articles), arguments.count)]
        ranges = measured(arguments.model, texts)
    except (ModelFolderError, ValueError) as error:
        parser.error(str(error))
    if not ranges:
        parser.error(f"{arguments.model}: an encoder of this kind is not read in integers")
    file = arguments.model / "config.json"
    if (arguments.model / SUMS).is_file():
        parser.error(f"{arguments.model} has {SUMS}, which the change would break: take it away first")
    content = {**json.loads(file.read_text(encoding="utf-8")), "ranges": ranges}
    beside = file.with_name("config.json.part")
    beside.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    beside.replace(file)
    print(f"{len(ranges)} layers measured", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
