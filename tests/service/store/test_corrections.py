"""What people say of single quotes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ainoi import Article, Span, Speaker
from ainoi.pipeline import _quote_id
from ainoi.schema import Method, SpeakerKind
from ainoi_service.store import changes, corrections, quotes, speakers
from ainoi_service.store.engine import Store, open_store, sqlite_url
from ainoi_service.store.ingest import prepared, put
from ainoi_service.store.records import StoredQuote
from annotated_articles import PESKOV, UNKNOWN, annotated, person, quote

ARTICLE = Article(text="Ông Peskov nói: “Chúng tôi sẵn sàng”. Theo bà Lan, giá điện sẽ giảm.", id="a")
TALK = quote(ARTICLE, "Chúng tôi sẵn sàng", mention="Ông Peskov")
PRICE = quote(ARTICLE, "giá điện sẽ giảm", UNKNOWN)
LAN = person("Nguyễn Thị Lan", "name:nguyen thi lan", method=Method.NONE, confidence=1.0)


@pytest.fixture(autouse=True)
def stored(store: Store) -> None:
    put(store, ARTICLE, annotated(ARTICLE, [TALK, PRICE]))


def read(store: Store, id: str) -> StoredQuote:
    with store.read() as connection:
        found = quotes.by_id(connection, id)
    assert found is not None
    return found


def test_a_quote_id_is_the_annotator_s() -> None:
    spans = [Span(start=3, end=9), Span(start=12, end=20)]
    assert corrections.quote_id("a1", spans) == _quote_id("a1", spans)


@pytest.mark.parametrize("verdict", ["right", "wrong"])
def test_a_mark_is_kept_with_its_time(store: Store, verdict: corrections.Verdict) -> None:
    before = read(store, TALK.id)
    marked = corrections.mark(store, TALK.id, verdict)
    assert marked == read(store, TALK.id)
    assert marked is not None
    assert (marked.checked, marked.checked_at) == (verdict, "2025-12-04T10:00:00+00:00")
    assert marked.quote() == before.quote()
    with store.read() as connection:
        assert changes.since(connection, 1) == (2, [1])


def test_a_mark_can_be_taken_back(store: Store) -> None:
    before = read(store, TALK.id)
    corrections.mark(store, TALK.id, "wrong")
    assert corrections.mark(store, TALK.id, None) == before


def test_a_quote_that_is_not_there_cannot_be_checked(store: Store) -> None:
    assert corrections.mark(store, "none", "right") is None
    assert corrections.correct_speaker(store, "none", LAN) is None
    with store.read() as connection:
        assert changes.last(connection) == 1


def test_a_corrected_speaker_takes_the_place_of_the_machine_s(store: Store) -> None:
    corrected = corrections.correct_speaker(store, PRICE.id, LAN)
    assert corrected == read(store, PRICE.id)
    assert corrected is not None
    assert (corrected.speaker, corrected.checked) == (LAN, "corrected")
    assert [each.id for each in speakers.find(store, "nguyen thi lan")] == ["name:nguyen thi lan"]


def test_a_speaker_nobody_quotes_any_more_is_gone(store: Store) -> None:
    corrections.correct_speaker(store, TALK.id, LAN)
    assert speakers.find(store, "Peskov") == []
    assert speakers.get(store, "dmitry-peskov") is None


def test_an_alias_nobody_is_named_by_any_more_is_gone(store: Store) -> None:
    other = Article(text="Phát ngôn viên Peskov nói: “Không”.", id="b")
    put(store, other, annotated(other, [quote(other, "Không", mention="Phát ngôn viên Peskov")]))
    corrections.correct_speaker(store, TALK.id, LAN)
    peskov = speakers.get(store, "dmitry-peskov")
    assert peskov is not None
    assert peskov.aliases == ("Phát ngôn viên Peskov",)


def test_a_person_may_say_that_the_speaker_is_not_named(store: Store) -> None:
    corrected = corrections.correct_speaker(store, TALK.id, Speaker(kind=SpeakerKind.UNNAMED, confidence=1.0))
    assert corrected is not None
    assert (corrected.speaker_number, corrected.speaker.kind, corrected.speaker.name) == (None, "unnamed", None)


def test_a_corrected_quote_stays_corrected_unless_it_is_wrong(store: Store) -> None:
    corrections.correct_speaker(store, TALK.id, LAN)
    verdicts: list[corrections.Verdict | None] = ["right", None, "wrong"]
    marked = [corrections.mark(store, TALK.id, verdict) for verdict in verdicts]
    assert [each.checked for each in marked if each] == ["corrected", "corrected", "wrong"]


@pytest.mark.parametrize(
    ("name", "kind", "speaker"),
    [
        ("dmitry-peskov", SpeakerKind.PERSON, ("dmitry-peskov", "Dmitry Peskov")),
        ("Dmitry  Peskov ", SpeakerKind.PERSON, ("dmitry-peskov", "Dmitry Peskov")),
        ("ông Peskov", SpeakerKind.PERSON, ("dmitry-peskov", "Dmitry Peskov")),
        ("Nguyễn Thị Lan", SpeakerKind.PERSON, ("name:nguyen thi lan", "Nguyễn Thị Lan")),
        ("Lan", SpeakerKind.PERSON, ("article:lan", "Lan")),
        ("VOV", SpeakerKind.ORGANIZATION, ("name:vov", "VOV")),
    ],
)
def test_whom_a_person_means(store: Store, name: str, kind: SpeakerKind, speaker: tuple[str, str]) -> None:
    chosen = corrections.chosen_speaker(store, name, kind)
    assert (chosen.id, chosen.name) == speaker


def test_what_a_person_checked_survives_the_machine_s_going_down(tmp_path: Path) -> None:
    """Corrections wait for the disk; ``test_engine`` shows that ``durable`` does."""
    store = open_store(sqlite_url(tmp_path))
    put(store, ARTICLE, annotated(ARTICLE, [TALK]))
    corrections.mark(store, TALK.id, "right")
    store.close()
    store = open_store(sqlite_url(tmp_path))
    assert read(store, TALK.id).checked == "right"
    assert prepared(ARTICLE).id == read(store, TALK.id).article.id
    assert read(store, TALK.id).speaker == PESKOV
    store.close()
