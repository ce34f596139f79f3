"""A corpus as one long row of subwords on disk, and the sequences that pretraining reads from it."""

from __future__ import annotations

import json
import lzma
import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from transformers import PreTrainedTokenizerBase

from ainoi.clean.unicode import shadow

CHUNK = 512
"""Articles tokenized together."""


class Corpus:
    """Subwords of all articles, ``[n]``, one separator behind each article; read from disk as it is needed."""

    def __init__(self, subwords: np.ndarray) -> None:
        self._subwords = subwords

    def __len__(self) -> int:
        return len(self._subwords)

    def sequences(self, length: int) -> int:
        """How many sequences of ``length`` subwords there are."""
        return len(self._subwords) // length

    def rows(self, indexes: Sequence[int], length: int) -> np.ndarray:
        """``[len(indexes), length]`` subword ids; sequence ``i`` begins at subword ``i * length``."""
        return np.stack([self._subwords[i * length : (i + 1) * length] for i in indexes]).astype(np.int64)


def open_corpus(files: Sequence[Path], tokenizer: PreTrainedTokenizerBase, folder: Path) -> Corpus:
    """The corpus in ``files`` (JSON Lines with ``text`` and perhaps ``title``, plain or ``.xz``), tokenized into
    ``folder`` the first time.

    Raises ValueError if ``folder`` holds other files' subwords, or for a vocabulary of more than 65,536.
    """
    if len(tokenizer) > 1 << 16:
        raise ValueError(f"subwords are kept in 16 bits, the vocabulary has {len(tokenizer)}")
    made_from = {"files": [[file.name, file.stat().st_size] for file in files], "vocabulary": len(tokenizer)}
    header, data = folder / "corpus.json", folder / "corpus.u16"
    if header.exists():
        if json.loads(header.read_text()) != made_from:
            raise ValueError(f"{folder} holds the subwords of other files")
        return Corpus(np.memmap(data, dtype=np.uint16, mode="r"))
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / "corpus.u16.new"
    with fresh.open("wb") as out:
        for subwords in _tokenized(files, tokenizer):
            subwords.tofile(out)
    os.replace(fresh, data)
    header.write_text(json.dumps(made_from))
    return Corpus(np.memmap(data, dtype=np.uint16, mode="r"))


def _tokenized(files: Sequence[Path], tokenizer: PreTrainedTokenizerBase) -> Iterator[np.ndarray]:
    separator = tokenizer.sep_token_id
    articles = (article for file in files for article in read_articles(file))
    while chunk := list(islice(articles, CHUNK)):
        texts = [
            shadow(f"{article['title']}\n{article['text']}" if article.get("title") else article["text"]).text
            for article in chunk
        ]
        for ids in tokenizer(texts, add_special_tokens=False)["input_ids"]:
            yield np.asarray([*ids, separator], dtype=np.uint16)


def read_articles(file: Path) -> Iterator[dict[str, Any]]:
    """The JSON objects of a file of JSON Lines, plain or compressed by xz."""
    with lzma.open(file) if file.suffix == ".xz" else file.open("rb") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)
