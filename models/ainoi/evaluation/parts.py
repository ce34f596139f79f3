"""Parts of the annotator that can be left out when it is scored, see :mod:`ainoi.evaluation.without`."""

PARTS = {
    "registry": "knows no people, bodies, offices and outlets beforehand",
    "links": "the nearest cue, and the source nearest to it, in place of what the network links",
    "antecedents": "whom a pronoun or description means by rules alone",
    "confidence": "quotes kept by the probability of their content alone",
}
"""What can be left out, and what happens then."""
