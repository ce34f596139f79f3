"""A folder of results: shards whole or not at all, made by one run at a time with the same settings."""

from __future__ import annotations

import errno
import io
import json
import os
from pathlib import Path

import pytest

from ainoi import Article
from ainoi_service.batch import reading
from ainoi_service.batch.annotating import OwnProcess, died_row
from ainoi_service.batch.items import Extract
from ainoi_service.batch.reading import PageReader
from ainoi_service.batch.shard_folder import ShardFolder, ShardFolderError, shard_name
from ainoi_service.batch.shards import ShardCounts, run_shards
from ainoi_service.batch.writing import FileFormat
from ainoi_service.html import HtmlNoTextError, HtmlTimeoutError, Page
from fake_annotator import POISON, FakeAnnotator

TEXT = "Ông nói “vâng”."


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Counting(FakeAnnotator):
    """Keeps the ids of what it annotated."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def annotate_batch(self, articles: list[Article], *, with_text: bool = False) -> list[object]:  # type: ignore[override]
        self.seen += [article.id for article in articles]
        return list(super().annotate_batch(articles, with_text=with_text))


def no_page(html: str) -> Page:
    raise HtmlNoTextError("no article text was found in the page")


def late(html: str) -> Page:
    raise HtmlTimeoutError("the page could not be read in 5 seconds")


def put(path: str, text: str = TEXT) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def run(
    *inputs: str,
    output: str = "out",
    format: FileFormat = "jsonl",
    extract: Extract = no_page,
    **settings: object,
) -> tuple[ShardCounts, list[str]]:
    """What was counted, and what was annotated."""
    annotator = Counting()
    with ShardFolder(Path(output), format, settings) as folder:
        reader = PageReader(inputs, stdin=io.BytesIO(), leave_out=[Path(output)])
        counts = run_shards(reader, OwnProcess(annotator, extract), folder, batch_size=2)
    return counts, annotator.seen


def files(folder: str = "out") -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file())


def test_an_archive_without_pages_has_an_empty_shard_and_is_not_read_again() -> None:
    put("news/a.warc", "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n")
    counts, _ = run("news")
    assert (counts.shards, counts.shards_before, counts.articles, counts.errors) == (1, 0, 0, 0)
    assert [name for name in files() if not name.startswith(".")] == ["a.warc.jsonl"]
    assert Path("out/a.warc.jsonl").read_bytes() == b""
    counts, _ = run("news")
    assert (counts.shards, counts.shards_before) == (1, 1)


def test_each_input_file_has_a_shard_at_its_place_and_errors_beside_it() -> None:
    put("news/a.txt")
    put("news/2024/b.jsonl", json.dumps({"id": "x", "text": TEXT}) + "\n{\n")
    put("news/c.html", "<p>")
    counts, seen = run("news", "no.txt")
    assert files() == [
        ".ainoi/lock",
        ".ainoi/manifest.jsonl",
        "2024/b.jsonl.jsonl",
        "2024/b.jsonl.jsonl.errors.jsonl",
        "a.txt.jsonl",
        "c.html.jsonl",
        "c.html.jsonl.errors.jsonl",
        "inputs.errors.jsonl",
    ]
    assert seen == ["x", "news/a"]
    assert counts == ShardCounts(articles=2, quotes=2, errors=3, shards=3)
    assert Path("out/c.html.jsonl").read_bytes() == b""
    assert json.loads(Path("out/inputs.errors.jsonl").read_text())["path"] == "no.txt"


@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet"])
def test_what_is_done_is_not_done_again_and_counted_all_the_same(format: FileFormat) -> None:
    put("news/a.txt")
    put("news/b.txt", "")
    first, seen = run("news", format=format)
    before = {name: (Path("out") / name).read_bytes() for name in files()}
    assert seen == ["news/a"]
    again, seen = run("news", format=format)
    assert seen == []
    assert (again.articles, again.quotes, again.errors, again.shards_before) == (1, 1, 1, 2)
    assert (first.articles, first.quotes, first.errors, first.shards_before) == (1, 1, 1, 0)
    assert {name: (Path("out") / name).read_bytes() for name in files()} == before


def test_a_changed_new_or_lost_file_is_done_again_and_no_other() -> None:
    for name in ("a", "b", "c", "d"):
        put(f"news/{name}.txt")
    run("news")
    put("news/a.txt", TEXT + " Hết.")  # another size
    os.utime("news/b.txt", ns=(1, 1))  # another time
    Path("out/c.txt.jsonl").unlink()
    put("news/e.txt")
    assert run("news")[1] == ["news/a", "news/b", "news/c", "news/e"]
    assert run("news")[1] == []


def test_errors_that_are_mended_leave_no_error_file() -> None:
    put("news/a.txt", "")
    run("news", "no.txt")
    put("news/a.txt")
    put("no.txt")
    assert run("news", "no.txt")[0].errors == 0
    assert [name for name in files() if "errors" in name] == []


def test_a_file_that_cannot_be_opened_is_tried_again() -> None:
    Path("news").mkdir()
    os.symlink("later.txt", "news/a.txt")
    assert run("news")[0].errors == 1
    put("news/later.txt")
    assert run("news")[1] == ["news/a", "news/later"]


def test_results_stay_while_their_input_cannot_be_opened() -> None:
    put("news/later.txt")
    os.symlink("later.txt", "news/a.txt")
    run("news")
    before = {name: (Path("out") / name).read_bytes() for name in files()}
    Path("news/later.txt").rename("gone")
    counts, seen = run("news")
    assert (counts.articles, counts.errors, seen) == (1, 1, [])
    row = json.loads(Path("out/inputs.errors.jsonl").read_text())
    assert (row["id"], row["code"]) == ("news/a", "unreadable")
    assert row["message"] == "cannot be opened; its results of an earlier run stay in a.txt.jsonl"
    assert (Path("out") / "a.txt.jsonl").read_bytes() == before["a.txt.jsonl"]
    Path("gone").rename("news/later.txt")
    assert run("news")[1] == []
    assert {name: (Path("out") / name).read_bytes() for name in files()} == before


def test_a_shard_that_was_replaced_is_not_done_when_its_old_input_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    put("news/a.txt")
    os.utime("news/a.txt", ns=(1, 1))
    run("news")
    before = {name: (Path("out") / name).read_bytes() for name in files()}
    put("news/a.txt", TEXT + " Hết.")
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(ShardFolder, "note", lambda folder, entry: (_ for _ in ()).throw(KeyboardInterrupt))
        run("news")
    put("news/a.txt")
    os.utime("news/a.txt", ns=(1, 1))
    assert run("news")[1] == ["news/a"]
    assert {name: (Path("out") / name).read_bytes() for name in files()} == before


def _disturbed(code: str, monkeypatch: pytest.MonkeyPatch) -> ShardCounts:
    """A run of ``news/a.*`` in which something is broken that is not the article, with this code."""
    if code == "html_timeout":
        put("news/a.html", "<p>")
        return run("news", extract=late)[0]
    if code == "internal":
        put("news/a.txt", POISON)
        return run("news")[0]
    put("news/a.jsonl", "\n".join([json.dumps({"id": "x", "text": TEXT})] * 3))
    if code == "worker_died":

        class Dying(OwnProcess):
            def results(self, batches):  # type: ignore[no-untyped-def]
                for batch in batches:
                    yield [died_row(item) for item in batch]

        with ShardFolder(Path("out"), "jsonl", {}) as folder:
            reader = reading.PageReader(["news"], stdin=io.BytesIO())
            return run_shards(reader, Dying(FakeAnnotator(), no_page), folder)

    def failing(stream, *, max_bytes):  # type: ignore[no-untyped-def]
        yield 1, {"id": "x", "text": TEXT}
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(reading, "json_lines", failing)
        return run("news")[0]


@pytest.mark.parametrize("code", ["html_timeout", "internal", "worker_died", "unreadable"])
def test_what_may_be_the_machines_fault_is_written_and_tried_again(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _disturbed(code, monkeypatch).errors >= 1
    [errors] = Path("out").glob("*.errors.jsonl")
    assert {json.loads(line)["code"] for line in errors.read_text().splitlines()} == {code}
    counts, seen = run("news")
    assert counts.shards_before == 0
    if code in ("worker_died", "unreadable"):
        assert (seen, counts.articles, counts.errors) == (["x"] * 3, 3, 0)
        assert not errors.exists()


def test_a_broken_archive_is_done() -> None:
    put("news/a.jsonl.gz", "no gzip")
    assert run("news")[0].errors == 1
    assert run("news")[0].shards_before == 1


def test_a_shard_of_another_input_is_not_replaced() -> None:
    put("2023/a.txt")
    put("2024/a.txt", "Bà nói “không”.")
    put("2024/0.txt")
    run("2023")
    before = {name: (Path("out") / name).read_bytes() for name in files()}
    for other in ("2024", str(Path("2023").absolute())):
        with pytest.raises(ShardFolderError, match=r"a\.txt\.jsonl holds the results of 2023/a\.txt"):
            run(other)
    assert {name: (Path("out") / name).read_bytes() for name in files()} == before
    put("2025/b.txt")
    assert run("./2023/", "2025")[1] == ["2025/b"]


def test_a_manifest_without_the_inputs_paths_can_be_read() -> None:
    put("news/a.txt")
    run("news")
    manifest = Path("out/.ainoi/manifest.jsonl")
    settings, line = manifest.read_text().splitlines()
    entry = json.loads(line)
    assert entry.pop("input") == "news/a.txt"
    manifest.write_text(f"{settings}\n{json.dumps(entry)}\n")
    assert run("news")[0].shards_before == 1


@pytest.mark.parametrize("left", ["shard", "no manifest line", "half a manifest line"])
def test_what_a_killed_run_left_behind_is_swept_or_done_again(left: str) -> None:
    for name in ("a", "b"):
        put(f"news/{name}.txt")
    run("news")
    whole = {name: (Path("out") / name).read_bytes() for name in files()}
    manifest = Path("out/.ainoi/manifest.jsonl")
    lines = manifest.read_bytes().splitlines(keepends=True)
    Path("out/.ainoi/0123.tmp").write_bytes(b"{half")
    if left == "shard":
        Path("out/b.txt.jsonl").unlink()
    else:
        manifest.write_bytes(b"".join(lines[:-1]) + (lines[-1][:30] if left.startswith("half") else b""))
    assert run("news")[1] == ["news/b"]
    assert {name: (Path("out") / name).read_bytes() for name in files()} == whole


def test_other_settings_are_refused_and_nothing_is_touched() -> None:
    put("news/a.txt")
    run("news", threads=1)
    before = {name: (Path("out") / name).read_bytes() for name in files()}
    with pytest.raises(ShardFolderError, match="threads: 1 there, 2 now"):
        run("news", threads=2)
    with pytest.raises(ShardFolderError, match="format: jsonl there, csv now"):
        run("news", threads=1, format="csv")
    assert {name: (Path("out") / name).read_bytes() for name in files()} == before


def test_one_run_at_a_time() -> None:
    with (
        ShardFolder(Path("out"), "jsonl", {}),
        pytest.raises(ShardFolderError, match="another run"),
        ShardFolder(Path("out"), "jsonl", {}),
    ):
        pass
    with ShardFolder(Path("out"), "jsonl", {}):
        pass


def test_two_inputs_with_one_name_do_not_overwrite_each_other() -> None:
    put("x/a.txt")
    put("y/a.txt")
    for _ in range(2):
        counts, _ = run("x", "y")
        assert (counts.articles, counts.errors) == (1, 1)
        error = json.loads(Path("out/inputs.errors.jsonl").read_text())
        assert (error["id"], error["code"]) == ("y/a", "name_taken")


def test_a_run_that_raises_leaves_no_temporary_files() -> None:
    put("news/a.txt", TEXT)

    class Broken(OwnProcess):
        def results(self, batches):  # type: ignore[no-untyped-def]
            yield next(iter(batches)) and []
            raise KeyboardInterrupt

    put("news/b.jsonl", "\n".join([json.dumps({"text": TEXT})] * 5))
    with ShardFolder(Path("out"), "jsonl", {}) as folder, pytest.raises(KeyboardInterrupt):
        run_shards(PageReader(["news/b.jsonl"], stdin=io.BytesIO()), Broken(FakeAnnotator(), no_page), folder)
    assert files() == [".ainoi/lock", ".ainoi/manifest.jsonl"]


@pytest.mark.parametrize(
    ("relative", "name"),
    [
        ("a.txt", "a.txt.csv"),
        ("2024/a.jsonl.gz", "2024/a.jsonl.gz.csv"),
        ("a" * 230 + ".txt", "a" * 230 + ".txt.csv"),
    ],
)
def test_a_shard_is_named_after_its_file(relative: str, name: str) -> None:
    assert shard_name(relative, "csv") == name


def test_names_too_long_for_an_ending_are_cut_and_stay_apart() -> None:
    names = [shard_name("tin/" + "ộ" * 80 + letter * 4 + ".txt", "parquet") for letter in "ab"]
    assert names[0] != names[1]
    assert all(len(os.fsencode(os.path.basename(name)) + b".errors.jsonl") <= 255 for name in names)
    assert all(name.startswith("tin/" + "ộ" * 70) and name.endswith(".parquet") for name in names)
