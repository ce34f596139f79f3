"""What goes over the pipes arrives as it was."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from ainoi import AinoiError, AnnotatedArticle, Article
from ainoi.errors import EmptyTextError, TextTooLongError
from ainoi_service.workers.answering import Answer, answer
from ainoi_service.workers.errors import AnnotatorFaultError
from ainoi_service.workers.frames import (
    packed_answer,
    packed_error,
    receive,
    send,
    unpacked_answer,
    unpacked_error,
)
from fake_annotator import POISON, FakeAnnotator


@given(st.lists(st.binary(max_size=100), max_size=5))
def test_frames_arrive_whole_and_in_order_and_half_a_frame_is_none(frames: list[bytes]) -> None:
    pipe = io.BytesIO()
    for frame in frames:
        send(pipe, frame)
    sent = pipe.getvalue()
    whole, broken = io.BytesIO(sent), io.BytesIO(sent + b"\x00\x00\x00\x09half")
    assert [receive(whole) for _ in (*frames, None)] == [*frames, None]
    assert [receive(broken) for _ in (*frames, None)] == [*frames, None]


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=40), min_size=1, max_size=4))
def test_an_annotation_arrives_as_it_was_whatever_its_text(texts: list[str]) -> None:
    articles = [Article(text=f"{text} “lời {text}” \n {text}", title=text) for text in texts]
    told = answer(FakeAnnotator(), articles)
    arrived = unpacked_answer(packed_answer(told))
    assert list(arrived.results) == list(told.results)


def test_each_error_arrives_with_its_class_code_and_message() -> None:
    errors = [EmptyTextError("no text"), TextTooLongError("too long"), AnnotatorFaultError("raised"), AinoiError("x")]
    annotated = answer(FakeAnnotator(), [Article(text="Có.")]).results[0]
    arrived = unpacked_answer(packed_answer(Answer([errors[0], annotated, *errors[1:]], {"tag": 0.5})))
    told = [
        (type(each), each.code, str(each)) if isinstance(each, AinoiError) else type(each) for each in arrived.results
    ]
    assert told == [
        (EmptyTextError, "empty", "no text"),
        AnnotatedArticle,
        (TextTooLongError, "too_long", "too long"),
        (AnnotatorFaultError, "annotator_fault", "raised"),
        (AinoiError, "error", "x"),
    ]
    assert arrived.stages == {"tag": 0.5}


def test_of_a_foreign_error_only_its_kind_arrives() -> None:
    assert str(unpacked_error(packed_error(RuntimeError("the text is: …")))) == "RuntimeError"


def test_what_is_no_unicode_text_is_the_fault_of_its_article_only() -> None:
    told = answer(FakeAnnotator(), [Article(text="Có “một”."), Article(text="x “\ud800”")])
    good, bad = unpacked_answer(packed_answer(told)).results
    assert good == told.results[0]
    assert isinstance(bad, AnnotatorFaultError)


def test_where_the_annotator_gives_another_number_of_results_each_article_is_tried_alone() -> None:
    class Forgetful(FakeAnnotator):
        def annotate_batch(self, articles, *, with_text=False):  # type: ignore[no-untyped-def]
            return [] if len(articles) > 1 or articles[0].text == POISON else super().annotate_batch(articles)

    good, bad = answer(Forgetful(), [Article(text="Có “một”."), Article(text=POISON)]).results
    assert good == answer(FakeAnnotator(), [Article(text="Có “một”.")]).results[0]
    assert isinstance(bad, AnnotatorFaultError)


def test_a_fault_of_the_annotator_is_told_by_kind_and_place_without_its_words() -> None:
    class Quoting(FakeAnnotator):
        def annotate_batch(self, articles, *, with_text=False):  # type: ignore[no-untyped-def]
            if any(POISON in article.text for article in articles):
                raise ValueError(articles[0].text)
            return super().annotate_batch(articles)

    told = answer(Quoting(), [Article(text="Có “một”."), Article(text=POISON), Article(text="Có “hai”.")]).results
    faults = [each for each in told if isinstance(each, AnnotatorFaultError)]
    assert len(told) == 3 and told[1] is faults[0] and len(faults) == 1
    assert "ValueError in test_frames.py, line" in str(faults[0])
    assert POISON not in str(faults[0])
