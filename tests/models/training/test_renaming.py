"""Other names for the speakers of gold articles."""

from __future__ import annotations

import random
import unicodedata

import pytest

from ainoi.lang import LanguagePack
from ainoi.resolve.names import NameFinder
from ainoi.training.augment import decomposed
from ainoi.training.renaming import Renamer
from gold_articles import Record, article, assert_sound, readings, shown

CHANGED = ("spans", "cue", "mention", "speaker", "aliases", "via")


@pytest.mark.parametrize(
    ("text", "speaker", "aliases", "expected"),
    [
        ("{m:Đại sứ Robert Fico}: [Fico đi].", "Robert Fico", ["Fico"], "{m:Đại sứ Angela Merkel}: [Merkel đi]."),
        ("{m:R. Fico}: [đi]. FICO về.", "Robert Fico", [""], "{m:A. Merkel}: [đi]. MERKEL về."),
        ("Ngày {m:Robert M. Fico}: [đi].", "Robert Fico", ["Robert M. Fico"], "Ngày {m:Angela M. Merkel}: [đi]."),
        ("{m:Phi-cô}: [đi].", "Robert Fico", ["Phi-cô"], "{m:Merkel}: [đi]."),
        ("{m:Robert Ficko}: [đi].", "Robert Fico", ["Ficko"], "{m:Angela Merkel}: [đi]."),
        ("{m:Robbert Ficko}: [đi].", "Robert Fico", ["Robbert Ficko"], "{m:Angela Merkel}: [đi]."),
        ("{m:Rô-bớt Phi-cô}: [đi].", "Robert Fico", ["Rô-bớt Phi-cô"], "{m:Angela Merkel}: [đi]."),
        ("{m:Đại sứ Israel Katz}: [Israel đi].", "Israel Katz", ["Katz"], "{m:Đại sứ Angela Merkel}: [Israel đi]."),
        ("{m:Thủ tướng}: [đi].", "Robert Fico", ["Fico"], "{m:Thủ tướng}: [đi]."),
        ("{m:Ông Lê Văn Chính}: [đi]. Chính phủ và ông Chính về.", "Lê Văn Chính", ["Chính"],
         "{m:Ông Trần Đức Thắng}: [đi]. Chính phủ và ông Thắng về."),
        ("{m:Tiến sĩ Lê Văn Tiến}: [đi].", "Lê Văn Tiến", ["Tiến"], "{m:Tiến sĩ Trần Đức Thắng}: [đi]."),
        ("{m:V.T.H.}: [đi].", "V.T.H.", [], "{m:V.T.H.}: [đi]."),
    ],
)  # fmt: skip
def test_all_forms_of_a_name_change(
    pack: LanguagePack, text: str, speaker: str, aliases: list[str], expected: str
) -> None:
    donors = [
        article("{m:Bà Merkel} [đi].", speaker="Angela Merkel"),
        article("{m:Ông Thắng} [đi].", speaker="Trần Đức Thắng"),
    ]
    renamer = Renamer(NameFinder(pack.names), pack.names, donors)
    record = article(text, speaker=speaker, aliases=aliases)
    assert shown(renamer(record, random.Random(0))) == expected


def test_speakers_aliases_title_and_joint_speakers_follow(renamer: Renamer) -> None:
    joint = article(
        "{m:Ông Donald Trump} {c:nói} [đi].",
        "{m:Bà Melania Trump} {c:nói} [về].",
        "{m:Donald Trump và vợ} {c:nói} [ở].",
    )
    speakers = [("Donald Trump", ["Trump", "tài liệu"]), ("Melania Trump", ["Trump"]), ("Donald Trump và vợ", [])]
    for quote, (speaker, aliases) in zip(joint["quotes"], speakers, strict=True):
        quote.update(speaker=speaker, aliases=aliases, kind="person")
    joint["title"] = "Chính quyền Trump"
    renamed = renamer(joint, random.Random(3))
    first, last = renamed["quotes"][0]["speaker"].split()
    hers = renamed["quotes"][1]["speaker"].split()[0]
    assert {first, last, hers}.isdisjoint({"Donald", "Melania", "Trump"})
    assert [quote["speaker"] for quote in renamed["quotes"]] == [
        f"{first} {last}",
        f"{hers} {last}",
        f"{first} {last} và vợ",
    ]
    assert [quote["aliases"] for quote in renamed["quotes"]] == [[last, "tài liệu"], [last], []]
    assert renamed["title"] == f"Chính quyền {last}"
    assert shown(renamed) == shown(joint).replace("Donald Trump", f"{first} {last}").replace(
        "Melania Trump", f"{hers} {last}"
    )


def test_organizations_are_renamed_on_demand(renamer: Renamer) -> None:
    record = article("{m:Reuters} {c:nói} [đi].", "Reuters về.", speaker="Reuters")
    record["quotes"][0].update(kind="organization", via="Reuters")
    assert renamer(record, random.Random(0)) == record
    renamed = renamer(record, random.Random(0), organizations=True)
    name = renamed["quotes"][0]["speaker"]
    assert name != "Reuters"
    assert renamed["quotes"][0]["via"] == name
    assert shown(renamed) == shown(record).replace("Reuters", name)


def test_a_name_in_decomposed_letters_stays_so(renamer: Renamer) -> None:
    plain = article("{m:Ông Lê Văn Chính} {c:nói} [đi].", speaker="Lê Văn Chính")
    apart = decomposed(plain, tones_only=False)
    renamed = renamer(apart, random.Random(0))
    assert unicodedata.is_normalized("NFD", renamed["text"])
    assert readings(renamed) == readings(renamer(plain, random.Random(0))) != readings(plain)


def test_renaming_touches_names_only(gold: list[Record], renamer: Renamer) -> None:
    def small_words(text: str) -> list[str]:
        return [word for word in text.split() if word[0].islower()]

    changes = 0
    for record in gold:
        renamed = renamer(record, random.Random(record["id"]), organizations=True)
        assert_sound(renamed)
        for old, new in zip(record["quotes"], renamed["quotes"], strict=True):
            changes += old["speaker"] != new["speaker"]
            assert {**old, **dict.fromkeys(CHANGED)} == {**new, **dict.fromkeys(CHANGED)}
            for (start, end), (first, last) in zip(spans_of(old), spans_of(new), strict=True):
                assert small_words(record["text"][start:end]) == small_words(renamed["text"][first:last])
    assert changes > 100


def spans_of(quote: Record) -> list[list[int]]:
    return [span for span in (*quote["spans"], quote["cue"], quote["mention"]) if span]
