"""Fits what decides whether two quotes are wordings of one statement, and says by cross-validation how good it is.

Run it again when the model's weights, a lexicon of ``similar/`` or the pairs have changed; see ``docs/checks.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

SIMILAR = Path(__file__).parents[1] / "service" / "ainoi_service" / "similar"
OWN_WEIGHT = 0.2
"""What one of our own pairs counts beside a pair from the news: they are made to be hard."""
RIDGE = 3.0
FOLDS, REPEATS = 5, 10
THRESHOLD, SURE = 0.42, 0.6
LEAST_COUNT = 12
"""Quotes in which a word must stand to be listed with its frequency."""


@dataclass(frozen=True)
class Pair:
    """Two wordings. ``weight``: 0 for what is only tested on."""

    a: str
    b: str
    same: bool
    days: int | None
    weight: float


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Arguments of the command line. Exits with status 2 when they make no sense."""
    parser = argparse.ArgumentParser(prog="fit_variants.py", description=__doc__)
    parser.add_argument("pairs", type=Path, metavar="PAIRS", help="JSON Lines: a, b, same, date_a, date_b")
    parser.add_argument(
        "--own", type=Path, default=SIMILAR / "own_pairs.jsonl", metavar="FILE", help="pairs of our own"
    )
    parser.add_argument("--test", type=Path, metavar="FILE", help="pairs that are only tested on")
    parser.add_argument("--model", type=Path, metavar="DIR", help="a model folder; default: the one that comes with it")
    parser.add_argument("--output", type=Path, default=SIMILAR / "likeness.toml", metavar="FILE")
    parser.add_argument("--dry-run", action="store_true", help="only say how good it is")
    parser.add_argument(
        "--count", type=Path, nargs="+", metavar="FILE", help="annotated articles: count words into words.tsv first"
    )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit status."""
    arguments = parse(argv)
    if arguments.count:
        count_words(arguments.count, SIMILAR / "words.tsv")

    # Only now: the model's libraries take seconds to import.
    import numpy as np

    from ainoi import Annotator
    from ainoi_service.similar.features import FEATURES
    from ainoi_service.similar.reading import read

    annotator = Annotator.load(arguments.model, threads=1)
    news, own = read_pairs(arguments.pairs, 1.0), read_pairs(arguments.own, OWN_WEIGHT)
    test = read_pairs(arguments.test, 0.0) if arguments.test else []
    pairs = [*news, *own, *test]
    features = features_of(pairs, annotator.embed)
    same = np.array([pair.same for pair in pairs])
    weights = np.array([pair.weight for pair in pairs])
    groups = groups_of(pairs)
    parts = {"pairs of the news": weights == 1.0, "own pairs": weights == OWN_WEIGHT, "tested only": weights == 0.0}

    words = [[set(read(text).words) for text in (pair.a, pair.b)] for pair in pairs]
    jaccard = np.array([len(a & b) / max(1, len(a | b)) for a, b in words])
    rounds = [out_of_fold(features, same, weights, groups, seed) for seed in range(REPEATS)]
    far = np.array([pair.days is not None and pair.days > 14 for pair in pairs])
    for name, part in parts.items():
        if part.any():
            print(f"{name}: {int(same[part].sum())} true, {int((~same[part]).sum())} false")
            _report("model, cross-validated", [np.where(far, 0.0, one)[part] for one in rounds], same[part], THRESHOLD)
            best = best_threshold(jaccard[part], same[part])
            _report("word-Jaccard, tuned on the same pairs", [jaccard[part]], same[part], best)
    fitted, bias = fit(features[weights > 0], same[weights > 0], weights[weights > 0])
    text = "".join(
        [
            "# Made by scripts/fit_variants.py: what decides whether two texts are wordings of one statement.\n",
            f"threshold = {THRESHOLD}\nsure = {SURE}\nbias = {bias:.4f}\n\n[weights]\n",
            *(f"{name} = {weight + 0.0:.4f}\n" for name, weight in zip(FEATURES, fitted, strict=True)),
        ]
    )
    print(text)
    if not arguments.dry_run:
        arguments.output.write_text(text, encoding="utf-8")
    return 0


def read_pairs(path: Path, weight: float) -> list[Pair]:
    """The pairs of a file of JSON Lines."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [Pair(row["a"], row["b"], row["same"], _days(row["date_a"], row["date_b"]), weight) for row in rows]


def _days(first: str | None, second: str | None) -> int | None:
    if first is None or second is None or min(len(first), len(second)) < 10:
        return None
    return abs((date.fromisoformat(first[:10]) - date.fromisoformat(second[:10])).days)


def features_of(pairs: Sequence[Pair], embed: Callable[[Sequence[str]], np.ndarray]) -> np.ndarray:
    """``[pairs, features]``."""
    import numpy as np

    from ainoi_service.similar.features import features
    from ainoi_service.similar.reading import read

    cosines = (embed([pair.a for pair in pairs]) * embed([pair.b for pair in pairs])).sum(axis=1)
    return np.stack([features(read(p.a), read(p.b), float(cosine)) for p, cosine in zip(pairs, cosines, strict=True)])


def groups_of(pairs: Iterable[Pair]) -> list[str]:
    """A name for each pair; pairs that share a text, also through others, have the same one."""
    parent: dict[str, str] = {}

    def root(text: str) -> str:
        while parent.setdefault(text, text) != text:
            text = parent[text]
        return text

    pairs = list(pairs)
    for pair in pairs:
        parent[root(pair.a)] = root(pair.b)
    return [root(pair.a) for pair in pairs]


def fit(features: np.ndarray, same: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and bias of a ridge logistic regression on standardised features, each held to its sign.

    By projected gradient descent: the problem is small and convex.
    """
    import numpy as np

    from ainoi_service.similar.features import SIGNS

    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    inputs = np.column_stack([(features - mean) / spread, np.ones(len(features))])
    ridge = np.append(np.full(features.shape[1], RIDGE), 0.0)
    signs = np.append(np.asarray(SIGNS, dtype=np.float64), 0.0)
    step = 1.0 / (0.25 * float(np.linalg.eigvalsh((inputs * weights[:, None]).T @ inputs)[-1]) + RIDGE)
    solution = np.zeros(inputs.shape[1])
    ahead, momentum = solution, 1.0
    for _ in range(3000):
        slope = inputs.T @ (weights * (1 / (1 + np.exp(-inputs @ ahead)) - same)) + ridge * ahead
        new = ahead - step * slope
        new = np.where(signs * new < 0, 0.0, new)
        faster = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = new + (momentum - 1) / faster * (new - solution)
        solution, momentum = new, faster
    fitted = solution[:-1] / spread
    return fitted, float(solution[-1] - fitted @ mean)


def out_of_fold(
    features: np.ndarray, same: np.ndarray, weights: np.ndarray, groups: Sequence[str], seed: int
) -> np.ndarray:
    """For each pair its probability by a model that has seen none of its group."""
    import numpy as np

    names = sorted(set(groups))
    fold_of = dict(zip(names, np.random.default_rng(seed).permutation(len(names)) % FOLDS, strict=True))
    folds = np.array([fold_of[group] for group in groups])
    found = np.zeros(len(same))
    for fold in range(FOLDS):
        seen = (folds != fold) & (weights > 0)
        fitted, bias = fit(features[seen], same[seen], weights[seen])
        found[folds == fold] = 1 / (1 + np.exp(-(features[folds == fold] @ fitted + bias)))
    return found


def precision_recall(scores: np.ndarray, same: np.ndarray, threshold: float) -> tuple[float, float]:
    """Of calling the same what scores at least ``threshold``."""
    called = scores >= threshold
    right = int((called & same).sum())
    return right / max(1, int(called.sum())), right / max(1, int(same.sum()))


def best_threshold(scores: np.ndarray, same: np.ndarray) -> float:
    """The one with the best F1."""

    def f1(threshold: float) -> float:
        precision, recall = precision_recall(scores, same, threshold)
        return 2 * precision * recall / max(1e-9, precision + recall)

    return max((float(score) for score in scores), key=f1)


def _report(name: str, rounds: Sequence[np.ndarray], same: np.ndarray, threshold: float) -> None:
    import numpy as np

    precision, recall = np.mean([precision_recall(scores, same, threshold) for scores in rounds], axis=0)
    reach = np.mean(
        [
            max((r for s in scores for p, r in [precision_recall(scores, same, float(s))] if p >= 0.9), default=0.0)
            for scores in rounds
        ]
    )
    print(f"  {name}: precision {precision:.3f}, recall {recall:.3f}; recall where precision is 0.9: {reach:.3f}")


def count_words(paths: Iterable[Path], output: Path) -> None:
    """Write in how many of a million quotes each commoner word stands."""
    from ainoi_service.search.folding import exact

    counts: Counter[str] = Counter()
    quotes = 0
    for text in _quotes(paths):
        counts.update(set(exact(text).split()))
        quotes += 1
    rows = [(word, count) for word, count in counts.most_common() if count >= LEAST_COUNT and not word.isdigit()]
    head = (
        "# In how many of a million quotes of Vietnamese news a word stands. Made by scripts/fit_variants.py --count.\n"
    )
    lines = "".join(f"{word}\t{round(1e6 * count / quotes)}\n" for word, count in rows)
    output.write_text(head + lines, encoding="utf-8")


def _quotes(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield from (quote["text"] for quote in json.loads(line)["quotes"])


if __name__ == "__main__":
    sys.exit(main())
