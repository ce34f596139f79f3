"""Score the annotator on a gold file: the table of figures, and a list of errors that a person can read."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

USAGE_ERROR = 2
METADATA = ("id", "text", "title", "date", "url", "outlet")


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Arguments of the command line. Exits with status 2 when they make no sense."""
    from ainoi.evaluation.parts import PARTS

    parser = argparse.ArgumentParser(prog="evaluate.py", description=__doc__)
    parser.add_argument("gold", type=Path, metavar="GOLD", help="JSON Lines of articles with gold quotes")
    parser.add_argument("--model", type=Path, metavar="DIR", help="a model folder; default: the one that comes with it")
    parser.add_argument("--fold", type=int, choices=range(5), metavar="0-4", help="only the articles of one fold")
    parser.add_argument("--errors", type=Path, metavar="FILE", help="write the errors with their context here")
    parser.add_argument("--predictions", type=Path, metavar="FILE", help="write the annotated articles here")
    parser.add_argument("--labels", type=Path, metavar="FILE", help="acts and dates of quotes by a second reader")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        choices=sorted(PARTS),
        help="leave a part out, to see what it is worth: "
        + "; ".join(f"{name}: {PARTS[name]}" for name in sorted(PARTS)),
    )
    parser.add_argument("--precision", choices=("float32", "bfloat16", "int8"), help="default: the pipeline's own")
    parser.add_argument(
        "--registry", type=Path, action="append", default=[], metavar="FILE", help="more known speakers"
    )
    arguments = parser.parse_args(argv)
    for file in (arguments.gold, arguments.labels):
        if file is not None and not file.is_file():
            parser.error(f"there is no file {file}")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit status."""
    arguments = parse(argv)

    from ainoi import Article
    from ainoi.errors import AinoiError
    from ainoi.evaluation.report import details_of, error_lines, table_lines
    from ainoi.evaluation.score import match_article, table_of
    from ainoi.evaluation.second_reader import label_figures, label_lines
    from ainoi.evaluation.without import annotator_without
    from ainoi.lang import load_pack
    from ainoi.model_folder import load_model
    from ainoi.training.gold import fold_of, read_gold

    articles = read_gold(arguments.gold)
    if arguments.fold is not None:
        articles = [article for article in articles if fold_of(article["id"]) == arguments.fold]
    try:
        model = load_model(arguments.model, precision=arguments.precision)
    except (AinoiError, ValueError) as error:
        print(f"evaluate.py: {error}", file=sys.stderr)
        return USAGE_ERROR
    annotator = annotator_without(arguments.without, model, load_pack(model.config.language, arguments.registry))
    predictions: dict[str, list[dict[str, object]]] = {}
    lines = []
    for first in range(0, len(articles), 16):
        group = articles[first : first + 16]
        results = annotator.annotate_batch(
            [Article.model_validate({key: a.get(key) for key in METADATA}) for a in group]
        )
        for article, result in zip(group, results, strict=True):
            if isinstance(result, AinoiError):
                print(f"{article['id']}: {result}", file=sys.stderr)
                predictions[article["id"]] = []
                continue
            predictions[article["id"]] = result.model_dump(mode="json")["quotes"]
            lines.append(result.model_dump_json())
    matches = [match_article(article, predictions[article["id"]]) for article in articles]
    table, details = table_of(matches), details_of(matches, annotator.mention_form)
    if arguments.json:
        print(json.dumps({**asdict(table), "details": asdict(details)}))
    else:
        print("\n".join(table_lines(table, details)))
    if arguments.labels is not None:
        labels = [json.loads(line) for line in arguments.labels.read_text(encoding="utf-8").splitlines()]
        by_id = {article["id"]: article for article in articles}
        print("\n".join(label_lines(label_figures(labels, by_id, predictions))))
    if arguments.errors is not None:
        arguments.errors.write_text("\n".join(error_lines(matches)) + "\n", encoding="utf-8")
    if arguments.predictions is not None:
        arguments.predictions.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
