"""What ``scripts/benchmark.py --store`` measures, section by section, and what the sections share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ainoi import Annotator
from ainoi_service.registry_names import RegistryNames
from ainoi_service.search.lookup import Lookup
from ainoi_service.similar.neighbours import Neighbours
from ainoi_service.store.engine import Store, open_store, sqlite_url
from benchmarking.stores import filling, freshness, starting
from benchmarking.stores.asking import Answers, answers
from benchmarking.stores.newsroom import Newsroom
from benchmarking.stores.questions import Interviewer, Question
from benchmarking.stores.serving import Interface, Modules, served
from benchmarking.stores.wording import Wording
from benchmarking.table import Section

LOOK_UP_BAR, CHECK_BAR = 0.050, 0.150
"""Seconds that 99 of 100 look-ups, and checks, through the interface are to take at most."""
NEW = 10_000_000
"""Number of the first article that is not in a store."""


@dataclass(frozen=True)
class Plan:
    """The store's quotes and seed; how many look-ups, claims and new articles; how often every question is asked."""

    quotes: int
    seed: int
    look_ups: int
    claims: int
    new_quotes: int
    rounds: int


class StoreBench:
    """Measures the store in a folder, which is made if need be. ``close`` it when done."""

    def __init__(self, folder: Path, gold: Path, annotator: Annotator, plan: Plan) -> None:
        """``gold``: as for ``Newsroom``."""
        self._folder, self._gold, self._annotator, self._plan = folder, gold, annotator, plan
        self._names = RegistryNames(annotator.registry, annotator.name_in)
        self._running = ExitStack()
        self._modules: Modules | None = None

    def sections(self) -> dict[str, Callable[[], Section]]:
        """What is measured, by title, in the order in which it must be."""
        return {
            "start": self._started,
            "look-ups, modules": self._look_ups_of_modules,
            "checks, modules": self._checks_of_modules,
            "look-ups, HTTP": self._look_ups,
            "checks, HTTP": self._checks,
            "new articles": self._fresh,
        }

    def close(self) -> None:
        """Stop what runs."""
        self._running.close()

    def _newsroom(self, seed: int) -> Newsroom:
        return Newsroom(self._annotator.registry, self._gold, self._annotator.version, seed=seed)

    def filled(self) -> filling.Filled:
        """The store is there. Raises ValueError if the folder holds something else."""
        embed, plan = self._annotator.embed, self._plan
        embed([""])  # its table is made once
        return filling.fill(
            self._folder, lambda: self._newsroom(plan.seed), embed, self._names, plan.quotes, seed=plan.seed
        )

    def _started(self) -> starting.Start:
        lookup = Lookup(self._store)
        neighbours = Neighbours(self._store, lookup, self._annotator.embed, self._annotator.version)
        self._modules = Modules(lookup, neighbours)
        return starting.measure(lookup.sync, neighbours.sync)

    def _look_ups_of_modules(self) -> Answers:
        assert self._modules is not None
        return answers("Lookup.search, and its hits as JSON", self._modules.look_up, self._questions[0])

    def _checks_of_modules(self) -> Answers:
        assert self._modules is not None
        told = answers("checks.check, and its evidence as JSON", self._modules.check, self._questions[1])
        self._modules = None  # the application has its own
        return told

    def _look_ups(self) -> Answers:
        through = "GET /v1/quotes, facets on, and the client's part: uvicorn in this process, loopback"
        asked, rounds = self._questions[0], self._plan.rounds
        return answers(through, self._interface.look_up, asked, rounds=rounds, bar=LOOK_UP_BAR)

    def _checks(self) -> Answers:
        asked, rounds = self._questions[1], self._plan.rounds
        return answers("POST /v1/checks, likewise", self._interface.check, asked, rounds=rounds, bar=CHECK_BAR)

    def _fresh(self) -> freshness.Freshness:
        self.close()
        made = list(self._newsroom(self._plan.seed + 1).articles(self._plan.new_quotes, first=NEW))
        new = filling.with_vectors(made, self._annotator.embed)
        return freshness.measure(self._folder, self._names, self._annotator.embed, self._annotator.version, new)

    @cached_property
    def _store(self) -> Store:
        store = open_store(sqlite_url(self._folder), names=self._names)
        self._running.callback(store.close)
        return store

    @cached_property
    def _questions(self) -> tuple[list[Question], list[Question]]:
        """Look-ups and claims."""
        asking = Interviewer(self._store, Wording.shipped(), seed=self._plan.seed)
        return asking.look_ups(self._plan.look_ups), asking.claims(self._plan.claims)

    @cached_property
    def _interface(self) -> Interface:
        return self._running.enter_context(served(self._annotator, self._store))
