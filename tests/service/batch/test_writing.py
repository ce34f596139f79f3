"""The three formats, value by value."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from ainoi.schema import AnnotatedArticle, Article, Candidate, QuoteType, Speaker, SpeakerKind, TextSpan
from ainoi_service.batch.items import ErrorRow
from ainoi_service.batch.writing import CSV_COLUMNS, ErrorFile, ErrorLines, Format, make_writer, visible
from fake_annotator import FakeAnnotator


def annotated(text: str, *, id: str = "a", title: str | None = None) -> AnnotatedArticle:
    (article,) = FakeAnnotator().annotate_batch([Article(id=id, text=text, title=title, date="2024-11-12")])
    assert isinstance(article, AnnotatedArticle)
    return article


def changed(article: AnnotatedArticle, **fields: object) -> AnnotatedArticle:
    """``article`` with its first quote's fields changed."""
    quote = article.quotes[0].model_copy(update=fields)
    return article.model_copy(update={"quotes": (quote, *article.quotes[1:])})


def written(format: Format, *articles: AnnotatedArticle, width: int = 100) -> str:
    stream = io.StringIO()
    writer = make_writer(format, stream, width=width)
    for article in articles:
        writer.write(article)
    return stream.getvalue()


A = annotated('Ông nói “Một, "hai"\nba” và “bốn”.')
B = annotated("Không có gì.", id="b")
UNKNOWN = Speaker(
    kind=SpeakerKind.UNKNOWN,
    confidence=0.4,
    alternatives=(Candidate(id=None, name="Ai Đó", kind=SpeakerKind.PERSON, confidence=0.4),),
)


def test_json_lines_have_one_line_an_article_in_the_documented_shape() -> None:
    lines = written("jsonl", A, B).splitlines()
    assert [json.loads(line) for line in lines] == [article.model_dump(mode="json") for article in (A, B)]
    assert "Ông nói" in lines[0] or "Một" in lines[0]  # not escaped to ASCII


def test_csv_has_one_row_a_quote() -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv", A, B), newline="")))
    assert [(row["article"], row["text"], row["start"], row["end"]) for row in rows] == [
        ("a", 'Một, "hai"\nba', "9", "22"),
        ("a", "bốn", "28", "31"),
    ]
    assert rows[0] == {
        **dict.fromkeys(CSV_COLUMNS, ""),
        **{"article": "a", "date": "2024-11-12", "quote": "a:0", "type": "direct", "act": "statement"},
        **{"denied": "false", "text": 'Một, "hai"\nba', "start": "9", "end": "22", "speaker": "Dmitry Peskov"},
        **{"speaker_id": "peskov", "kind": "person", "method": "name", "speaker_confidence": "0.9"},
        "confidence": "0.8",
    }


@pytest.mark.parametrize("words", ["một\rhai", "một\r\nhai", "một\nhai", 'một, "hai"\r'])
def test_no_line_end_in_a_cell_ends_a_row_of_the_csv(words: str) -> None:
    text = written("csv", changed(A, text=words))
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    assert (first["text"], second["text"]) == (words, "bốn")
    assert text.startswith(",".join(CSV_COLUMNS) + "\n")
    assert f'"{words.replace(chr(34), chr(34) * 2)}"' in text


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\r=1"])
def test_no_cell_of_the_csv_is_a_formula(words: str) -> None:
    article = annotated("Ông nói “vâng”.", id=words, title=words)
    (row,) = csv.DictReader(io.StringIO(written("csv", changed(article, text=words)), newline=""))
    assert [row[name] for name in ("article", "title", "text")] == ["'" + words] * 3


def test_csv_without_quotes_is_its_header() -> None:
    assert written("csv", B) == ",".join(CSV_COLUMNS) + "\n"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["Dmitry Peskov", "direct", "0.80", 'Một, "hai" ba']),
        ({"type": QuoteType.MIXED, "denied": True}, ["mixed", "[not said]"]),
        ({"repeat_of": "a:9"}, ["[repeated]"]),
        ({"speaker": UNKNOWN}, ["(unknown)"]),
        (
            {
                "speaker": Speaker(kind=SpeakerKind.UNNAMED, confidence=0.9),
                "mention": TextSpan(start=0, end=9, text="một quan chức"),
            },
            ["(unnamed) một quan chức"],
        ),
        ({"text": "dài " * 200}, ["…"]),
    ],
)
def test_the_table_shows_speaker_type_confidence_and_words(fields: dict[str, object], expected: list[str]) -> None:
    table = written("table", changed(A, **fields), width=140)
    for words in expected:
        assert words in table


def test_the_table_names_the_article_and_says_when_it_has_no_quotes() -> None:
    table = written("table", annotated("Không có gì.", id="tin/b", title="Tựa"))
    assert table.splitlines()[:2] == ["tin/b · Tựa · 2024-11-12", "no quotes"]


def test_the_table_fits_its_width() -> None:
    assert max(len(line) for line in written("table", changed(A, text="chữ " * 100), width=80).splitlines()) <= 80


HOSTILE = "\x1b[2J\x07\u202egnp.exe\u2066[red]x[/red]\u200b:smile:\x9b"


def test_no_control_character_reaches_the_terminal_and_markup_is_plain_text() -> None:
    article = changed(annotated(f"“{HOSTILE}”", id=HOSTILE, title=HOSTILE), text=HOSTILE)
    table = written("table", article, width=200)
    assert all(character.isprintable() or character == "\n" for character in table)
    assert table.count("\\x1b[2J\\x07\\u202egnp.exe\\u2066[red]x[/red]\\u200b:smile:\\x9b") == 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bão số 3 “đổ bộ”", "Bão số 3 “đổ bộ”"),
        ("a\tb\r\nc", "a b  c"),
        ("a\u00a0b\u2028c", "a b c"),
        ("a\0b\x7f", "a\\x00b\\x7f"),
        ("Pes\u200bkov", "Pes\\u200bkov"),
        ("Đie\u0302\u0323n 😀", "Đie\u0302\u0323n 😀"),
    ],
)
def test_what_does_not_print_is_shown_as_its_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


ROW = ErrorRow(id="a", path="a.txt", line=None, code="empty", message="the article has no text")


def test_an_error_file_exists_only_if_there_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl.errors.jsonl"
    path.write_text("of an earlier run")
    ErrorFile(path).close()
    assert not path.exists()


def test_error_rows_are_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "e"
    file, stream = ErrorFile(path), io.StringIO()
    for _ in range(2):
        file.write(ROW)
        ErrorLines(stream).write(ROW)
    file.close()
    assert path.read_text(encoding="utf-8") == stream.getvalue()
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [ROW.model_dump()] * 2
