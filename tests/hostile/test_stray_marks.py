"""T21: marks that do not fit together lose at most the quotes they touch: those before and behind are still found.

``stray_marks.tsv`` has one hostile paragraph a line; it is put between two sound ones.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ainoi import AnnotatedArticle, Annotator, Article
from hostile.promises import check_offsets

Record = Callable[[str, object], None]
TABLE = Path(__file__).with_name("stray_marks.tsv")
BEFORE = (
    "Người phát ngôn Điện Kremlin Dmitry Peskov nói: “Chúng tôi sẵn sàng đối thoại với mọi bên, nhưng không vội.”\n\n"
)
BEHIND = "\n\nTổng thống Mỹ Donald Trump nói với báo giới: “Thỏa thuận này sẽ được ký trong vài tuần tới.”\n"
SAFE = {
    ("Chúng tôi sẵn sàng đối thoại với mọi bên, nhưng không vội", "Dmitry Peskov"),
    ("Thỏa thuận này sẽ được ký trong vài tuần tới", "Donald Trump"),
}


def _cases() -> list[tuple[str, bool]]:
    """The paragraphs, each with whether the quote before it is known to run on into it."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    cases = [line.replace("\\n", "\n") for line in lines if line and not line.startswith("#")]
    return [(case.removeprefix("~"), case.startswith("~")) for case in cases]


def test_a_stray_mark_loses_at_most_the_quote_it_touches(annotator: Annotator, record_property: Record) -> None:
    cases = _cases()
    articles = [Article(id=str(i), text=BEFORE + case + BEHIND, date="2025-12-04") for i, (case, _) in enumerate(cases)]
    lost = []
    for article, (_, runs_on), result in zip(articles, cases, annotator.annotate_batch(articles), strict=True):
        assert isinstance(result, AnnotatedArticle)
        check_offsets(article.text, result)
        found = {(quote.text.strip(" ."), quote.speaker.name) for quote in result.quotes}
        if runs_on:
            found = {
                (words, who) for words, who in SAFE for text, name in found if text.startswith(words) and name == who
            }
        if not found >= SAFE:
            lost.append(article.text)
    assert lost == []
    assert sum(runs_on for _, runs_on in cases) <= 3
    record_property("count", len(cases))
    assert len(cases) >= 60
