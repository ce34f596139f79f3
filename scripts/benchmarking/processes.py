"""The batch script as a program: how soon it gives its first result, and how much memory it takes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from ainoi import Article
from benchmarking.table import Row

LAUNCHER = Path(__file__).with_name("launcher.py")
ANNOTATE = Path(__file__).parents[1] / "annotate.py"


@dataclass(frozen=True)
class ChildRun:
    """A command that ran by itself: seconds to its first line and to its end, seconds of processor time it took in all,
    and its peak memory in bytes."""

    first_line: float
    end: float
    cpu: float
    peak: int


@dataclass(frozen=True)
class Processes:
    """``first_result``: seconds from the start of the process, median of ``starts``; ``cpu``: processor time of such a
    process, which tells more where other programs work. ``peak``: bytes, reading ``articles`` articles."""

    threads: int
    starts: int
    first_result: float
    cpu: float
    articles: int
    peak: int

    def rows(self) -> Iterator[Row]:
        """Start and memory."""
        note = f"scripts/annotate.py on one article, threads: {self.threads}, median of {self.starts}"
        yield Row("cold start", f"{self.first_result:.2f} s", f"{note}; {self.cpu:.2f} s of processor time")
        yield Row("peak memory", f"{self.peak / 1e9:.2f} GB", f"scripts/annotate.py on {self.articles} articles")


def run_command(command: Sequence[str]) -> ChildRun:
    """Run ``command`` in a process of its own. Raises RuntimeError where it fails or prints nothing."""
    launch = [sys.executable, "-S", str(LAUNCHER), *command]
    done = subprocess.run(launch, capture_output=True, encoding="utf-8", check=True)
    told = json.loads(done.stdout)
    if told["status"] or told["first_line"] is None:
        raise RuntimeError(f"{command[1]} ended with status {told['status']}: {done.stderr[-1000:]}")
    return ChildRun(told["first_line"], told["end"], told["cpu"], told["peak"])


def measure(model: Path | None, articles: Sequence[Article], *, count: int, starts: int) -> Processes:
    """Run the batch script on the CPU with ``count`` threads: ``starts`` times on one article, once on all."""
    options = ["--threads", str(count), *(["--model", str(model)] if model else [])]
    with tempfile.TemporaryDirectory() as folder:
        one, all_of_them = Path(folder, "one.jsonl"), Path(folder, "all.jsonl")
        one.write_text(articles[0].model_dump_json() + "\n", encoding="utf-8")
        all_of_them.write_text("".join(a.model_dump_json() + "\n" for a in articles), encoding="utf-8")
        command = [sys.executable, str(ANNOTATE), *options]
        cold = [run_command([*command, str(one)]) for _ in range(starts)]
        full = run_command([*command, str(all_of_them)])
    return Processes(
        threads=count,
        starts=starts,
        first_result=median(run.first_line for run in cold),
        cpu=median(run.cpu for run in cold),
        articles=len(articles),
        peak=full.peak,
    )
