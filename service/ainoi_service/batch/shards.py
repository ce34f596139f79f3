"""The batch run into a folder: one shard of results for each input file, and nothing done again that is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ainoi_service.batch.annotating import Batch, Engine, batches
from ainoi_service.batch.finding import id_of, shown
from ainoi_service.batch.items import ErrorRow, InputError, row_of
from ainoi_service.batch.reading import PageReader
from ainoi_service.batch.run import Counts, tagged
from ainoi_service.batch.shard_folder import Shard, ShardFolder


@dataclass(slots=True)
class ShardCounts(Counts):
    """What is in the folder after a run, and how much of it was there before."""

    shards: int = 0
    shards_before: int = 0

    def add_shard(self, counts: Counts, *, before: bool) -> None:
        """Count a whole shard."""
        self.articles += counts.articles
        self.quotes += counts.quotes
        self.errors += counts.errors
        self.shards += 1
        self.shards_before += before


@dataclass(slots=True)
class _Sides:
    """What the side of a run that reads tells the side that writes."""

    counts: ShardCounts = field(default_factory=ShardCounts)
    loose: list[ErrorRow] = field(default_factory=list)
    open: dict[str, Shard] = field(default_factory=dict)


def run_shards(
    reader: PageReader,
    engine: Engine,
    folder: ShardFolder,
    *,
    batch_size: int = 1,
    on_progress: Callable[[Counts], None] | None = None,
) -> ShardCounts:
    """Annotate every file of ``reader`` into its shard in ``folder``, but those whose shards are done.

    A batch never holds articles of two files, so that a shard is the same whatever else is read. Raises
    ShardFolderError, before anything is done, if a shard belongs to another input; ``OSError``, and what the engine
    raises.
    """
    folder.check_inputs(reader.files())
    sides = _Sides()
    counts = sides.counts
    try:
        for (shard, last), results in tagged(engine, _work(reader, folder, batch_size, sides)):
            shard.put(results)
            if last:
                shard.publish()
                del sides.open[shard.name]
                counts.add_shard(shard.counts, before=False)
            if on_progress is not None:
                on_progress(counts)
        folder.put_loose_errors(sides.loose)
        counts.errors += len(sides.loose)
        folder.finish()
    finally:
        for shard in sides.open.values():
            shard.abandon()
    return counts


def _work(
    reader: PageReader, folder: ShardFolder, batch_size: int, sides: _Sides
) -> Iterator[tuple[tuple[Shard, bool], Batch]]:
    """Batches with the shard that each belongs to, and whether it is the last of it."""
    taken: set[str] = set()
    for found in reader.files():
        if isinstance(found, ErrorRow):
            sides.loose.append(found)
            continue
        name = folder.name_of(found)
        if name in taken:
            error = InputError("name_taken", f"another input has its results in {shown(name)}")
            sides.loose.append(row_of(error, id=id_of(found.path), path=shown(found.path)))
            continue
        taken.add(name)
        shard = folder.shard(found)
        entry = folder.entry(name)
        if entry is not None and shard.stamp == entry.stamp:
            sides.counts.add_shard(entry.counts, before=True)
            reader.pass_by(found)
            continue
        if entry is not None and shard.stamp is None:  # perhaps it can be opened tomorrow, and is still the same
            sides.counts.add_shard(entry.counts, before=True)
            error = InputError("unreadable", f"cannot be opened; its results of an earlier run stay in {shown(name)}")
            sides.loose.append(row_of(error, id=id_of(found.path), path=shown(found.path)))
            continue
        sides.open[name] = shard
        last: Batch | None = None
        for batch in batches(reader.items_of(found), batch_size):
            if last is not None:
                yield (shard, False), last
            last = batch
        if last is None and reader.passed_over[-1:] == [shown(found.path)]:
            del sides.open[name]
        else:  # an archive may hold no pages: then the shard is empty
            shard.tried_again |= reader.broken_off
            yield (shard, True), last or []
