"""Corrected files of Label Studio: what a person changed arrives, and what is wrong is said with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ainoi import Span, Speaker
from ainoi.schema import Act, QuoteType, SpeakerKind
from ainoi_service.exchange.articles import ArticleQuotes
from ainoi_service.exchange.checked import CheckedQuote, ImportFileError
from ainoi_service.exchange.label_studio_import import read_label_studio
from ainoi_service.exchange.offsets import Utf16
from corrected_files import FIRST, PESKOV, SECOND, Json, changed, control, encoded, of, region, results


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
