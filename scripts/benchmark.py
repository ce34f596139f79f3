"""Measure the pipeline's speed, and that of the baseline beside it; or, with --store, how fast a store of many quotes
is searched. ``docs/benchmarks.md`` tells how to read it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ainoi_service.batch.arguments import positive

if TYPE_CHECKING:
    from benchmarking.baseline import Baseline
    from benchmarking.table import Section

USAGE_ERROR = 2
SEEDS = Path(__file__).parents[1] / "seeds"
LATENCY_WORDS, LATENCY_ARTICLES = 700, 20
STORE_QUOTES, STORE_SEED = 200_000, 0


@dataclass(frozen=True)
class Effort:
    """How often things are measured: rounds, single calls, starts of a process; rows of the matrices multiplied. Of a
    store: look-ups, claims, quotes of new articles."""

    rounds: int
    calls: int
    starts: int
    sizes: tuple[int, ...]
    look_ups: int
    claims: int
    new_quotes: int


FULL = Effort(rounds=5, calls=200, starts=3, sizes=(512, 1024, 2048), look_ups=1000, claims=350, new_quotes=200)
QUICK = Effort(rounds=1, calls=3, starts=1, sizes=(128,), look_ups=10, claims=7, new_quotes=5)


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Arguments of the command line. Exits with status 2 when they make no sense."""
    parser = argparse.ArgumentParser(prog="benchmark.py", description=__doc__)
    parser.add_argument(
        "--corpus",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="JSON Lines of articles, plain or .xz; default: the seeds, repeated",
    )
    parser.add_argument("--articles", type=positive, default=64, metavar="N", help="articles in a round; default: 64")
    parser.add_argument(
        "--threads",
        type=positive,
        nargs="+",
        default=[1, 2],
        metavar="N",
        help="numbers of threads to compare, the largest for single figures; default: 1 2",
    )
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="default: cpu")
    parser.add_argument("--precision", choices=("float32", "bfloat16", "int8"), help="default: the pipeline's own")
    parser.add_argument("--model", type=Path, metavar="DIR", help="a model folder; default: the one that comes with it")
    parser.add_argument("--gold", type=Path, metavar="FILE", help="score pipeline and baseline on these articles too")
    parser.add_argument(
        "--store",
        type=Path,
        metavar="DIR",
        help="instead of all that: look-ups and checks in a store of made-up quotes, made in this folder if need be",
    )
    parser.add_argument(
        "--quotes", type=positive, default=STORE_QUOTES, metavar="N", help=f"of that store; default: {STORE_QUOTES}"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--rounds", type=positive, metavar="N", help=f"default: {FULL.rounds}")
    parser.add_argument("--calls", type=positive, metavar="N", help=f"timed for latency; default: {FULL.calls}")
    parser.add_argument("--quick", action="store_true", help="everything once: to see that it runs, not how fast")
    arguments = parser.parse_args(argv)
    for file in [*arguments.corpus, *([arguments.gold] if arguments.gold else [])]:
        if not file.is_file():
            parser.error(f"there is no file {file}")
    if arguments.precision == "int8" and arguments.device != "cpu":
        parser.error("--precision int8 is for the CPU")
    arguments.threads = sorted(set(arguments.threads))
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit status."""
    arguments = parse(argv)
    # The tokenizer's threads are counted once, when it first uses them.
    os.environ.setdefault("RAYON_NUM_THREADS", str(arguments.threads[-1]))

    import torch

    from ainoi import AinoiError
    from benchmarking.table import as_json, table_lines

    if arguments.device == "cuda" and not torch.cuda.is_available():
        print("benchmark.py: this PyTorch finds no CUDA device", file=sys.stderr)
        return USAGE_ERROR
    figures: dict[str, Any] = {}
    with ExitStack() as running:
        try:
            sections = plan_store(arguments, running) if arguments.store else plan(arguments)
        except (AinoiError, ValueError) as error:
            print(f"benchmark.py: {error}", file=sys.stderr)
            return USAGE_ERROR
        for title, measure in sections.items():
            section = measure()
            figures[title] = as_json(section)
            if not arguments.json:
                print("\n".join(table_lines(title, list(section.rows()))), flush=True)
    if arguments.json:
        print(json.dumps(figures))
    return 0


def plan(arguments: argparse.Namespace) -> dict[str, Callable[[], Section]]:
    """What will be measured, by title, in the order in which it is. Raises ModelFolderError."""
    from ainoi.training.gold import read_gold
    from benchmarking import encoding, latency, machine, processes, quality, stages, throughput
    from benchmarking.articles import corpus_articles, of_length, repeated, seed_articles
    from benchmarking.pipeline import Pipeline
    from benchmarking.workers import TOGETHER, workers

    effort = QUICK if arguments.quick else FULL
    rounds, calls = arguments.rounds or effort.rounds, arguments.calls or effort.calls
    pool = corpus_articles(arguments.corpus) if arguments.corpus else seed_articles(SEEDS)
    articles = repeated(pool, arguments.articles)
    long_articles = of_length(pool, LATENCY_WORDS, LATENCY_ARTICLES)
    pipeline = Pipeline.load(arguments.model, arguments.device, arguments.precision)
    baseline = _baseline()
    counts, most = arguments.threads, arguments.threads[-1]
    several = partial(workers, arguments.model, arguments.precision, most)
    # A GPU is not busy with what keeps a processor busy.
    sizes = [size * 4 for size in effort.sizes] if pipeline.device.type == "cuda" else effort.sizes

    def throughput_of_all() -> Section:
        on_processor = most > 1 and pipeline.device.type == "cpu"
        with ExitStack() as processes:
            made = processes.enter_context(several(articles[:TOGETHER])) if on_processor else None
            return throughput.measure(pipeline, baseline, articles, counts=counts, rounds=rounds, workers=made)

    sections: dict[str, Callable[[], Section]] = {
        "machine": lambda: machine.describe(pipeline),
        "throughput": throughput_of_all,
        "encoding": lambda: encoding.measure(pipeline, articles, count=most, rounds=rounds, sizes=sizes),
        "stages": lambda: stages.measure(pipeline, articles, count=most, rounds=rounds),
        "latency": lambda: latency.measure(pipeline, long_articles, count=most, calls=calls),
        "processes": lambda: processes.measure(arguments.model, articles, count=most, starts=effort.starts),
    }
    if arguments.gold:
        sections["quality"] = lambda: quality.measure(pipeline, baseline, read_gold(arguments.gold))
    return sections


def plan_store(arguments: argparse.Namespace, running: ExitStack) -> dict[str, Callable[[], Section]]:
    """Likewise, of a store, which is there then; ``running`` is closed at the end.

    Raises ModelFolderError, and ValueError if the folder holds something else.
    """
    from benchmarking import machine
    from benchmarking.pipeline import Pipeline
    from benchmarking.stores.bench import Plan, StoreBench

    effort = QUICK if arguments.quick else FULL
    pipeline = Pipeline.load(arguments.model, arguments.device, arguments.precision)
    plan = Plan(
        quotes=arguments.quotes,
        seed=STORE_SEED,
        look_ups=effort.look_ups,
        claims=effort.claims,
        new_quotes=effort.new_quotes,
        rounds=arguments.rounds or 1,
    )
    bench = StoreBench(arguments.store, SEEDS / "gold.jsonl", pipeline.annotator, plan)
    running.callback(bench.close)
    filled = bench.filled()
    return {"machine": lambda: machine.describe(pipeline), "store": lambda: filled, **bench.sections()}


def _baseline() -> Baseline | None:
    from benchmarking.baseline import load_baseline

    try:
        return load_baseline()
    except ModuleNotFoundError as error:
        print(f"no baseline: pip install 'ainoi[benchmark]' ({error})", file=sys.stderr)
        return None


if __name__ == "__main__":
    sys.exit(main())
