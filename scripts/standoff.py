"""Turn a gold file whose texts cannot be passed on into annotations that stand apart: ids and offsets only.

    scripts/standoff.py GOLD... > models/annotations/vi.jsonl

``scripts/train.py --more`` reads them together with the corpus that the texts come from.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit status."""
    parser = argparse.ArgumentParser(
        prog="standoff.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+", type=Path, metavar="GOLD", help="JSON Lines of articles with gold quotes")
    arguments = parser.parse_args(argv)
    for file in arguments.gold:
        if not file.is_file():
            parser.error(f"there is no file {file}")

    from ainoi.training.gold import read_gold
    from ainoi.training.standoff import stand_off

    lines = [stand_off(article) for file in arguments.gold for article in read_gold(file)]
    for line in sorted(lines, key=lambda line: str(line["id"])):
        print(json.dumps(line, separators=(",", ":")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
