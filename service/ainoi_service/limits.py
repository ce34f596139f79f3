"""Every limit of the service and the batch runner, in one place; ``docs/api.md`` lists them and a test compares."""

from __future__ import annotations

from dataclasses import dataclass, field, fields


def _limit(default: int, unit: str, meaning: str) -> int:
    value: int = field(default=default, metadata={"unit": unit, "meaning": meaning})
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is admitted. Raises ``ValueError`` for a limit below 1."""

    max_text_bytes: int = _limit(2_000_000, "bytes of UTF-8", "one article's text")
    max_html_bytes: int = _limit(2_000_000, "bytes of UTF-8", "one HTML page")
    max_body_bytes: int = _limit(8_000_000, "bytes", "a request's body: a text at its limit with every letter escaped")
    max_held_bytes: int = _limit(
        256_000_000, "bytes", "of bodies of all requests that are not over, together; one more is answered 429"
    )
    max_waiting: int = _limit(32, "requests", "admitted at once; one more is answered 429")
    max_waiting_subwords: int = _limit(
        900,
        "subwords",
        "of articles that wait or are annotated, for each process of the model; while so many are in, one more is "
        "answered 429",
    )
    model_batch: int = _limit(8, "articles", "given to the model in one call")
    model_batch_subwords: int = _limit(1_024, "subwords", "given to the model in one call; one article may have more")
    long_article_subwords: int = _limit(4_096, "subwords", "of an article; a longer one waits for a process of its own")
    request_seconds: int = _limit(120, "seconds", "until an article must be annotated; then it is answered 504")
    stalled_seconds: int = _limit(
        30, "seconds", "for a call of the model without long articles, before its process is killed"
    )
    start_seconds: int = _limit(300, "seconds", "until a process of the model has loaded it; then it is killed")
    max_batch_bytes: int = _limit(64_000_000, "bytes", "a batch of articles, `POST /v1/articles:batch`")
    max_batch_articles: int = _limit(10_000, "lines", "of one batch")
    max_batches: int = _limit(4, "batches", "running at once; one more is answered 429")
    max_import_bytes: int = _limit(32_000_000, "bytes", "a corrected file, `POST /v1/imports`")
    max_imports: int = _limit(2, "imports", "running at once; one more is answered 429")
    requests_per_minute: int = _limit(
        600, "requests", "in any 60 seconds, of a key that has no rate of its own; one more is answered 429"
    )
    body_seconds: int = _limit(
        30, "seconds", "a request's body may take, and one more for each 10,000 bytes of it that have come"
    )
    answer_seconds: int = _limit(60, "seconds", "a client may leave an answer unread, before it is broken off")
    html_seconds: int = _limit(5, "seconds", "reading one HTML page, before its reader is killed")
    html_memory_bytes: int = _limit(500_000_000, "bytes", "address space of the HTML reader")
    html_tag_attributes: int = _limit(2_000, "attributes", "on one HTML tag")
    query_seconds: int = _limit(10, "seconds", "one statement of a reader of the store may take")
    max_record_bytes: int = _limit(16_000_000, "bytes", "one line of a JSON Lines file, or one JSON file")

    def __post_init__(self) -> None:
        for limit in fields(self):
            value = getattr(self, limit.name)
            if value < 1:
                raise ValueError(f"limit {limit.name} must be at least 1, is {value}")
