"""What an epoch reads: every gold article once, each changed by chance or left as it is, and some silver ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from ainoi.lang import LanguagePack
from ainoi.model_config import ModelConfig
from ainoi.resolve.names import NameFinder
from ainoi.training.augment import AugmentSettings, augment
from ainoi.training.labels import Example, make_example
from ainoi.training.renaming import Renamer

CHANGED = 0.4
"""How often an article is changed at all; most pages are clean, and the network must read those best."""


def epochs(
    records: Sequence[dict[str, Any]],
    config: ModelConfig,
    pack: LanguagePack,
    *,
    seed: int,
    changes: AugmentSettings | None,
    silver: Sequence[dict[str, Any]] = (),
    count: int = 1,
) -> Callable[[int], list[Example]]:
    """The examples of an epoch by its number; the same ones for the same ``seed``.

    ``changes``: how often each change is made to those articles that are changed; None leaves all as they are.
    ``silver``: articles labelled by a network; each is read once, as it is, in one of ``count`` epochs. What is left
    over by the division is not read.
    """
    names = NameFinder(pack.names, known=pack.registry.names())
    plain = [make_example(record, config, names) for record in records]
    part = len(silver) // count

    def once(epoch: int) -> list[Example]:
        return [make_example(record, config, names) for record in silver[epoch * part : (epoch + 1) * part]]

    if changes is None:
        return lambda epoch: plain + once(epoch)
    renamer = Renamer(names, pack.names, records, pack.registry)

    def examples(epoch: int) -> list[Example]:
        found = []
        for record, example in zip(records, plain, strict=True):
            chance = random.Random(f"{seed} {epoch} {record['id']}")
            changed = record
            if chance.random() < CHANGED:
                changed = augment(record, chance, changes, names=renamer, spelling=pack.names.spelling)
            found.append(example if changed is record else make_example(changed, config, names))
        return found + once(epoch)

    return examples
