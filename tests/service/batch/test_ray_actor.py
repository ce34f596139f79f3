"""The actor that annotates on a cluster, without one."""

from __future__ import annotations

import pytest

from ainoi import Article
from ainoi_service.batch import ray_actor
from ainoi_service.batch.items import Read
from ainoi_service.batch.ray_actor import ITEMS, AnnotatingActor, Deaths
from batch_annotators import SICK, LoadFake


def test_an_actor_whose_gpu_fails_ends_so_that_ray_starts_another(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(status: int) -> None:
        raise SystemExit(status)

    monkeypatch.setattr(ray_actor.os, "_exit", ended)
    actor = AnnotatingActor(load=LoadFake(), with_text=False, deaths=Deaths())
    with pytest.raises(SystemExit, match="1"):
        actor._batch("0", ITEMS.dump_json([Read(Article(id="a", text=SICK), "a.txt")]).decode())
