"""Corrected files: what a person changed arrives, and what is wrong with a file is said with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi import Span, Speaker
from ainoi.schema import Act, QuoteType, SpeakerKind
from ainoi_service.exchange import reading
from ainoi_service.exchange.articles import ArticleQuotes
from ainoi_service.exchange.checked import CheckedArticle, CheckedQuote, ImportFileError
from ainoi_service.exchange.doccano import record
from ainoi_service.exchange.doccano_import import read_doccano
from ainoi_service.exchange.label_studio import task
from ainoi_service.exchange.label_studio_import import read_label_studio
from ainoi_service.exchange.offsets import Utf16

Json = Any
PESKOV = Speaker(id="dmitry-peskov", name="Dmitry Peskov", kind=SpeakerKind.PERSON, confidence=1.0)
OFFICIAL = Speaker(kind=SpeakerKind.UNNAMED, confidence=1.0)
FIRST = CheckedQuote(
    spans=(Span(start=3, end=21), Span(start=41, end=50)),
    cue=Span(start=35, end=38),
    mention=Span(start=24, end=34),
    speaker=PESKOV,
    type=QuoteType.DIRECT,
    act=Act.STATEMENT,
    denied=False,
)
SECOND = CheckedQuote(
    spans=(Span(start=74, end=90),),
    cue=Span(start=54, end=58),
    mention=Span(start=59, end=72),
    speaker=OFFICIAL,
    type=QuoteType.INDIRECT,
    act=None,
    denied=False,
)


@pytest.fixture
def text_of(article: ArticleQuotes) -> Callable[[str], str | None]:
    return {article.article.id: article.article.text}.get


@pytest.fixture
def annotated(article: ArticleQuotes) -> Json:
    """A Label Studio task that somebody accepted."""
    found: Json = json.loads(json.dumps(task(article)))
    found["annotations"] = [{"id": 1, "result": found.pop("predictions")[0]["result"]}]
    return found


@pytest.fixture
def example(article: ArticleQuotes) -> Json:
    """A doccano example as it was exported."""
    found: Json = json.loads(json.dumps(record(article)))
    return found


def results(annotated: Json) -> list[Json]:
    found: list[Json] = annotated["annotations"][0]["result"]
    return found


def region(annotated: Json, id: str, type: str = "labels") -> Json:
    return next(each for each in results(annotated) if each.get("id") == id and each["type"] == type)


def control(annotated: Json, id: str, name: str) -> Json:
    return next(each for each in results(annotated) if each.get("id") == id and each["from_name"] == name)


def encoded(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def of(*quotes: CheckedQuote) -> tuple[CheckedArticle, ...]:
    return (CheckedArticle(article_id="a1b2c3d4e5f60718", quotes=quotes),)


def changed(quote: CheckedQuote, **changes: Any) -> CheckedQuote:
    return CheckedQuote(**({name: getattr(quote, name) for name in CheckedQuote.__dataclass_fields__} | changes))


class TestLabelStudioCorrections:
    def test_accepted_as_it_is(self, annotated: Json, text_of: Any) -> None:
        assert read_label_studio(encoded([annotated]), text_of) == of(FIRST, SECOND)

    def test_one_task_need_not_stand_in_a_list(self, annotated: Json, text_of: Any) -> None:
        assert read_label_studio(b"\xef\xbb\xbf" + encoded(annotated), text_of) == of(FIRST, SECOND)

    def test_everything_struck_out(self, annotated: Json, text_of: Any) -> None:
        annotated["annotations"][0]["result"] = []
        assert read_label_studio(encoded([annotated]), text_of) == of()

    def test_another_speaker(self, annotated: Json, text_of: Any) -> None:
        control(annotated, "content-3-21", "speaker")["value"]["text"] = ["Yury Ushakov"]
        speaker = Speaker(name="Yury Ushakov", kind=SpeakerKind.PERSON, confidence=1.0)
        assert read_label_studio(encoded([annotated]), text_of) == of(changed(FIRST, speaker=speaker), SECOND)

    def test_a_name_for_the_official(self, annotated: Json, text_of: Any) -> None:
        control(annotated, "content-74-90", "kind")["value"]["choices"] = ["person"]
        results(annotated).append(
            {
                "id": "content-74-90",
                "from_name": "speaker",
                "to_name": "text",
                "type": "textarea",
                "value": {"start": 74, "end": 90, "text": ["Dmitry Peskov"]},
            }
        )
        assert read_label_studio(encoded([annotated]), text_of) == of(FIRST, changed(SECOND, speaker=PESKOV))

    def test_nobody_can_tell(self, annotated: Json, text_of: Any) -> None:
        results(annotated).remove(control(annotated, "content-3-21", "speaker"))
        control(annotated, "content-3-21", "kind")["value"]["choices"] = ["unknown"]
        unknown = Speaker(kind=SpeakerKind.UNKNOWN, confidence=1.0)
        assert read_label_studio(encoded([annotated]), text_of) == of(changed(FIRST, speaker=unknown), SECOND)

    def test_act_type_and_denial(self, annotated: Json, text_of: Any) -> None:
        control(annotated, "content-3-21", "act")["value"]["choices"] = ["denial"]
        control(annotated, "content-3-21", "type")["value"]["choices"] = ["mixed"]
        results(annotated).append(
            {"id": "content-3-21", "from_name": "denied", "type": "choices", "value": {"choices": ["denied"]}}
        )
        first = changed(FIRST, act=Act.DENIAL, type=QuoteType.MIXED, denied=True)
        assert read_label_studio(encoded([annotated]), text_of) == of(first, SECOND)

    def test_denial_no_longer_ticked(self, annotated: Json, text_of: Any) -> None:
        annotated["data"]["quotes"][0]["denied"] = True
        assert read_label_studio(encoded([annotated]), text_of) == of(FIRST, SECOND)

    def test_other_bounds_and_no_cue(self, annotated: Json, text_of: Any) -> None:
        value = region(annotated, "content-74-90")["value"]
        value["start"], value["text"] = 79, "có kế hoạch"
        for each in [each for each in results(annotated) if each.get("to_id") == "cue-54-58"]:
            results(annotated).remove(each)
        second = changed(SECOND, spans=(Span(start=79, end=90),), cue=None)
        assert read_label_studio(encoded([annotated]), text_of) == of(FIRST, second)

    def test_a_quote_drawn_by_hand(self, annotated: Json, text_of: Any) -> None:
        results(annotated)[:] = [
            {"id": "x", "type": "labels", "value": {"start": 3, "end": 21, "labels": ["Content"]}},
            {"id": "y", "type": "labels", "value": {"start": 35, "end": 38, "labels": ["Cue"]}},
            {"type": "relation", "from_id": "y", "to_id": "x", "direction": "left"},
        ]
        annotated["data"]["quotes"] = []
        quote = CheckedQuote(spans=(Span(start=3, end=21),), cue=Span(start=35, end=38))
        assert read_label_studio(encoded([annotated]), text_of) == of(quote)

    def test_the_same_words_marked_twice_are_one_quote(self, annotated: Json, text_of: Any) -> None:
        results(annotated).append(region(annotated, "content-74-90") | {"id": "again"})
        assert read_label_studio(encoded([annotated]), text_of) == of(FIRST, SECOND)

    def test_relations_between_cue_and_source_and_other_controls_mean_nothing(
        self, annotated: Json, text_of: Any
    ) -> None:
        results(annotated).extend(
            [
                {"type": "relation", "from_id": "cue-54-58", "to_id": "source-59-72"},
                {"id": "r", "from_name": "quality", "type": "rating", "value": {"rating": 3}},
                {"id": "c", "from_name": "comment", "type": "textarea", "value": {"text": ["xong"]}},
            ]
        )
        assert read_label_studio(encoded([annotated]), text_of) == of(FIRST, SECOND)

    def test_offsets_in_utf16_are_known_by_the_words(
        self, annotated: Json, article: ArticleQuotes, text_of: Any
    ) -> None:
        utf16 = Utf16(article.article.text)
        for each in results(annotated):
            if "value" in each:
                each["value"]["start"], each["value"]["end"] = (
                    utf16.of(each["value"]["start"]),
                    utf16.of(each["value"]["end"]),
                )
        assert read_label_studio(encoded([annotated]), text_of) == of(FIRST, SECOND)

    def test_the_annotation_changed_last_counts_and_skipped_ones_do_not(self, annotated: Json, text_of: Any) -> None:
        annotated["annotations"][0]["updated_at"] = "2025-12-05T10:00:00Z"
        annotated["annotations"] += [
            {"updated_at": "2025-12-04T10:00:00Z", "result": []},
            {"updated_at": "2025-12-06T10:00:00Z", "result": [], "was_cancelled": True},
        ]
        assert read_label_studio(encoded([annotated]), text_of) == of(FIRST, SECOND)

    def test_a_task_that_everybody_skipped_is_left_out(self, annotated: Json, text_of: Any) -> None:
        annotated["annotations"][0]["was_cancelled"] = True
        assert read_label_studio(encoded([annotated]), text_of) == ()
        annotated["annotations"] = []
        assert read_label_studio(encoded([annotated]), text_of) == ()

    def test_json_min_of_a_task_that_nobody_annotated_is_left_out(self, annotated: Json, text_of: Any) -> None:
        assert read_label_studio(encoded([annotated["data"] | {"annotation_id": None}]), text_of) == ()

    def test_json_min_keeps_the_cue_of_a_content_that_was_drawn_longer(self, annotated: Json, text_of: Any) -> None:
        labels = [each["value"] for each in results(annotated) if each["type"] == "labels"]
        longer = next(value for value in labels if value["start"] == 74)
        longer |= {"end": 91, "text": "chưa có kế hoạch."}
        minimal = annotated["data"] | {"annotation_id": 1, "label": labels}
        second = changed(SECOND, spans=(Span(start=74, end=91),), type=None)
        assert read_label_studio(encoded([minimal]), text_of) == of(FIRST, second)


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


WRONG_TASKS: list[tuple[str, Callable[[Json], Json], str]] = [
    ("no annotations", lambda t: t.pop("annotations"), "task 1, annotations: is missing"),
    ("no data", lambda t: t.pop("data"), "task 1, data: is missing"),
    ("data a list", lambda t: t.update(data=[]), "task 1, data: must be an object, is a list"),
    ("no id", lambda t: t["data"].pop("article_id"), "task 1, data.article_id: is missing"),
    (
        "id a number",
        lambda t: t["data"].update(article_id=1),
        "task 1, data.article_id: must be text, is a whole number",
    ),
    (
        "unknown article",
        lambda t: t["data"].update(article_id="x"),
        "task 1, data.article_id: is of no article of this store",
    ),
    ("another text", lambda t: t["data"].update(text="x"), "task 1, data.text: is not the text of that article"),
    (
        "start a text",
        lambda t: region(t, "content-3-21")["value"].update(start="3"),
        "task 1, annotations[0].result[0].value.start: must be a whole number, is text",
    ),
    (
        "start true",
        lambda t: region(t, "content-3-21")["value"].update(start=True),
        "task 1, annotations[0].result[0].value.start: must be a whole number, is true or false",
    ),
    (
        "start broken",
        lambda t: region(t, "content-3-21")["value"].update(start=3.5),
        "task 1, annotations[0].result[0].value.start: must be a whole number, is a number",
    ),
    (
        "negative",
        lambda t: region(t, "content-3-21")["value"].update(start=-1),
        "task 1, annotations[0].result[0].value.start: must not be negative",
    ),
    (
        "outside",
        lambda t: region(t, "content-3-21")["value"].update(end=10**9),
        "task 1, annotations[0].result[0].value.end: is no place in the article's text",
    ),
    (
        "empty",
        lambda t: region(t, "content-3-21")["value"].update(end=3),
        "task 1, annotations[0].result[0].value.end: must be greater than the start",
    ),
    (
        "other words",
        lambda t: region(t, "content-3-21")["value"].update(text="x"),
        "task 1, annotations[0].result[0]: has a text that does not stand at these offsets of the article",
    ),
    (
        "other words as long",
        lambda t: region(t, "content-3-21")["value"].update(text="Chúng tôi sẵn sànG"),
        "task 1, annotations[0].result[0]: has a text that does not stand at these offsets of the article",
    ),
    (
        "a foreign label",
        lambda t: region(t, "content-3-21")["value"].update(labels=["PER"]),
        "task 1, annotations[0].result[0].value.labels[0]: must be one of content, cue, source",
    ),
    (
        "two labels",
        lambda t: region(t, "content-3-21")["value"].update(labels=["cue", "content"]),
        "task 1, annotations[0].result[0].value.labels: must have one item",
    ),
    (
        "regions of a web page",
        lambda t: region(t, "content-3-21").update(type="hypertextlabels"),
        "task 1, annotations[0].result[0].type: must be labels: regions of a Text tag",
    ),
    (
        "the same id",
        lambda t: region(t, "cue-35-38").update(id="content-3-21"),
        "task 1, annotations[0].result[6].id: is the id of another region too",
    ),
    (
        "a relation to nowhere",
        lambda t: results(t)[-1].update(to_id="nowhere"),
        "task 1, annotations[0].result[17].to_id: names no region of this annotation",
    ),
    (
        "two cues",
        lambda t: results(t).append({"type": "relation", "from_id": "content-3-21", "to_id": "cue-54-58"}),
        "task 1, annotations[0].result[0]: is related to more than one cue",
    ),
    (
        "a name of nobody",
        lambda t: control(t, "content-3-21", "kind")["value"].update(choices=["unknown"]),
        "task 1, annotations[0].result[0]: has a speaker's name and the kind unknown",
    ),
    (
        "a kind that is none",
        lambda t: control(t, "content-3-21", "kind")["value"].update(choices=["ghost"]),
        "task 1, annotations[0].result[2].value.choices[0]: must be one of person, organization, unnamed, unknown",
    ),
    (
        "a name too long",
        lambda t: control(t, "content-3-21", "speaker")["value"].update(text=["x" * 301]),
        "task 1, annotations[0].result[1].value.text[0]: has over 300 characters",
    ),
    (
        "half a character",
        lambda t: control(t, "content-3-21", "speaker")["value"].update(text=["\ud83d"]),
        "task 1, annotations[0].result[1].value.text[0]: holds a null character or half of a surrogate pair",
    ),
    (
        "no character",
        lambda t: control(t, "content-3-21", "speaker")["value"].update(text=["a\x00"]),
        "task 1, annotations[0].result[1].value.text[0]: holds a null character or half of a surrogate pair",
    ),
    (
        "memory broken",
        lambda t: t["data"]["quotes"][0].update(spans=[[1]]),
        "task 1, data.quotes[0].spans[0]: must be a list of start and end",
    ),
]


@pytest.mark.parametrize(
    ("wrong", "message"), [each[1:] for each in WRONG_TASKS], ids=[each[0] for each in WRONG_TASKS]
)
def test_wrong_label_studio_file_is_refused_with_task_and_field(
    wrong: Callable[[Json], Json], message: str, annotated: Json, text_of: Any
) -> None:
    wrong(annotated)
    with pytest.raises(ImportFileError) as error:
        read_label_studio(json.dumps([annotated]).encode(), text_of)
    assert str(error.value) == message
    assert error.value.code == "bad_import"


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


READERS = pytest.mark.parametrize("read", [read_label_studio, read_doccano])


@READERS
@pytest.mark.parametrize(
    "data",
    [
        b"[" * 10_000_000,
        b'{"data":' * 1_000_000,
        b'[{"a":' * 1_000_000,
        b'{"data": {"article_id": ' + b"[" * 400 + b"]" * 400 + b'}, "annotations": [{"result": []}]}',
        b"1" * 10_000,
        b"\x00" * 1000,
        b'"text"',
        b"[null, 1, true]",
        b"\xef\xbb\xbf{",
        '[{"data":{},"annotations":[{"result":{}}]}]'.encode("utf-16"),
    ],
    ids=["lists", "objects", "both", "deep", "digits", "nulls", "text", "scalars", "mark", "utf-16"],
)
def test_hostile_file_is_refused(read: Callable[[bytes, Any], object], data: bytes) -> None:
    with pytest.raises(ImportFileError):
        read(data, {"a": "text"}.get)


@READERS
def test_file_over_the_limit_is_refused_unread(
    read: Callable[[bytes, Any], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 5)
    with pytest.raises(ImportFileError, match=r"^the file: has over 5 bytes$"):
        read(b"[     ]", {}.get)


@pytest.mark.parametrize("field", ["entities", "relations", "quotes"])
def test_more_than_an_article_has_is_refused(field: str, example: Json, text_of: Any) -> None:
    example[field] = example[field] * 10_000
    with pytest.raises(ImportFileError, match=rf"^line 1, {field}: has over 10,000 items$"):
        read_doccano(encoded(example), text_of)


def test_more_results_than_an_annotation_has_are_refused(annotated: Json, text_of: Any) -> None:
    annotated["annotations"][0]["result"] *= 10_000
    with pytest.raises(ImportFileError, match=r"^task 1, annotations\[0\].result: has over 50,000 items$"):
        read_label_studio(encoded([annotated]), text_of)


def test_contents_that_cover_the_text_again_and_again_are_refused(example: Json, text_of: Any) -> None:
    example["entities"] = [{"id": i, "label": "content", "start_offset": 2 + i, "end_offset": 90} for i in range(20)]
    example["relations"] = []
    with pytest.raises(ImportFileError, match=r"^line 1: the contents cover the text over 8 times$"):
        read_doccano(encoded(example), text_of)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 100) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def put(value: Json, path: list[int], new: Json) -> Json:
    """``value`` with one part replaced, somewhere down the path."""
    if not path or not isinstance(value, dict | list) or not value:
        return new
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = keys[path[0] % len(keys)]
    value[key] = put(value[key], path[1:], new)
    return value


@given(path=st.lists(st.integers(0, 100), max_size=8), new=JSON)
def test_a_record_with_anything_anywhere_is_read_or_refused(path: list[int], new: Json, article: ArticleQuotes) -> None:
    text_of = {article.article.id: article.article.text}.get
    accepted: Json = json.loads(json.dumps(task(article)))
    accepted["annotations"] = [{"result": accepted.pop("predictions")[0]["result"]}]
    minimal: Json = json.loads(json.dumps(accepted["data"])) | {
        "annotation_id": 1,
        "label": [each["value"] for each in accepted["annotations"][0]["result"] if each["type"] == "labels"],
    }
    example: Json = json.loads(json.dumps(record(article)))
    for read, whole in ((read_label_studio, accepted), (read_label_studio, minimal), (read_doccano, example)):
        try:
            found = read(json.dumps(put(whole, path, new)).encode(), text_of)
        except ImportFileError as error:
            assert error.problems
        else:
            assert all(
                0 <= span.start < span.end <= len(article.article.text)
                for each in found
                for quote in each.quotes
                for span in quote.spans
            )
