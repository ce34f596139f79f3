"""The table of sentences for ``act``, the cue file's own consistency, and what must hold for any text."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.attribution.cues import CueLexicon, act_of
from ainoi.schema import Act
from sentence_markup import parse, rows

FOLDER = Path(__file__).parents[3] / "models" / "ainoi" / "lang" / "vi"
LEXICON = CueLexicon.load(FOLDER)
TABLE = rows(Path(__file__).with_name("act_table.tsv"))


@pytest.mark.parametrize(("sentence", "expected", "note"), TABLE)
def test_act_as_the_table_says(sentence: str, expected: str, note: str) -> None:
    marked = parse(sentence)
    act = None if expected == "none" else Act(expected)
    assert act_of(marked.text, marked.cue, marked.contents[0], LEXICON) is act, note


def test_table_covers_at_least_sixty_sentences_and_repeats_none() -> None:
    assert len({sentence for sentence, _, _ in TABLE}) == len(TABLE) >= 60


def test_at_least_three_hundred_cues_in_lower_case_nfc_and_each_once() -> None:
    lines = [
        line for line in (FOLDER / "cues.tsv").read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")
    ]
    cues = [line.split("\t")[0] for line in lines[1:]]
    assert len(cues) >= 300
    assert len(set(cues)) == len(cues) == len(LEXICON.cues)
    assert [unicodedata.normalize("NFC", cue.lower()) for cue in cues] == cues


def test_denials_and_only_denials_have_negative_polarity() -> None:
    assert all((cue.act is Act.DENIAL) == (cue.polarity == "negative") for cue in LEXICON.cues.values())


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("nói\tstatement\tmaybe\t\t", "polarity"),
        ("nói\tstatement\tpositive\tweak\t", "force"),
        ("\tstatement\tpositive\t\t", "empty"),
        ("nói\tsong\tpositive\t\t", "song"),
    ],
)
def test_wrong_line_is_refused_with_what_is_wrong(tmp_path: Path, row: str, message: str) -> None:
    (tmp_path / "cues.tsv").write_text(f"# head\ncue\tact\tpolarity\tforce\tnotes\n{row}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        CueLexicon.load(tmp_path)


@given(text=st.text() | st.text(alphabet="nói hỏi?“” không\n."), data=st.data())
def test_any_text_and_spans_give_an_act_or_none(text: str, data: st.DataObject) -> None:
    offset = st.integers(0, len(text))
    span = st.tuples(offset, offset).map(lambda pair: (min(pair), max(pair)))
    assert act_of(text, data.draw(st.none() | span), data.draw(span), LEXICON) in (None, *Act)
