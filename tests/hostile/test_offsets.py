"""T19: nothing is raised but what is documented, and every offset is exact in the caller's own string."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ainoi import AnnotatedArticle, Annotator, Article, EmptyTextError, TextTooLongError
from hostile.made_up_tags import LAYOUTS
from hostile.promises import check_offsets
from hostile.shapes import ARTICLE, MARKS, SHAPES

Record = Callable[[str, object], None]

PIECES = (
    *ARTICLE.split(" "),
    *(
        "Ông Peskov",
        "bà",
        "Tổng thống Mỹ",
        "Theo Reuters",
        "hôm 3/12",
        "(5/3)",
        "“",
        "”",
        "'",
        "\n",
        "\r\n",
        "\n\n",
        "- ",
    ),
    *("nói:", "cho biết", "nước này", "hai người", "tôi", "báo cáo của", "Bộ Ngoại giao Nga (MFA)", "Jr.", "V.Pu-tin"),
    *("\u200b", "\u200d", "\u202e", "\u2066", "\ufeff", "\u00ad", "\0", "\u0301", "\u0323\u0301", "\ud800", "\udfff"),
    *(
        "Ⓐ",
        "Ⓐ’b",
        "ⓥ",
        "ǅ",
        "ŉ",
        "İ",
        "ß",
        "ͺ",
        "ﬁ",
        "😀",
        "👩\u200d👩\u200d👧",
        "Ð",
        "ð",
        "ʼ",
        "\u1100\u1161",
        "٣/١٢",
        "２/３",
    ),
    *(
        "A’B",
        "O'Hara",
        "An-na",
        "Theo Ⓐ",
        "ông Ⓐ’Neil",
        "_",
        "__",
        "…",
        "?",
        "?!",
        "《",
        "「",
        "\u2028",
        "\x85",
        "\x1b[2J",
    ),
)
ANY = st.one_of(st.sampled_from(PIECES), st.text(max_size=3), st.sampled_from(MARKS))
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES), min_size=6, max_size=40).map(" ".join),
    st.lists(ANY, max_size=40).map("".join),
    st.lists(ANY, min_size=3, max_size=30).map(
        lambda pieces: " ".join(["Ông Lê Văn Tám nói: “Được.”", *pieces, "Hết."])
    ),
)
TITLES = st.one_of(st.none(), st.text(max_size=30), st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join))
DATES = st.one_of(
    st.none(), st.sampled_from(["2025-12-04", "0001", "9999-12-31", "2025", "x", ""]), st.text(max_size=12)
)


def _annotate(annotator: Annotator, article: Article) -> AnnotatedArticle | None:
    try:
        return annotator.annotate(article)
    except EmptyTextError:
        assert not article.text.strip()
        return None


def _law(annotators: list[Annotator], examples: int) -> tuple[int, int]:
    """Annotates ``examples`` texts, each with one of ``annotators``. Returns how many texts and spans were checked."""
    seen = [0, 0]

    @settings(max_examples=examples, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(TEXTS, TITLES, DATES)
    def law(text: str, title: str | None, date: str | None) -> None:
        annotator = annotators[seen[0] % len(annotators)]
        seen[0] += 1
        result = _annotate(annotator, Article(id="a", text=text, title=title, date=date))
        seen[1] += check_offsets(text, result) if result is not None else 0

    law()
    return seen[0], seen[1]


@pytest.mark.parametrize("layout", [None, "crowded", "mentions_only", "one_quote", "one_cue"])
def test_every_offset_is_exact_whatever_the_network_says(
    made_up: Callable[..., Annotator], layout: str | None, record_property: Record
) -> None:
    examples = 90 if layout is None else 20
    texts, spans = _law([made_up(LAYOUTS.get(layout or ""), seed=seed) for seed in range(5)], examples)
    record_property("count", texts)
    assert texts >= examples and spans > texts


@pytest.mark.long
def test_every_offset_is_exact_in_two_thousand_texts(
    made_up: Callable[..., Annotator], record_property: Record
) -> None:
    layouts = [None, *LAYOUTS.values()]
    texts, spans = _law([made_up(layouts[seed % len(layouts)], seed=seed) for seed in range(12)], 2000)
    record_property("count", texts)
    assert texts >= 2000 and spans > texts


@pytest.mark.long
def test_every_offset_is_exact_with_the_network(annotator: Annotator, record_property: Record) -> None:
    texts, _ = _law([annotator], 200)
    record_property("count", texts)
    assert texts >= 200


@pytest.mark.long
def test_every_shape_is_read_or_refused(made_up: Callable[..., Annotator], record_property: Record) -> None:
    spans = 0
    for number, (name, shape) in enumerate(SHAPES.items()):
        text = shape(150)
        result = _annotate(made_up(seed=number), Article(id=name, text=text, title=text[:50], date="2025-12-04"))
        spans += check_offsets(text, result) if result is not None else 0
    record_property("count", len(SHAPES))
    assert len(SHAPES) >= 40 and spans > len(SHAPES)


@pytest.mark.parametrize("over", [0, 1])
def test_the_largest_text_is_read_and_one_byte_more_refused(made_up: Callable[..., Annotator], over: int) -> None:
    text = "\n" * (2_000_000 - 4) + "Ông." + "x" * over
    assert len(text.encode()) == 2_000_000 + over + 1
    article = Article(text=text[1:])
    if over:
        with pytest.raises(TextTooLongError):
            made_up().annotate(article)
    else:
        assert made_up().annotate(article).quotes is not None
