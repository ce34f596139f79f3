"""An annotation depends on its article alone: not on who asks beside it (T11), its batch, or the threads (T45)."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from ainoi import AinoiError, AnnotatedArticle, Annotator, Article
from ainoi.embedding import Embedding
from ainoi.encode import Encoder
from ainoi.model_folder import SHIPPED
from ainoi.tokens import tokenize
from ainoi_service.limits import Limits
from ainoi_service.workers.pool import ModelPool
from ainoi_service.workers.thread import ThreadStaff
from fake_annotator import FakeAnnotator

Record = Callable[[str, object], None]
CLIENTS, CALLS = 16, 250


class Tokenizing(FakeAnnotator):
    """Reads with the model's own tokenizer, and tells the hash of what that says in place of the outlet."""

    def __init__(self) -> None:
        from transformers import AutoTokenizer

        super().__init__()
        self.encoder = Encoder(AutoTokenizer.from_pretrained(SHIPPED, local_files_only=True))
        table = np.random.default_rng(0).normal(size=(16_000, 16)).astype(np.float32)
        self.embedding = Embedding(table, self.encoder, size=8)

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return self.embedding(texts)

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> list[AnnotatedArticle | AinoiError]:
        encodings = self.encoder.encode([article.text for article in articles], [tokenize(a.text) for a in articles])
        return [
            result.model_copy(update={"outlet": hashlib.sha256(encoding.subwords.tobytes()).hexdigest()})
            if isinstance(result, AnnotatedArticle)
            else result
            for result, encoding in zip(super().annotate_batch(articles), encodings, strict=True)
        ]


@pytest.mark.long
def test_16_threads_with_250_calls_each_get_what_one_by_one_gives(record_property: Record) -> None:
    annotator = Tokenizing()
    texts = [f"Ông Ví Dụ {number} nói: “lời thứ {number}, ngày {number * 7}”." for number in range(CLIENTS * CALLS)]
    expected = [annotator.annotate_batch([Article(text=text)])[0] for text in texts]
    vectors = annotator.embed(texts)

    async def steps() -> None:
        pool = ModelPool(ThreadStaff(annotator), Limits(max_waiting=CLIENTS))
        await pool.start()
        loop = asyncio.get_running_loop()

        def client(first: int) -> int:
            for number in range(first, first + CALLS):
                asked = pool.annotate(Article(text=texts[number]))
                assert asyncio.run_coroutine_threadsafe(asked, loop).result() == expected[number]
                assert np.array_equal(annotator.embed([texts[number]])[0], vectors[number])
            return CALLS

        with ThreadPoolExecutor(CLIENTS) as threads:
            done = [loop.run_in_executor(threads, client, first * CALLS) for first in range(CLIENTS)]
            record_property("count", sum(await asyncio.gather(*done)))
        await pool.close()

    asyncio.run(steps())


@pytest.fixture
def threads() -> Iterator[Callable[[int], None]]:
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.mark.long
def test_an_article_is_annotated_alike_alone_twice_among_others_and_by_more_threads(
    seeds: Path, threads: Callable[[int], None], record_property: Record
) -> None:
    annotator = Annotator.load()
    texts = [json.loads(line)["text"] for line in (seeds / "gold.jsonl").read_text("utf-8").splitlines()]
    texts += [text[start : start + 400] for text in texts for start in (0, 300, 700)]
    articles = [Article(text=text) for text in texts]

    def told(size: int) -> list[str]:
        results = [
            result
            for first in range(0, len(articles), size)
            for result in annotator.annotate_batch(articles[first : first + size])
        ]
        return [result.model_dump_json() for result in results if isinstance(result, AnnotatedArticle)]

    threads(1)
    alone = told(1)
    assert len(alone) == len(articles)
    assert told(1) == alone
    for size in (2, 8, len(articles)):
        assert told(size) == alone
    threads(2)
    assert told(1) == alone
    assert told(8) == alone
    record_property("count", len(articles))
