"""How sure a named speaker is, and when he is not named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.confidence import odds
from ainoi.resolve.certainty import SPEAKER_EVIDENCE, speaker_evidence, sure, weighed
from ainoi.schema import Candidate, Method, Speaker, SpeakerKind

TAM = Speaker(
    id="name:le van tam",
    name="Lê Văn Tám",
    kind=SpeakerKind.PERSON,
    role="Giám đốc",
    method=Method.PRONOUN,
    confidence=0.6,
    alternatives=(
        Candidate(id="name:tran thi hoa", name="Trần Thị Hoa", kind=SpeakerKind.PERSON, confidence=0.3),
        Candidate(id="name:do hung", name="Đỗ Hùng", kind=SpeakerKind.PERSON, confidence=0.1),
    ),
)
KINDS = ["person", "organization", "unnamed"]


def test_evidence_is_log_odds_of_every_step_on_the_way_to_the_speaker() -> None:
    found = speaker_evidence(TAM, (1.0, 2.0, 3.0, 4.0, 0.0), (0.9, 0.05, 0.05), KINDS)
    assert found == (odds(0.6), 3.0, 2.0, 1.0, odds(0.9))
    assert len(found) == len(SPEAKER_EVIDENCE)


def test_without_a_source_the_kind_says_nothing() -> None:
    assert speaker_evidence(TAM, (0.0,) * 5, (), KINDS)[-1] == 0.0


def test_weights_give_the_confidence_and_the_alternatives_share_the_rest() -> None:
    speaker = weighed(TAM, (0.0, 1.0, 0.0, 0.0, 0.0, 0.0), (odds(0.8), 0.0, 0.0, 0.0, 0.0))
    assert speaker.confidence == 0.8
    assert [other.confidence for other in speaker.alternatives] == [0.15, 0.05]
    assert (speaker.name, speaker.method) == (TAM.name, TAM.method)


def test_a_doubtful_speaker_is_reported_as_unknown_with_the_name_as_alternative() -> None:
    speaker = sure(TAM, 0.7)
    assert (speaker.kind, speaker.name, speaker.role, speaker.confidence) == (
        SpeakerKind.UNKNOWN,
        None,
        "Giám đốc",
        0.4,
    )
    assert [other.name for other in speaker.alternatives] == ["Lê Văn Tám", "Trần Thị Hoa", "Đỗ Hùng"]
    assert sure(TAM, 0.6) is TAM


def test_a_speaker_without_a_name_stays_who_he_is() -> None:
    nobody = Speaker(kind=SpeakerKind.UNNAMED, confidence=0.1)
    assert sure(nobody, 0.99) is nobody


@pytest.mark.parametrize("confidence", [0.0, 0.5, 1.0])
@given(
    weights=st.lists(st.floats(-50, 50), min_size=6, max_size=6),
    evidence=st.lists(st.floats(-9, 9), min_size=5, max_size=5),
)
def test_confidences_stay_probabilities(confidence: float, weights: list[float], evidence: list[float]) -> None:
    speaker = weighed(TAM.model_copy(update={"confidence": confidence}), weights, evidence)
    assert 0 <= speaker.confidence <= 1
    assert all(0 <= other.confidence <= 1 for other in speaker.alternatives)
