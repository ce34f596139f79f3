"""Rules for the Dockerfile, and its reader's own tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployment.dockerfile import Stage, Step, admitted, expand, read_dockerfile


@pytest.fixture(scope="module")
def stages(root: Path) -> list[Stage]:
    return read_dockerfile(root / "Dockerfile")


@pytest.fixture(scope="module")
def final(stages: list[Stage]) -> Stage:
    return stages[-1]


def environment(stage: Stage) -> dict[str, str]:
    pairs = (word.partition("=") for step in stage.all("ENV") for word in step.words())
    return {name: value for name, _, value in pairs}


def test_every_stage_has_the_same_base_pinned_to_a_release(stages: list[Stage]) -> None:
    assert {stage.base for stage in stages} == {"python:3.11.14-slim-bookworm"}


def test_the_base_can_be_replaced(root: Path) -> None:
    given = {"PYTHON": "mirror.example/python:3.12.1"}
    assert {stage.base for stage in read_dockerfile(root / "Dockerfile", given)} == {"mirror.example/python:3.12.1"}


def test_the_image_runs_as_a_number_that_is_not_root(final: Stage) -> None:
    [user] = final.all("USER")
    assert user.text == "10001:10001"
    assert not [step for step in final.steps if step.line > user.line and step.keyword in ("RUN", "COPY", "ENV")]


def test_the_image_keeps_its_data_in_a_volume_and_listens_where_it_says(final: Stage) -> None:
    variables = environment(final)
    assert [step.text for step in final.all("VOLUME")] == [variables["AINOI_DATA_DIR"]] == ["/data"]
    assert [step.text for step in final.all("EXPOSE")] == [variables["AINOI_PORT"]] == ["8000"]
    assert variables["AINOI_HOST"] == "0.0.0.0"


def test_the_image_checks_its_health_without_other_programs(final: Stage) -> None:
    [check] = final.all("HEALTHCHECK")
    assert check.text.startswith('CMD ["python", "-c", ')
    assert "'GET', '/readyz'" in check.text
    assert {name for name, _ in check.flags} == {"interval", "timeout", "start-period", "start-interval", "retries"}


def test_the_process_gets_signals_itself_not_through_a_shell(final: Stage) -> None:
    [entrypoint] = final.all("ENTRYPOINT")
    assert entrypoint.words() == ["python", "/app/serve.py"]
    assert not final.all("CMD")


def test_nothing_is_installed_without_the_pinned_versions(stages: list[Stage]) -> None:
    for step in (step for stage in stages for step in stage.all("RUN")):
        for command in (command for command in step.text.split("&&") if " install " in command and "pip" in command):
            assert "--constraint constraints.txt" in command or "--no-index --no-deps" in command, f"line {step.line}"


def test_no_compiler_and_no_packages_of_the_system_are_installed(stages: list[Stage]) -> None:
    assert not [step for stage in stages for step in stage.all("RUN") if "apt" in step.text]


def test_what_is_copied_is_admitted_and_private_files_are_not(root: Path, stages: list[Stage]) -> None:
    ignored = (root / ".dockerignore").read_text(encoding="utf-8")
    for step in (step for stage in stages for step in stage.all("COPY") if step.flag("from") is None):
        for source in step.text.split()[:-1]:
            assert (root / source).exists(), f"line {step.line}: {source}"
            assert admitted(ignored, source), f"line {step.line}: {source}"
    for private in (".env", ".git/config", ".venv/bin/python", "runs/x", "data/ainoi.sqlite3", "tests/conftest.py"):
        assert not admitted(ignored, private), private


@pytest.mark.parametrize(
    ("ignored", "path", "answer"),
    [
        ("", "a", True),
        ("*", "a/b", False),
        ("*\n!a", "a/b", True),
        ("*\n!a", "ab", False),
        ("*\n!a\n**/b", "a/c/b", False),
        ("*\n!a\n**/b", "a/c/bb", True),
        ("**/b", "b/c", False),
        ("*.pyc", "a/b.pyc", True),
        ("**/*.pyc", "a/b.pyc", False),
        ("# a", "a", True),
        ("*\n!a/b", "a/c", False),
    ],
)
def test_which_files_a_dockerignore_admits(ignored: str, path: str, answer: bool) -> None:
    assert admitted(ignored, path) is answer


def test_a_dockerfile_is_read_into_stages_and_steps(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(
        "ARG BASE=a:1\n# note\nFROM ${BASE} AS one\nRUN --mount=type=cache,target=/c \\\n    x && \\\n# note\n    y\n\n"
        "FROM b\n"
        'COPY --from=one /x /y\nCMD ["z", "-c", "1 2"]\n'
    )
    one, image = read_dockerfile(tmp_path / "Dockerfile")
    assert one == Stage("one", "a:1", [Step(4, "RUN", (("mount", "type=cache,target=/c"),), "x &&     y")])
    assert image == Stage(
        "", "b", [Step(10, "COPY", (("from", "one"),), "/x /y"), Step(11, "CMD", (), '["z", "-c", "1 2"]')]
    )
    assert image.steps[0].words() == ["/x", "/y"]
    assert image.steps[1].words() == ["z", "-c", "1 2"]


def test_a_here_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a\nRUN <<END\nx\nEND\n")
    with pytest.raises(ValueError, match="line 2: here-documents are not understood"):
        read_dockerfile(tmp_path / "Dockerfile")


def test_variables_are_replaced_and_unknown_ones_are_nothing() -> None:
    assert expand("$A/${B}/$C", {"A": "1", "B": "2"}) == "1/2/"
