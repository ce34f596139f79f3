"""How sure a speaker is: the whole way to him counts, and who is not sure enough is not named."""

from __future__ import annotations

from collections.abc import Sequence

from ainoi.confidence import odds, probability
from ainoi.schema import Candidate, Method, Speaker, SpeakerKind

SPEAKER_EVIDENCE = ("resolution", "source", "cue", "content", "kind")
"""Log odds of: the way the mention was resolved being right, there being a source and a cue, the content's labels, and
the network's own guess of the speaker's kind being this kind."""


def speaker_evidence(
    speaker: Speaker, quote: Sequence[float], kinds: Sequence[float], names: Sequence[str]
) -> tuple[float, ...]:
    """What a named speaker's confidence is computed from.

    ``quote``: the quote's own evidence (:data:`ainoi.decode.quotes.EVIDENCE`). ``kinds``: probabilities of the kinds in
    ``names`` for its source; empty where there is none.
    """
    kind = dict(zip(names, kinds, strict=False)).get(str(speaker.kind), 0.5)
    return odds(speaker.confidence), quote[2], quote[1], quote[0], odds(kind)


def weighed(speaker: Speaker, weights: Sequence[float], evidence: Sequence[float]) -> Speaker:
    """A named speaker with a calibrated confidence; the alternatives share the rest as before."""
    confidence = round(probability(weights, evidence), 4)
    share = (1 - confidence) / max(1e-9, 1 - speaker.confidence)
    others = tuple(
        other.model_copy(update={"confidence": round(min(1.0, other.confidence * share), 4)})
        for other in speaker.alternatives
    )
    return speaker.model_copy(update={"confidence": confidence, "alternatives": others})


def sure(speaker: Speaker, threshold: float) -> Speaker:
    """The speaker, or an unknown one with that speaker as first alternative when it is less sure than ``threshold``."""
    if speaker.name is None or speaker.confidence >= threshold:
        return speaker
    doubtful = Candidate(id=speaker.id, name=speaker.name, kind=speaker.kind, confidence=speaker.confidence)
    return Speaker(
        kind=SpeakerKind.UNKNOWN,
        role=speaker.role,
        method=Method.NONE,
        confidence=round(1 - speaker.confidence, 4),
        alternatives=(doubtful, *speaker.alternatives),
    )
