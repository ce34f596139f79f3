"""Decoding of whole sentences from scores made by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.decode.links import Owners
from ainoi.decode.quotes import EVIDENCE, Decoding, decode
from ainoi.decode.viterbi import log_softmax
from ainoi.marks import pairs
from ainoi.model_config import labels_of
from ainoi.network.config import AinoiConfig
from ainoi.tag import Tags
from ainoi.tokens import tokenize

CONFIG = AinoiConfig(calibration={"quote": [0.0, 0.5, 0.5, 0.5, 0.0, 0.0]}, least_confidence=0.4, cue_anchors=True)
LEADING = ("rằng", "là")
OWNERS = Owners(frozenset({"của"}), frozenset({"gần", "đây"}))
SURE = 0.97

Words = Sequence[str]
TokenSpan = tuple[int, int]


@dataclass
class FakeTagger:
    """Links every content to the nearest cue and source, and those in ``unlinked`` to none."""

    unlinked: set[TokenSpan] = field(default_factory=set)

    def cue_links(self, tags: Tags, contents: Sequence[TokenSpan], cues: Sequence[TokenSpan]) -> np.ndarray:
        return self._link(contents, cues)

    def source_links(
        self,
        tags: Tags,
        contents: Sequence[TokenSpan],
        cues: Sequence[TokenSpan | None],
        sources: Sequence[TokenSpan],
    ) -> np.ndarray:
        assert len(cues) == len(contents)
        return self._link(contents, sources)

    def antecedents(self, tags: Tags, sources: Sequence[TokenSpan], names: Sequence[TokenSpan]) -> np.ndarray:
        """Every source means the first of ``names`` rather than any other, or none of them as often."""
        rows = [[0.0] * bool(names) + [-4.0] * (len(names) - 1) + [0.0] for _ in sources]
        return log_softmax(np.asarray(rows).reshape(len(sources), len(names) + 1))

    def _link(self, contents: Sequence[TokenSpan], candidates: Sequence[TokenSpan]) -> np.ndarray:
        rows = [
            [-float(max(c[0] - k[1], k[0] - c[1], 0)) for k in candidates] + [9.0 if c in self.unlinked else -20.0]
            for c in contents
        ]
        return log_softmax(np.asarray(rows).reshape(len(contents), len(candidates) + 1))

    def kinds(self, tags: Tags, sources: Sequence[TokenSpan]) -> np.ndarray:
        return np.log(np.tile([0.7, 0.2, 0.1], (len(sources), 1)))


def decoded(
    text: str,
    *,
    excluded: Sequence[tuple[int, int]] = (),
    unlinked: Words = (),
    least_confidence: float | None = None,
    **tracks: Words,
) -> tuple[Decoding, list[dict[str, object]]]:
    """Decode ``text`` as if the network were sure of the words given for each track; a mention is ``type=words``."""
    tokens = tokenize(text)

    def tokens_of(words: str) -> TokenSpan:
        at = text.index(words)
        inside = [t for t, (start, end) in enumerate(tokens) if at <= start and end <= at + len(words)]
        return inside[0], inside[-1] + 1

    scores = {}
    for name, types in CONFIG.tracks.items():
        labels = np.zeros(len(tokens), dtype=np.int64)
        for entry in tracks.get(name, ()):
            kind, _, words = entry.rpartition("=")
            start, end = tokens_of(words)
            labels[start:end] = 2 * (types.index(kind) if kind else 0) + 2
            labels[start] -= 1
        count = len(labels_of(types))
        probabilities = np.full((len(tokens), count), (1 - SURE) / (count - 1))
        probabilities[np.arange(len(tokens)), labels] = SURE
        scores[name] = np.log(probabilities)
    result = decode(
        text,
        tokens,
        Tags(scores, None),
        FakeTagger({tokens_of(words) for words in unlinked}),  # type: ignore[arg-type]
        CONFIG,
        pairs=pairs(text),
        excluded=excluded,
        leading=LEADING,
        relays=(),
        owners=OWNERS,
        naming_cues=("theo",),
        least_confidence=least_confidence,
    )
    return result, [
        {
            "content": [text[slice(*span)] for span in quote.spans],
            "cue": quote.cue and text[slice(*quote.cue)],
            "source": quote.source and text[slice(*quote.source.span)],
            "host": quote.host,
        }
        for quote in result.quotes
    ]


def record(*content: str, cue: str | None, source: str | None, host: int | None = None) -> dict[str, object]:
    return {"content": list(content), "cue": cue, "source": source, "host": host}


def test_quote_with_its_cue_and_source() -> None:
    _, quotes = decoded("Ông Tám nói: “Tôi đi.”", content=["Tôi đi."], cue=["nói"], source=["Ông Tám"])
    assert quotes == [record("Tôi đi", cue="nói", source="Ông Tám")]


def test_word_that_names_its_source_is_the_cue_of_a_quote_without_one() -> None:
    _, quotes = decoded("Theo Tám, cầu đã xong.", content=["cầu đã xong"], source=["Tám"])
    assert quotes == [record("cầu đã xong", cue="Theo", source="Tám")]


def test_owner_of_what_was_said_is_the_source_before_anybody_nearer() -> None:
    _, quotes = decoded(
        "Cầu đã xong, bà Hoa hôm qua nghe được bình luận gần đây của ông Tám.",
        content=["Cầu đã xong"],
        cue=["bình luận"],
        source=["bà Hoa", "ông Tám"],
    )
    assert quotes == [record("Cầu đã xong", cue="bình luận", source="ông Tám")]


def test_evidence_and_kinds_of_a_quote() -> None:
    result, _ = decoded("Ông Tám nói: “Tôi đi”", content=["Tôi đi"], cue=["nói"], source=["Ông Tám"])
    [quote] = result.quotes
    odds = math.log(SURE / (1 - SURE))
    certain = math.log((1 - 1e-4) / 1e-4)
    assert dict(zip(EVIDENCE, quote.evidence, strict=True)) == pytest.approx(
        {"content": odds, "cue": certain, "source": certain, "length": math.log(2), "marked": 1.0}
    )
    assert quote.confidence == pytest.approx(1 / (1 + math.exp(-0.5 * (odds + 2 * certain))))
    assert quote.source is not None and quote.source.kinds == pytest.approx(tuple(np.log([0.7, 0.2, 0.1])))


def test_interrupted_clause_is_one_record_with_two_spans() -> None:
    _, quotes = decoded(
        "Cuộc gặp, ông Tám cho biết, diễn ra tốt đẹp.",
        content=["Cuộc gặp", "diễn ra tốt đẹp"],
        cue=["cho biết"],
        source=["ông Tám"],
    )
    assert quotes == [record("Cuộc gặp", "diễn ra tốt đẹp", cue="cho biết", source="ông Tám")]


def test_quotation_broken_by_its_cue_is_two_records() -> None:
    _, quotes = decoded("“Tôi đi”, ông Tám nói. “Bà về”.", content=["Tôi đi", "Bà về"], cue=["nói"], source=["ông Tám"])
    assert quotes == [record("Tôi đi", cue="nói", source="ông Tám"), record("Bà về", cue="nói", source="ông Tám")]


def test_two_clauses_with_other_words_between_them_stay_apart() -> None:
    _, quotes = decoded(
        "Cầu đã xong, ông Tám vui vẻ cho biết, đường thì chưa.",
        content=["Cầu đã xong", "đường thì chưa"],
        cue=["cho biết"],
        source=["ông Tám"],
    )
    assert [quote["content"] for quote in quotes] == [["Cầu đã xong"], ["đường thì chưa"]]


def test_scare_quote_with_neither_cue_nor_source_is_refused() -> None:
    _, quotes = decoded(
        "Ông Tám nói tôi đi. Một “kế hoạch” khác đã có.",
        content=["tôi đi", "kế hoạch"],
        cue=["nói"],
        source=["Ông Tám"],
        unlinked=["kế hoạch"],
    )
    assert quotes == [record("tôi đi", cue="nói", source="Ông Tám")]


@pytest.mark.parametrize(("least", "contents"), [(0.0, [["kế hoạch"]]), (0.99, [])])
def test_content_is_a_quote_from_the_least_confidence_on(least: float, contents: list[list[str]]) -> None:
    _, quotes = decoded("Một “kế hoạch” khác.", content=["kế hoạch"], least_confidence=least)
    assert [quote["content"] for quote in quotes] == contents


def test_quote_without_a_cue_keeps_its_source() -> None:
    _, quotes = decoded("Ông Tám: “Tôi đi”.", content=["Tôi đi"], source=["Ông Tám"])
    assert quotes == [record("Tôi đi", cue=None, source="Ông Tám")]


def test_article_without_cues_and_sources_has_no_quotes() -> None:
    _, quotes = decoded("Một “kế hoạch” khác.", content=["kế hoạch"])
    assert quotes == []


def test_nested_quote_knows_its_host_and_speaks_through_words_inside_it() -> None:
    _, quotes = decoded(
        "Ông Tám nói: “Bà Hoa hứa sẽ giúp tôi”.",
        content=["Bà Hoa hứa sẽ giúp tôi"],
        nested=["sẽ giúp tôi"],
        cue=["nói", "hứa"],
        source=["Ông Tám", "Bà Hoa"],
    )
    assert quotes == [
        record("Bà Hoa hứa sẽ giúp tôi", cue="nói", source="Ông Tám"),
        record("sẽ giúp tôi", cue="hứa", source="Bà Hoa", host=0),
    ]


def test_nested_content_without_a_host_is_no_quote() -> None:
    _, quotes = decoded("Ông Tám nói tôi đi.", nested=["tôi đi"], cue=["nói"], source=["Ông Tám"])
    assert quotes == []


def test_nested_content_that_fills_its_host_is_left_out() -> None:
    _, quotes = decoded("Ông Tám nói tôi đi.", content=["tôi đi"], nested=["tôi đi"], cue=["nói"], source=["Ông Tám"])
    assert quotes == [record("tôi đi", cue="nói", source="Ông Tám")]


def test_nothing_in_excluded_furniture_is_a_quote() -> None:
    text = "Ông Tám nói tôi đi.\nTin liên quan\nBà Hoa nói cầu hỏng"
    _, quotes = decoded(
        text,
        content=["tôi đi", "cầu hỏng"],
        cue=["nói"],
        source=["Ông Tám"],
        excluded=[(text.index("Tin"), len(text))],
    )
    assert quotes == [record("tôi đi", cue="nói", source="Ông Tám")]


def test_content_without_a_letter_is_no_quote() -> None:
    _, quotes = decoded("Ông Tám nói: “…”.", content=["…"], cue=["nói"], source=["Ông Tám"])
    assert quotes == []


def test_conjunction_and_marks_are_no_part_of_the_content() -> None:
    _, quotes = decoded("Ông Tám nói rằng “tôi đi”.", content=["rằng “tôi đi”"], cue=["nói"], source=["Ông Tám"])
    assert quotes == [record("tôi đi", cue="nói", source="Ông Tám")]


def test_mentions_keep_their_types() -> None:
    text = "Ông Tám và Bộ Y tế gặp nhau."
    result, _ = decoded(text, mention=["person=Ông Tám", "organization=Bộ Y tế"])
    assert [(text[slice(*mention.span)], mention.type, mention.speaks) for mention in result.mentions] == [
        ("Ông Tám", "person", False),
        ("Bộ Y tế", "organization", False),
    ]


def test_text_without_tokens_decodes_to_nothing() -> None:
    result, quotes = decoded(" \n")
    assert (quotes, result.mentions) == ([], [])


def test_hundreds_of_quotes_are_each_linked_to_their_own_source() -> None:
    numbers = range(300)
    text = "\n".join(f"“Tôi đi{i}”, ông X{i} nói với báo giới." for i in numbers)
    _, quotes = decoded(text, content=[f"Tôi đi{i}" for i in numbers], source=[f"ông X{i}" for i in numbers])
    assert quotes == [record(f"Tôi đi{i}", cue=None, source=f"ông X{i}") for i in numbers]


@given(
    words=st.lists(st.sampled_from(["Ông", "nói", "tôi", ",", ".", "“", "”", "(", ")", "rằng", "\n"]), max_size=25),
    seed=st.integers(0, 10**6),
)
def test_random_scores_decode_to_spans_inside_the_text_in_order(words: list[str], seed: int) -> None:
    text = " ".join(words)
    tokens = tokenize(text)
    chance = np.random.default_rng(seed)
    tracks = {}
    for name, types in CONFIG.tracks.items():
        weights = chance.gamma(0.3, size=(len(tokens), len(labels_of(types)))) + 1e-6
        tracks[name] = np.log(weights / weights.sum(axis=1, keepdims=True))
    result = decode(
        text,
        tokens,
        Tags(tracks, None),
        FakeTagger(),  # type: ignore[arg-type]
        CONFIG,
        pairs=pairs(text),
        excluded=[],
        leading=LEADING,
        relays=(),
        owners=OWNERS,
        naming_cues=("theo",),
    )
    starts = [quote.spans[0][0] for quote in result.quotes]
    assert starts == sorted(starts)
    for i, quote in enumerate(result.quotes):
        assert list(quote.spans) == sorted(quote.spans)
        assert all(0 <= start < end <= len(text) for start, end in quote.spans)
        assert quote.host is None or (0 <= quote.host < len(result.quotes) and quote.host != i)
        assert 0 <= quote.confidence <= 1
        assert quote.confidence >= CONFIG.least_confidence or quote.host is not None
        assert len(quote.evidence) == len(EVIDENCE) and all(math.isfinite(value) for value in quote.evidence)


def test_source_says_whom_it_may_mean_among_the_names_around_it() -> None:
    text = "Bà Lê Thị Hoa đến. “Tôi đi”, bà nói."
    result, _ = decoded(
        text, content=["Tôi đi"], cue=["nói"], source=["bà"], mention=["person=Bà Lê Thị Hoa", "pronoun=bà"]
    )
    [quote] = result.quotes
    assert quote.source is not None
    [(start, probability)] = quote.source.meant
    assert (start, round(probability, 2), round(quote.source.hidden or 0, 2)) == (0, 0.5, 0.5)


def test_mention_is_a_source_where_the_network_reads_none() -> None:
    text = "“Tôi đi”, bà Hoa nói."
    _, quotes = decoded(text, content=["Tôi đi"], cue=["nói"], mention=["person=bà Hoa"])
    assert quotes == [record("Tôi đi", cue="nói", source="bà Hoa")]
