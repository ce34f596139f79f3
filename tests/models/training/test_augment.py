"""Gold articles in other garb: what changes, and that no record loses its words."""

from __future__ import annotations

import copy
import random
import unicodedata
from collections.abc import Callable

import pytest

from ainoi.lang import LanguagePack
from ainoi.training.augment import (
    STYLES,
    AugmentSettings,
    augment,
    crowded,
    decomposed,
    joined,
    left_open,
    respelled,
    restyled,
    shortened,
    shouted,
    split,
    widened,
    with_repeat,
    without_marks,
)
from ainoi.training.renaming import Renamer
from gold_articles import Record, article, assert_sound, readings, shown

Change = Callable[[Record, random.Random], Record]

ALWAYS = AugmentSettings(**dict.fromkeys(AugmentSettings.__dataclass_fields__, 1.0))
OFTEN = AugmentSettings(**dict.fromkeys(AugmentSettings.__dataclass_fields__, 0.4))


SAID = "{m:Ông} {c:nói}: “[Tôi đi]”, “một kế hoạch”."

KINDS: list[tuple[str, Change, str, str]] = [
    ("straight", lambda r, c: restyled(r, '"', '"'), SAID, '{m:Ông} {c:nói}: "[Tôi đi]", "một kế hoạch".'),
    ("angled", lambda r, c: restyled(r, "«", "»"), SAID, "{m:Ông} {c:nói}: «[Tôi đi]», «một kế hoạch»."),
    ("doubled", lambda r, c: restyled(r, "““", "””"), SAID, "{m:Ông} {c:nói}: ““[Tôi đi]””, ““một kế hoạch””."),
    ("wrong close", lambda r, c: restyled(r, "“", '"'), SAID, '{m:Ông} {c:nói}: “[Tôi đi]", “một kế hoạch".'),
    ("single", lambda r, c: restyled(r, "‘", "’"), SAID, "{m:Ông} {c:nói}: ‘[Tôi đi]’, ‘một kế hoạch’."),
    (
        "no single in double",
        lambda r, c: restyled(r, "‘", "’"),
        "“[Một ‘A’]”, ông {c:nói}.",
        "“[Một ‘A’]”, ông {c:nói}.",
    ),
    ("inner marks", lambda r, c: restyled(r, "«", "»"), "Ông {c:nói} [họ “rất” mệt].", "Ông {c:nói} [họ «rất» mệt]."),
    ("no marks", lambda r, c: without_marks(r), SAID, "{m:Ông} {c:nói}: [Tôi đi], một kế hoạch."),
    ("no inner marks", lambda r, c: without_marks(r), "Ông {c:nói} [“rất” mệt].", "Ông {c:nói} [rất mệt]."),
    ("marks without cue", lambda r, c: without_marks(r), "“[Tôi đi]”. “Kế hoạch”.", "“[Tôi đi]”. Kế hoạch."),
    (
        "marks of many",
        lambda r, c: without_marks(r),
        "“[Đi xa. Về gần]”, bà {c:nói}.",
        "“[Đi xa. Về gần]”, bà {c:nói}.",
    ),
    ("left open", lambda r, c: left_open(r, c, 1), "Bà {c:nói}: “[Tôi đi]”", "Bà {c:nói}: “[Tôi đi]"),
    ("not left open", lambda r, c: left_open(r, c), "“[Đi xa. Về gần]”, bà {c:nói}.", "“[Đi xa. Về gần]”, bà {c:nói}."),
    ("joined", lambda r, c: joined(r, c), "Lời dẫn¶¶ Bà {c:nói} [sẽ¶đi].", "Lời dẫn Bà {c:nói} [sẽ đi]."),
    ("split", lambda r, c: split(r, c), "Bà {c:nói}: “[Tôi đi. Tôi về]”. Hết.", "Bà {c:nói}: “[Tôi đi.¶Tôi về]”.¶Hết."),
    ("crowded", lambda r, c: crowded(r, c), "Bà {c:nói}: “[Đi, về]”, ông (A) đáp.", "Bà {c:nói}:“[Đi,về]”,ông(A)đáp."),
    ("crowded straight", lambda r, c: crowded(r, c), 'Bà {c:nói} "[Đi]" rồi về.', 'Bà {c:nói}"[Đi]"rồi về.'),
    ("crowded numbers", lambda r, c: crowded(r, c), "Bà {c:nói} [1, 2, ba].", "Bà {c:nói} [1, 2,ba]."),
    ("shouted", lambda r, c: shouted(r), "{m:Bà} {c:nói} [sẽ đi]. Ông về.", "{m:BÀ} {c:NÓI} [SẼ ĐI]. Ông về."),
]


@pytest.mark.parametrize(("change", "before", "after"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS])
def test_changes(change: Change, before: str, after: str) -> None:
    assert shown(change(article(before.replace("¶", "\n")), random.Random(0))) == after


@pytest.mark.parametrize(
    ("old", "modern"),
    [
        ("hòa", "hoà"),
        ("Hòa", "Hoà"),
        ("THỦY", "THUỶ"),
        ("khỏe", "khoẻ"),
        ("ủy ban hoàn toàn", "uỷ ban hoàn toàn"),
        ("quý", "quý"),
        ("quỷ Quỳ", "quỷ Quỳ"),
        ("loài, xoáy", "loài, xoáy"),
    ],
)
def test_tone_marks_stand_on_either_vowel(pack: LanguagePack, old: str, modern: str) -> None:
    spelling = pack.names.spelling
    assert respelled(article(old), spelling, modern=True)["text"] == modern
    assert respelled(article(modern), spelling, modern=False)["text"] == old


@pytest.mark.parametrize(
    ("tones_only", "text"),
    [(False, unicodedata.normalize("NFD", "Bà Huế để ý")), (True, "Ba\u0300 Huê\u0301 đê\u0309 y\u0301")],
)
def test_letters_are_taken_apart_from_their_marks(tones_only: bool, text: str) -> None:
    changed = decomposed(article("{m:Bà Huế} [để ý]"), tones_only=tones_only)
    assert changed["text"] == text
    assert readings(changed) == readings(article("{m:Bà Huế} [để ý]"))


def test_a_shortened_article_is_a_part_with_a_record() -> None:
    lines = ["Dòng đầu tiên của một bài báo khá dài, viết cho đủ chữ."] * 8
    record = article(*lines[:4], "{m:Bà Hoa} {c:nói} [sẽ đi ngay].", *lines[4:], by="\n")
    texts = {shortened(record, random.Random(seed))["text"] for seed in range(60)}
    assert len(texts) > 5
    assert all(text in record["text"] and "Bà Hoa nói sẽ đi ngay." in text for text in texts)
    assert shortened(article("Bà {c:nói} [đi]."), random.Random(0)) == article("Bà {c:nói} [đi].")


SAME_WORDS: list[tuple[str, Change]] = [
    *(
        (f"style {opening}{closing}", lambda r, c, o=opening, e=closing: restyled(r, o, e))
        for opening, closing in STYLES
    ),
    ("without marks", lambda r, c: without_marks(r)),
    ("left open", left_open),
    ("joined", joined),
    ("split", split),
    ("crowded", crowded),
    ("widened", lambda r, c: widened(r, c, 10.0)),
    ("shouted", lambda r, c: shouted(r)),
    ("decomposed", lambda r, c: decomposed(r, tones_only=False)),
    ("tones apart", lambda r, c: decomposed(r, tones_only=True)),
]


@pytest.mark.parametrize("change", [change for _, change in SAME_WORDS], ids=[name for name, _ in SAME_WORDS])
def test_no_record_loses_its_words(gold: list[Record], change: Change) -> None:
    for record in gold:
        changed = change(record, random.Random(record["id"]))
        assert readings(changed) == readings(record)
        assert_sound(changed)


@pytest.mark.parametrize("modern", [False, True])
def test_respelled_records_keep_their_words(gold: list[Record], pack: LanguagePack, modern: bool) -> None:
    for record in gold:
        changed = respelled(record, pack.names.spelling, modern=modern)
        assert readings(changed) == readings(record)
        assert len(changed["text"]) == len(record["text"])


def test_a_part_of_an_article_has_some_of_its_records(gold: list[Record]) -> None:
    for record in gold:
        shorter = shortened(record, random.Random(record["id"]))
        assert shorter["text"] in record["text"]
        known = set(readings(record))
        known |= {(spans, cue, None) for spans, cue, _ in known}
        assert set(readings(shorter)) <= known
        assert_sound(shorter)


def test_a_repeat_adds_records_that_are_there_already(gold: list[Record]) -> None:
    for record in gold:
        longer = with_repeat(record, random.Random(record["id"]))
        assert len(longer["text"]) > len(record["text"])
        assert set(readings(longer)) == set(readings(record))
        assert len(longer["quotes"]) >= len(record["quotes"])
        assert_sound(longer)


def test_augmented_articles_are_sound_and_the_same_for_the_same_chance(
    gold: list[Record], pack: LanguagePack, renamer: Renamer
) -> None:
    for number, record in enumerate(gold):
        before = copy.deepcopy(record)
        settings = ALWAYS if number % 4 == 0 else OFTEN
        one, other = (
            augment(record, random.Random(number), settings, names=renamer, spelling=pack.names.spelling)
            for _ in range(2)
        )
        assert one == other
        assert record == before
        assert one["id"] == record["id"]
        assert one["quotes"] or not record["quotes"]
        assert_sound(one)


@pytest.mark.parametrize("text", ["", " ", "\n", "“", "”’'\"", "a", "Không có gì. Cả."])
@pytest.mark.parametrize("seed", range(5))
def test_articles_without_records_can_be_augmented(pack: LanguagePack, renamer: Renamer, text: str, seed: int) -> None:
    record = {"id": "a", "text": text, "quotes": []}
    changed = augment(record, random.Random(seed), ALWAYS, names=renamer, spelling=pack.names.spelling)
    assert changed["quotes"] == []


def test_nothing_happens_at_no_chance() -> None:
    never = AugmentSettings(**dict.fromkeys(AugmentSettings.__dataclass_fields__, 0.0))
    record = article("{m:Ông} {c:nói}: “[đi]”.")
    assert augment(record, random.Random(0), never) is record


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_a_probability_outside_of_0_to_1_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="crowd"):
        AugmentSettings(crowd=value)
