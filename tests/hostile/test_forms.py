"""T20: the same words in another Unicode form, with other line ends or invisible characters, give the same quotes."""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from ainoi import AnnotatedArticle, Annotator, Article
from ainoi.clean.unicode import shadow
from hostile.promises import check_offsets
from hostile.shapes import ARTICLE

Record = Callable[[str, object], None]
SEEDS = Path(__file__).parent.parent.parent / "seeds" / "gold.jsonl"
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202c"

OWN = [
    ARTICLE,
    "Phát biểu tại cuộc họp báo chiều 5/11, bà Đặng Thị Hường nói: “Đội ngũ bác sĩ đã sẵn sàng”. "
    "Theo bà, đợt dịch này sẽ qua sớm.",
    "Ngoại trưởng Đức Annalena Baerbock cho rằng châu Âu “cần nhanh hơn”, đồng thời bác bỏ tin đồn về việc bà từ chức.",
    "Hãng tin Reuters dẫn lời ông Đỗ Đức Đạt cho biết đường dây đã bị cắt.\n\n"
    "Ông Đạt nói thêm: “Điện sẽ có lại vào tối nay.”",
    "- Ông có đến không?\n- Tôi sẽ đến, ông Đinh Văn Định trả lời.\nCông an thành phố Đà Nẵng đang điều tra vụ việc.",
]


def _sprinkled(text: str) -> str:
    rng = random.Random(len(text))
    return "".join(c + rng.choice(INVISIBLE) if rng.random() < 0.3 else c for c in text)


FORMS: dict[str, Callable[[str], str]] = {
    "NFC": lambda text: unicodedata.normalize("NFC", text),
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "invisible characters": _sprinkled,
    "ð for đ": lambda text: text.replace("đ", "ð").replace("Đ", "Ð"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "NFD with CRLF and invisible characters": lambda text: _sprinkled(unicodedata.normalize("NFD", text)).replace(
        "\n", "\r\n"
    ),
}


def _seeds() -> list[str]:
    return [json.loads(line)["text"] for line in SEEDS.read_text(encoding="utf-8").splitlines()]


def _plain(text: str) -> str:
    return shadow(text).text


def _said(text: str, result: AnnotatedArticle) -> list[tuple[object, ...]]:
    """What was found, as it stands in the shadow of ``text``, which all its forms share."""
    copy = shadow(text)
    return [
        (
            tuple(copy.from_source(span.start, span.end) for span in quote.spans),
            copy.from_source(quote.mention.start, quote.mention.end) if quote.mention else None,
            quote.type,
            quote.speaker.id,
            quote.speaker.name,
            quote.via,
            quote.said_on,
        )
        for quote in result.quotes
    ]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_text_is_read_as_the_same_text(form: str, record_property: Record) -> None:
    texts = [*_seeds(), *OWN]
    for text in texts:
        assert _plain(FORMS[form](text)) == _plain(text)
    record_property("count", len(texts))


def test_every_form_has_the_same_quotes_and_speakers(annotator: Annotator, record_property: Record) -> None:
    count = quotes = 0
    for text in [_seeds()[2], *OWN]:
        forms = [text, *(change(text) for change in FORMS.values())]
        results = annotator.annotate_batch([Article(id="a", text=form, date="2025-12-04") for form in forms])
        found = []
        for form, result in zip(forms, results, strict=True):
            assert isinstance(result, AnnotatedArticle)
            check_offsets(form, result)
            found.append(_said(form, result))
        quotes += len(found[0])
        assert all(same == found[0] for same in found)
        count += len(forms) - 1
    record_property("count", count)
    assert quotes > 10


@pytest.mark.long
def test_every_form_of_two_hundred_articles_is_read_as_the_same_text(shared: Path, record_property: Record) -> None:
    file = shared / "quotes-vi" / "train.jsonl"
    texts = [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()[:200]]
    for text in texts:
        for change in FORMS.values():
            assert _plain(change(text)) == _plain(text)
    record_property("count", len(texts) * len(FORMS))
    assert len(texts) == 200
