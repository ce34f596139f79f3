"""Label articles that nobody annotated, by several trained models together, for another one to learn from.

    scripts/label.py --model runs/a/model --model runs/b/model --articles 4000 --seed 1 \
        --without train.jsonl --corpus corpus/*.jsonl.xz > silver.jsonl
    scripts/train.py --silver silver.jsonl --corpus corpus/*.jsonl.xz ...

The articles they are surest of are kept: ids and offsets, without the texts.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Arguments of the command line. Exits with status 2 when they make no sense."""
    parser = argparse.ArgumentParser(
        prog="label.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--model", type=Path, action="append", required=True, metavar="DIR", help="may be given several times"
    )
    parser.add_argument(
        "--corpus", type=Path, nargs="+", required=True, metavar="FILE", help="JSON Lines, plain or .xz"
    )
    parser.add_argument(
        "--without", type=Path, nargs="*", default=[], metavar="FILE", help="JSON Lines whose ids are left out"
    )
    parser.add_argument("--articles", type=int, default=4000, metavar="N", help="how many are read, chosen by chance")
    parser.add_argument("--keep", type=float, default=0.75, metavar="SHARE", help="share of them that is kept")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(argv)
    for file in [*arguments.corpus, *arguments.without]:
        if not file.is_file():
            parser.error(f"there is no file {file}")
    if arguments.articles < 1:
        parser.error(f"--articles: must be at least 1, is {arguments.articles}")
    if not 0 < arguments.keep <= 1:
        parser.error(f"--keep: must be above 0 and at most 1, is {arguments.keep}")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit status."""
    arguments = parse(argv)

    from ainoi.training.corpus import read_articles
    from ainoi.training.silver import Labeller, surest
    from ainoi.training.standoff import stand_off

    left_out = {str(article["id"]) for file in arguments.without for article in read_articles(file)}
    chance = random.Random(arguments.seed)
    chosen: list[dict[str, object]] = []
    seen = 0
    for file in arguments.corpus:
        for article in read_articles(file):
            if str(article["id"]) in left_out:
                continue
            seen += 1
            if len(chosen) < arguments.articles:
                chosen.append(article)
            elif (place := chance.randrange(seen)) < len(chosen):
                chosen[place] = article
    labelled = []
    for article, doubt in Labeller(arguments.model).label(chosen):
        labelled.append((article, doubt))
        if len(labelled) % 100 == 0:
            print(f"{len(labelled)} articles labelled", file=sys.stderr, flush=True)
    for article in surest(labelled, arguments.keep):
        print(json.dumps(stand_off(article), separators=(",", ":")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
