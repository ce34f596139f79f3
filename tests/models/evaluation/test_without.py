"""Parts that can be left out of the annotator."""

from __future__ import annotations

from functools import cache
from typing import NoReturn

import pytest

from ainoi import Article
from ainoi.evaluation.parts import PARTS
from ainoi.evaluation.without import annotator_without
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


def refuse(*_: object) -> NoReturn:
    raise AssertionError("asked")


def test_with_nothing_left_out_it_is_the_usual_annotator() -> None:
    assert [quote.speaker.name for quote in quotes()] == ["Dmitry Peskov", "Emmanuel Macron", "Bộ Quốc phòng Anh"]


def test_without_the_registry_nobody_is_known_beforehand() -> None:
    assert [quote.speaker.id for quote in quotes()][:2] == ["dmitry-peskov", "emmanuel-macron"]
    assert [quote.speaker.id for quote in quotes("registry")][:2] == ["name:dmitry peskov", "name:emmanuel macron"]


def test_without_links_the_network_is_not_asked_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_model()
    for asked in ("cue_link", "source_link"):
        monkeypatch.setattr(type(model.network), asked, refuse)
    annotator = annotator_without(["links"], model, load_pack(model.config.language))
    found = annotator.annotate(Article(id="a", text=TEXT)).quotes
    assert [quote.cue and quote.cue.text for quote in found] == ["nói", "nhấn mạnh", "Theo"]
    with pytest.raises(AssertionError, match="asked"):
        annotator_without([], model, load_pack("vi")).annotate(Article(id="a", text=TEXT))


def test_without_confidence_more_is_kept() -> None:
    sure = {quote.spans for quote in quotes()}
    assert {quote.spans for quote in quotes("confidence")} >= sure
    assert [q.confidence for q in quotes("confidence")] != [q.confidence for q in quotes()]


def test_without_antecedents_the_network_is_not_asked_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_model()
    monkeypatch.setattr(type(model.network), "antecedent", refuse)
    annotator = annotator_without(["antecedents"], model, load_pack(model.config.language))
    assert annotator.annotate(Article(id="a", text=TEXT)).quotes[1].speaker.name == "Emmanuel Macron"
    with pytest.raises(AssertionError, match="asked"):
        annotator_without([], model, load_pack("vi")).annotate(Article(id="a", text=TEXT))


def test_the_parts_are_named() -> None:
    with pytest.raises(ValueError, match="unknown parts: marks"):
        annotator_without(["marks"], load_model(), load_pack("vi"))
    assert sorted(PARTS) == ["antecedents", "confidence", "links", "registry"]
