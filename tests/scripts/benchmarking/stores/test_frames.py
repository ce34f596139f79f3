"""The sentences in which the seeds' quotes stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarking.stores.frames import CUE, SAID, WHO, Frame, frames


def gold(folder: Path, *quotes: tuple[str, str, str, str]) -> Path:
    """A gold file with a text for each quote: the text, what is said, the cue, the mention."""
    lines = []
    for text, said, cue, mention in quotes:
        places: dict[str, Any] = {
            "spans": [_place(text, said)],
            "cue": _place(text, cue),
            "mention": _place(text, mention),
        }
        lines.append(json.dumps({"text": text, "quotes": [places | {"nested": False}]}))
    file = folder / "gold.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def _place(text: str, words: str) -> list[int]:
    return [text.index(words), text.index(words) + len(words)]


BEFORE = ("Ông A hôm qua nói: “Tôi đi”.", "Tôi đi", "nói", "Ông A")
BEHIND = ('"Tôi đi", ông B cho biết.', "Tôi đi", "cho biết", "ông B")
PLAIN = ("Theo ông C, trời mưa.", "trời mưa", "Theo", "ông C")


def test_a_frame_is_the_sentence_with_places_in_it(tmp_path: Path) -> None:
    assert frames(gold(tmp_path, BEFORE, BEHIND, PLAIN, PLAIN)) == [
        Frame((WHO, " hôm qua ", CUE, ": “", SAID, "”", ""), "nói", True),
        Frame(('"', SAID, '", ', WHO, " ", CUE, "."), "cho biết", True),
        Frame((CUE, " ", WHO, ", ", SAID, "."), "Theo", False),
    ]


def test_what_has_much_between_its_parts_is_no_frame(tmp_path: Path) -> None:
    long = ("Ông D, người đã từng làm rất nhiều việc ở đây, nói trời mưa.", "trời mưa", "nói", "Ông D")
    assert len(frames(gold(tmp_path, BEFORE, PLAIN, long))) == 2


def test_both_kinds_are_needed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="with or without"):
        frames(gold(tmp_path, PLAIN))


def test_the_seeds_have_frames_of_both_kinds(root: Path) -> None:
    found = frames(root / "seeds" / "gold.jsonl")
    assert len(found) > 20
    assert all({WHO, CUE, SAID} <= set(frame.pieces) for frame in found)
