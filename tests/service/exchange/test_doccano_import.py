"""Corrected files of doccano: what a person changed arrives, and what is wrong is said with its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ainoi import Span
from ainoi_service.exchange.checked import CheckedQuote, ImportFileError
from ainoi_service.exchange.doccano_import import read_doccano
from corrected_files import FIRST, SECOND, Json, changed, encoded, of


class TestDoccanoCorrections:
    def test_as_it_is(self, example: Json, text_of: Any) -> None:
        assert read_doccano(encoded(example) + b"\r\n\n", text_of) == of(FIRST, SECOND)

    def test_nothing_left(self, example: Json, text_of: Any) -> None:
        example["entities"], example["relations"] = [], []
        assert read_doccano(encoded(example), text_of) == of()

    def test_offsets_are_utf16_unless_the_record_says_otherwise(self, example: Json, text_of: Any) -> None:
        del example["offset_unit"], example["quotes"], example["text"]
        example["entities"] = [{"id": 5, "label": "content", "start_offset": 4, "end_offset": 22}]
        example["relations"] = []
        quote = CheckedQuote(spans=(Span(start=3, end=21),))
        assert read_doccano(encoded(example), text_of) == of(quote)
        example["offset_unit"] = "code_point"
        assert read_doccano(encoded(example), text_of) == of(changed(quote, spans=(Span(start=4, end=22),)))

    def test_another_source_has_no_speaker_yet(self, example: Json, text_of: Any) -> None:
        source = next(each for each in example["entities"] if each["label"] == "source" and each["start_offset"] > 50)
        source["start_offset"] += len("một ")
        second = changed(SECOND, mention=Span(start=63, end=72), speaker=None)
        assert read_doccano(encoded(example), text_of) == of(FIRST, second)


WRONG_LINES: list[tuple[str, Callable[[Json], Json], str]] = [
    ("no entities", lambda e: e.pop("entities"), "line 2, entities: is missing"),
    ("no id", lambda e: e["entities"][0].pop("id"), "line 2, entities[0].id: is missing"),
    ("the same id", lambda e: e["entities"][1].update(id=0), "line 2, entities[1].id: is the id of another entity too"),
    (
        "inside a character",
        lambda e: e["entities"][0].update(start_offset=1),
        "line 2, entities[0].start_offset: is no place in the article's text",
    ),
    (
        "outside",
        lambda e: e["entities"][0].update(end_offset=93),
        "line 2, entities[0].end_offset: is no place in the article's text",
    ),
    (
        "a relation to nowhere",
        lambda e: e["relations"][0].update(to_id=99),
        "line 2, relations[0].to_id: names no entity of this line",
    ),
    ("a unit that is none", lambda e: e.update(offset_unit="byte"), "line 2, offset_unit: must be utf16 or code_point"),
    (
        "a list of two",
        lambda e: (e.pop("entities"), e.update(label=[[0, 1]])),
        "line 2, label[0]: must be a list of start, end and label",
    ),
    (
        "spans that overlap",
        lambda e: next(each for each in e["entities"] if each["start_offset"] == 42).update(start_offset=10),
        "line 2, entities[3]: overlaps another span of the same quote",
    ),
]


@pytest.mark.parametrize(
    ("wrong", "message"), [each[1:] for each in WRONG_LINES], ids=[each[0] for each in WRONG_LINES]
)
def test_wrong_doccano_file_is_refused_with_line_and_field(
    wrong: Callable[[Json], Json], message: str, example: Json, text_of: Any
) -> None:
    wrong(example)
    with pytest.raises(ImportFileError) as error:
        read_doccano(b"\n" + encoded(example), text_of)
    assert str(error.value) == message


def test_every_wrong_record_is_named_and_nothing_is_taken(example: Json, text_of: Any) -> None:
    file = b"\n".join([b"{", encoded(example), b"\xff", encoded(example), b"[]", b'{"article_id": NaN}'])
    with pytest.raises(ImportFileError) as error:
        read_doccano(file, text_of)
    assert [str(problem) for problem in error.value.problems] == [
        "line 1: is not JSON: Expecting property name enclosed in double quotes at line 1, column 2",
        "line 3: is not UTF-8 at byte 0",
        "line 4, article_id: names an article that the file has twice",
        "line 5: must be an object, is a list",
        "line 6: holds a number that is none, or too long",
    ]
    assert str(error.value).endswith("(and 4 more)")


def test_a_file_that_is_wrong_throughout_is_read_no_further_than_its_errors_are_named(text_of: Any) -> None:
    with pytest.raises(ImportFileError) as error:
        read_doccano(b"{}\n" * 100_000, text_of)
    assert len(error.value.problems) == 20
    assert str(error.value) == "line 1, article_id: is missing (and at least 19 more)"


def test_contents_that_cover_the_text_again_and_again_are_refused(example: Json, text_of: Any) -> None:
    example["entities"] = [{"id": i, "label": "content", "start_offset": 2 + i, "end_offset": 90} for i in range(20)]
    example["relations"] = []
    with pytest.raises(ImportFileError, match=r"^line 1: the contents cover the text over 8 times$"):
        read_doccano(encoded(example), text_of)
