"""What ``/metrics`` says, for tests that read it."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str) -> list[Sample]:
    """Every sample of an answer in Prometheus' text format."""
    return [sample for family in text_string_to_metric_families(text) for sample in family.samples]


def series(text: str) -> Series:
    """The value of every series, by name and labels."""
    found = {(sample.name, frozenset(sample.labels.items())): sample.value for sample in samples(text)}
    assert len(found) == len(samples(text)), "a series is there twice"
    return found


def value(text: str, name: str, **labels: str) -> float | None:
    """The value of one series; None if it is not there."""
    return series(text).get((name, frozenset(labels.items())))
