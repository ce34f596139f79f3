"""Counts words and pairs of neighbouring words in quotes: ``python counting.py ANNOTATED > phrases.tsv``.

``ANNOTATED`` is what ``scripts/annotate.py`` wrote. Only what many quotes have is listed: nobody's sentence is in it.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from ainoi_service.search.folding import tokens

LEAST_WORD, LEAST_PAIR = 8, 12
"""Quotes in which a word, and a pair of words, must stand to be listed."""
START = "^"
"""Stands before the first word of a quote."""


def texts_of(files: Sequence[Path]) -> Iterator[str]:
    """The quotes of files of annotated articles, those that a page prints twice once."""
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                for quote in json.loads(line)["quotes"]:
                    if quote["repeat_of"] is None:
                        yield quote["text"]


def count(texts: Iterable[str]) -> Iterator[str]:
    """Lines of the file: the words with their occurrences, then the pairs, each the commonest first.

    A word is printed as it is printed most inside a quote; the first line counts all occurrences of all words.
    """
    printed: dict[str, Counter[str]] = {}
    words: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    quotes_with: Counter[str | tuple[str, str]] = Counter()
    quotes = 0
    for text in texts:
        quotes += 1
        found = tokens(text)
        exact = [token.exact for token in found]
        for token in found[1:]:
            printed.setdefault(token.exact, Counter())[text[token.start : token.end]] += 1
        beside = list(pairwise([START, *exact]))
        words.update(exact)
        pairs.update(beside)
        quotes_with.update({*exact, *beside})
    shown = {START: START} | {word: forms.most_common(1)[0][0] for word, forms in printed.items()}
    yield "# Words of quotes of Vietnamese news and pairs of neighbours, and how often they occur. Made by counting.py."
    yield f"# quotes\t{quotes}\n# words\t{sum(words.values())}"
    for word, times in sorted(words.items(), key=lambda one: (-one[1], one[0])):
        if quotes_with[word] >= LEAST_WORD:
            yield f"{shown.get(word, word)}\t{times}"
    listed = {word for word in words if quotes_with[word] >= LEAST_WORD} | {START}
    for pair, times in sorted(pairs.items(), key=lambda one: (-one[1], one[0])):
        if quotes_with[pair] >= LEAST_PAIR and listed.issuperset(pair):
            yield f"{shown.get(pair[0], pair[0])} {shown.get(pair[1], pair[1])}\t{times}"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    for line in count(texts_of([Path(name) for name in sys.argv[1:]])):
        print(line)
