"""Whole articles as a person left them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ainoi import Article, Quote, Span, Speaker
from ainoi.schema import Act, QuoteType, SpeakerKind
from ainoi_service.store import changes, quotes, speakers
from ainoi_service.store.checked import CheckedCounts, put_checked
from ainoi_service.store.corrections import mark, quote_id
from ainoi_service.store.engine import Store
from ainoi_service.store.ingest import prepared, put
from ainoi_service.store.records import StoredQuote
from annotated_articles import FIRST, PESKOV, SECOND, UNKNOWN, annotated, person, quote, text_span

ARTICLE = Article(
    text="Ông Peskov nói: “Chúng tôi sẵn sàng, nếu họ muốn”. Theo bà Lan, giá điện sẽ giảm. Ông Tư hỏi khi nào. Hết.",
    id="a",
)
ID = prepared(ARTICLE).id
TALK = quote(ARTICLE, "Chúng tôi sẵn sàng, nếu họ muốn", mention="Ông Peskov", cue="nói", said_on="2025")
PRICE = quote(ARTICLE, "giá điện sẽ giảm", UNKNOWN, type=QuoteType.INDIRECT)
WHEN = quote(ARTICLE, "khi nào", UNKNOWN, type=QuoteType.INDIRECT, act=Act.QUESTION)


@dataclass(frozen=True)
class Written:
    """A quote as a file has it."""

    spans: tuple[Span, ...]
    cue: Span | None = None
    mention: Span | None = None
    speaker: Speaker | None = None
    type: QuoteType | None = None
    act: Act | None = None
    denied: bool | None = None


def unchanged(quote: Quote) -> Written:
    return Written(quote.spans, quote.cue, quote.mention)


def words(text: str, **more: object) -> Written:
    span = text_span(ARTICLE.text, text)
    return Written((Span(start=span.start, end=span.end),), **more)  # type: ignore[arg-type]


def read(store: Store) -> list[StoredQuote]:
    with store.read() as connection:
        return quotes.of_article(connection, ID)


@pytest.fixture(autouse=True)
def stored(store: Store) -> None:
    put(store, ARTICLE, annotated(ARTICLE, [TALK, PRICE, WHEN]))


def test_what_a_person_left_as_it_was_is_right(store: Store) -> None:
    counts = put_checked(store, ID, [unchanged(TALK), unchanged(PRICE), unchanged(WHEN)])
    assert counts == CheckedCounts(right=3, corrected=0, wrong=0)
    assert [(each.quote(), each.checked, each.model) for each in read(store)] == [
        (each, "right", FIRST) for each in (TALK, PRICE, WHEN)
    ]
    with store.read() as connection:
        assert changes.since(connection, 1) == (2, [1])


def test_what_a_person_struck_out_is_wrong(store: Store) -> None:
    assert put_checked(store, ID, [unchanged(PRICE)]) == CheckedCounts(right=1, corrected=0, wrong=2)
    assert [each.checked for each in read(store)] == ["wrong", "right", "wrong"]


def test_a_repeat_is_not_struck_out_with_what_a_file_leaves_out(store: Store) -> None:
    repeat = PRICE.model_copy(update={"repeat_of": TALK.id})
    put(store, ARTICLE, annotated(ARTICLE, [TALK, repeat], SECOND))
    put_checked(store, ID, [unchanged(TALK)])
    assert [each.checked for each in read(store)] == ["right", None]


def test_another_speaker_cue_mention_act_type_or_denial_is_a_correction(store: Store) -> None:
    lan = person("Nguyễn Thị Lan", confidence=1.0)
    cue, mention = text_span(ARTICLE.text, "Theo"), text_span(ARTICLE.text, "bà Lan")
    written = [
        words(TALK.text, cue=text_span(ARTICLE.text, "nói"), mention=TALK.mention, denied=True),
        words(PRICE.text, cue=cue, mention=mention, speaker=lan),
        words(WHEN.text, act=Act.STATEMENT, type=QuoteType.MIXED),
    ]
    assert put_checked(store, ID, written) == CheckedCounts(right=0, corrected=3, wrong=0)
    talk, price, when = read(store)
    assert talk.quote() == TALK.model_copy(update={"denied": True})
    assert (price.cue, price.mention, price.speaker.id) == (cue, mention, "name:nguyen thi lan")
    assert (when.act, when.type, when.model, when.checked) == ("statement", "mixed", FIRST, "corrected")


def test_a_speaker_named_as_before_is_no_correction(store: Store) -> None:
    same = person("Dmitry Peskov", confidence=1.0)
    written = Written(TALK.spans, TALK.cue, TALK.mention, speaker=same)
    assert put_checked(store, ID, [written]) == CheckedCounts(right=1, corrected=0, wrong=2)
    assert read(store)[0].speaker == PESKOV


def test_a_known_name_is_the_known_speaker(store: Store) -> None:
    put_checked(store, ID, [words(PRICE.text, speaker=person("dmitry peskov", confidence=1.0)), unchanged(TALK)])
    assert [each.speaker.id for each in read(store)[:2]] == ["dmitry-peskov", "dmitry-peskov"]


def test_other_bounds_make_a_new_quote_in_the_place_of_the_old_one(store: Store) -> None:
    written = words("Chúng tôi sẵn sàng", cue=TALK.cue, mention=TALK.mention)
    assert put_checked(store, ID, [written, unchanged(PRICE)]) == CheckedCounts(right=1, corrected=1, wrong=1)
    new, price, when = read(store)
    assert (new.id, new.text, new.type) == (quote_id(ID, written.spans), "Chúng tôi sẵn sàng", "direct")
    assert (new.speaker, new.said_on, new.confidence) == (TALK.speaker, "2025", 1.0)
    assert (new.model, new.checked) == (None, "corrected")
    assert (price.checked, when.checked) == ("right", "wrong")


def test_a_quote_that_no_model_found_is_added_in_its_place(store: Store) -> None:
    put_checked(store, ID, [unchanged(TALK), words("Theo bà Lan"), unchanged(PRICE), unchanged(WHEN)])
    added = read(store)[1]
    assert (added.position, added.text, added.type, added.speaker.kind) == (1, "Theo bà Lan", "indirect", "unknown")
    assert (added.model, added.checked, added.act) == (None, "corrected", None)


def test_links_to_a_replaced_quote_lead_to_what_replaced_it(store: Store) -> None:
    inner = quote(ARTICLE, "nếu họ muốn", UNKNOWN, nested_in=TALK.id, type=QuoteType.DIRECT)
    put(store, ARTICLE, annotated(ARTICLE, [TALK, inner], SECOND))
    longer = words("“Chúng tôi sẵn sàng, nếu họ muốn”", mention=TALK.mention)
    put_checked(store, ID, [longer, unchanged(inner)])
    assert [each.nested_in for each in read(store)] == [None, quote_id(ID, longer.spans)]


def test_a_model_leaves_all_of_it_alone(store: Store) -> None:
    put_checked(store, ID, [words("Chúng tôi sẵn sàng"), unchanged(PRICE)])
    before = read(store)
    put(store, ARTICLE, annotated(ARTICLE, [TALK, PRICE, WHEN], SECOND))
    assert read(store) == before


def test_what_was_wrong_is_right_if_the_person_now_says_so(store: Store) -> None:
    mark(store, PRICE.id, "wrong")
    put_checked(store, ID, [unchanged(PRICE)])
    assert read(store)[1].checked == "right"


def test_taking_in_the_same_file_again_changes_nothing(store: Store) -> None:
    written = [
        words("Chúng tôi sẵn sàng"),
        unchanged(PRICE),
        words("Hết", speaker=person("Trần Văn Tư", confidence=1.0)),
    ]
    put_checked(store, ID, written)
    before = read(store)
    put_checked(store, ID, written)
    assert read(store) == before


def test_speakers_nobody_quotes_any_more_are_gone(store: Store) -> None:
    nobody = Speaker(kind=SpeakerKind.UNNAMED, confidence=1.0)
    put_checked(store, ID, [Written(TALK.spans, TALK.cue, TALK.mention, speaker=nobody)])
    assert speakers.find(store, "Dmitry Peskov") == []


def test_an_article_that_is_not_there(store: Store) -> None:
    assert put_checked(store, "none", []) is None


@pytest.mark.parametrize(
    "spans", [(), ((0, 10_000),), ((5, 9), (1, 3)), ((1, 5), (4, 9))], ids=["none", "outside", "order", "overlap"]
)
def test_spans_that_cannot_be_are_refused_and_nothing_is_written(
    store: Store, spans: tuple[tuple[int, int], ...]
) -> None:
    before = read(store)
    with pytest.raises(ValueError, match="spans"):
        put_checked(store, ID, [unchanged(PRICE), Written(tuple(Span(start=a, end=b) for a, b in spans))])
    assert read(store) == before
