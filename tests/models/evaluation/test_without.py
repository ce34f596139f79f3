"""Parts that can be left out of the annotator."""

from __future__ import annotations

from functools import cache

import pytest

from ainoi import Article
from ainoi.evaluation.without import PARTS, annotator_without
from ainoi.lang import load_pack
from ainoi.model_folder import load_model
from ainoi.schema import Quote

TEXT = (
    "Ngày 3/12, người phát ngôn Điện Kremlin Dmitry Peskov nói rằng Nga sẵn sàng đàm phán với Ukraine.\n"
    "Tổng thống Pháp Emmanuel Macron đã đến Kiev hôm qua. Ông nhấn mạnh rằng châu Âu cần giữ đoàn kết lúc này.\n"
    "Theo Bộ Quốc phòng Anh, giao tranh ở miền đông đã giảm trong tuần qua."
)


@cache
def quotes(*parts: str) -> tuple[Quote, ...]:
    model = load_model()
    annotator = annotator_without(parts, model, load_pack(model.config.language))
    return annotator.annotate(Article(id="a", text=TEXT)).quotes


def test_with_nothing_left_out_it_is_the_usual_annotator() -> None:
    assert [quote.speaker.name for quote in quotes()] == ["Dmitry Peskov", "Emmanuel Macron", "Bộ Quốc phòng Anh"]


def test_without_the_registry_nobody_is_known_beforehand() -> None:
    assert [quote.speaker.id for quote in quotes()][:2] == ["dmitry-peskov", "emmanuel-macron"]
    assert [quote.speaker.id for quote in quotes("registry")][:2] == ["name:dmitry peskov", "name:emmanuel macron"]


def test_without_links_each_content_has_the_nearest_cue() -> None:
    found = quotes("links")
    assert [TEXT[slice(*span)] for q in found if q.cue for span in [(q.cue.start, q.cue.end)]] == [
        "nói",
        "nhấn mạnh",
        "Theo",
    ]


def test_without_confidence_more_is_kept() -> None:
    sure = {quote.spans for quote in quotes()}
    assert {quote.spans for quote in quotes("confidence")} >= sure
    assert [q.confidence for q in quotes("confidence")] != [q.confidence for q in quotes()]


def test_without_antecedents_the_rules_still_find_whom_a_pronoun_means() -> None:
    assert [quote.speaker.name for quote in quotes("antecedents")][1] == "Emmanuel Macron"


def test_the_parts_are_named() -> None:
    with pytest.raises(ValueError, match="unknown parts: marks"):
        annotator_without(["marks"], load_model(), load_pack("vi"))
    assert all(PARTS.values())
