"""Runs the Dockerfile's steps without Docker: each stage in a folder of its own, with a clean Python in it.

What stands in for the engine:

- The base image is a new virtual environment at ``usr/local`` of the stage's folder; the rest is this machine's.
- Absolute paths of the image, in RUN, COPY, ENV and so on, are paths below the stage's folder.
- A RUN with ``useradd`` is not run; its folders below ``/`` are made. When root runs this, the image's user is a number
  without a name, else it is who runs this, and the image is made read-only.
- The context is what ``.dockerignore`` admits. ``--mount=type=cache`` is pip's own cache, for variables that name it
  are left out. Packages are not compiled to byte code, which would take most of the time.

``python tests/deployment/image_steps.py --build-arg NAME=VALUE`` builds the image and starts it once.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # when it is run as a script

from deployment.dockerfile import Stage, Step, admitted, expand, read_dockerfile

ROOT = Path(__file__).resolve().parents[2]
_IMAGE_PATH = re.compile(r"(?<![\w./:}*-])/(?!(?:usr|bin|sbin|etc|dev|proc|sys|tmp|root)\b)(?=\w)")
_OF_THE_HOST = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PIP_REQUIRE_VIRTUALENV")


@dataclass
class Built:
    """A stage's folder, and what its steps say about running it."""

    root: Path
    environment: dict[str, str]
    folder: Path
    user: int | None = None
    volumes: list[Path] = field(default_factory=list)
    entrypoint: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def inside(self, text: str) -> str:
        """``text`` with the image's absolute paths below the stage's folder."""
        return _IMAGE_PATH.sub(f"{self.root}/", text)

    def path(self, text: str) -> Path:
        """A path of the image, from its working folder when it is relative."""
        return self.folder / self.inside(text)


class Builder:
    """Builds the stages of ``context``'s Dockerfile one after the other, below ``folder``."""

    def __init__(self, context: Path, folder: Path, *, python: Path, arguments: Mapping[str, str]) -> None:
        self._context = context
        self._folder = folder
        self._python = python
        self._arguments = arguments
        self._ignored = (context / ".dockerignore").read_text(encoding="utf-8")
        self._built: dict[str, Built] = {}

    def build(self) -> Built:
        """The image: its last stage."""
        for number, stage in enumerate(read_dockerfile(self._context / "Dockerfile", self._arguments)):
            self._built[stage.name] = self._stage(stage, self._folder / f"{number}-{stage.name or 'image'}")
        return self._built[""]

    def _stage(self, stage: Stage, root: Path) -> Built:
        base = root / "usr" / "local"
        subprocess.run([self._python, "-m", "venv", base], check=True)
        environment = {"PATH": os.pathsep.join([str(base / "bin"), "/usr/bin", "/bin"])}
        built = Built(root, environment, root)
        variables: dict[str, str] = {}
        for step in stage.steps:
            began = time.monotonic()
            self._step(step, built, variables)
            print(f"{time.monotonic() - began:6.1f} s  line {step.line}: {step.keyword} {step.text[:80]}", flush=True)
        return built

    def _step(self, step: Step, built: Built, variables: dict[str, str]) -> None:
        text = expand(step.text, variables | built.environment) if step.keyword != "RUN" else step.text
        match step.keyword:
            case "ARG":
                name, _, default = text.partition("=")
                variables[name] = self._arguments.get(name, default)
            case "ENV":
                for assignment in replace(step, text=text).words():
                    name, _, value = assignment.partition("=")
                    built.environment[name] = built.inside(value)
            case "WORKDIR":
                built.folder = built.path(text)
                built.folder.mkdir(parents=True, exist_ok=True)
            case "COPY":
                *sources, target = text.split()
                self._copy(sources, target, built, step.flag("from"))
            case "RUN":
                self._run(step, built, variables)
            case "USER":
                built.user = int(text.partition(":")[0])
            case "VOLUME":
                built.volumes += [built.path(word) for word in text.split()]
            case "ENTRYPOINT":
                built.entrypoint = _command(step, built)
            case "HEALTHCHECK":
                built.health = _command(replace(step, text=text.removeprefix("CMD ")), built)
            case "LABEL" | "EXPOSE":
                pass
            case keyword:
                raise ValueError(f"line {step.line}: {keyword} is not understood")

    def _copy(self, sources: Sequence[str], target: str, built: Built, stage: str | None) -> None:
        for source in sources:
            to = built.path(target)
            if target.endswith("/"):
                to /= Path(source).name
            to.parent.mkdir(parents=True, exist_ok=True)
            if stage is not None:
                origin = self._built[stage]
                shutil.copytree(origin.path(source), to, symlinks=True, copy_function=os.link)
                continue
            names = [name for name in _files(self._context, source) if admitted(self._ignored, name)]
            assert names, f"COPY {source}: .dockerignore lets nothing of it in"
            for name in names:
                file = to / Path(name).relative_to(source) if name != source else to
                file.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self._context / name, file)

    def _run(self, step: Step, built: Built, variables: Mapping[str, str]) -> None:
        if re.search(r"\buseradd\b", step.text):
            for path in re.findall(r"\binstall\b[^&]* (/\w+)$", step.text):
                built.path(path).mkdir(parents=True)
            return
        caches = set()
        with contextlib.ExitStack() as mounted:
            for kind, value in step.flags:
                assert kind == "mount", f"line {step.line}: --{kind} is not understood"
                options = dict(part.partition("=")[::2] for part in value.split(","))
                if options["type"] == "bind":
                    link = built.path(options["target"])
                    link.symlink_to(self._built[options["from"]].path(options["source"]))
                    mounted.callback(link.unlink)
                elif options["type"] == "cache":
                    caches.add(built.inside(options["target"]))
            given = {name: value for name, value in (variables | built.environment).items() if value not in caches}
            host = {name: value for name, value in os.environ.items() if name not in _OF_THE_HOST}
            subprocess.run(
                ["/bin/sh", "-ec", built.inside(step.text)],
                check=True,
                cwd=built.folder,
                env=host | {"PIP_NO_COMPILE": "1"} | given,
                stdout=subprocess.DEVNULL,
            )


def _command(step: Step, built: Built) -> list[str]:
    return [built.inside(word) if word.startswith("/") else word for word in step.words()]


def _files(context: Path, source: str) -> list[str]:
    """Files below a path of the context, by their paths in it."""
    path = context / source
    found = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sorted(file.relative_to(context).as_posix() for file in found)


@contextlib.contextmanager
def built_image(arguments: Mapping[str, str], context: Path = ROOT) -> Iterator[Built]:
    """The image in a temporary folder that everybody may read, its own user can write its volumes and nothing else."""
    with tempfile.TemporaryDirectory(prefix="ainoi-image-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        image = Builder(context, folder, python=base_python(), arguments=arguments).build()
        if os.getuid() == 0:
            for volume in image.volumes:
                os.chown(volume, image.user or 0, image.user or 0)
        else:
            subprocess.run(["chmod", "-R", "a-w", image.root], check=True)
            for volume in image.volumes:
                volume.chmod(0o700)
        try:
            yield image
        finally:
            if os.getuid() != 0:
                subprocess.run(["chmod", "-R", "u+w", image.root], check=True)


def started(image: Built, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A process of the image's user in the image's environment; ``environment`` as ``docker run --env`` gives it."""
    scratch = image.root.parent / "tmp"
    scratch.mkdir(exist_ok=True)
    scratch.chmod(0o1777)
    as_user = {"user": image.user, "group": image.user, "extra_groups": []} if os.getuid() == 0 else {}
    return subprocess.Popen(
        command,
        cwd=image.folder,
        env=image.environment | {"HOME": str(image.volumes[0]), "TMPDIR": str(scratch), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        **as_user,  # type: ignore[call-overload]
    )


def base_python() -> Path:
    """A Python with ``venv`` that any user may start: this one's own, or else the system's."""
    for python in (Path(sys._base_executable).resolve(), Path("/usr/bin/python3")):  # type: ignore[attr-defined]
        folders_open = all(folder.stat().st_mode & 0o001 for folder in python.parents)
        if folders_open or os.getuid() != 0:
            return python
    raise FileNotFoundError("no Python that other users may start: install Debian's python3-venv")


def wait_until_healthy(image: Built, server: subprocess.Popen[bytes], environment: Mapping[str, str]) -> bool:
    """Whether the image's own health check passes before the server ends or two minutes have gone."""
    deadline = time.monotonic() + 120
    while server.poll() is None and time.monotonic() < deadline:
        check = started(image, image.health, environment)
        check.communicate()
        if check.returncode == 0:
            return True
        time.sleep(0.5)
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the Dockerfile's steps without Docker, and start the image once.")
    parser.add_argument("--build-arg", action="append", default=[], metavar="NAME=VALUE")
    given = dict(value.partition("=")[::2] for value in parser.parse_args().build_arg)
    where = {"AINOI_HOST": "127.0.0.1", "AINOI_PORT": "18000"}
    with built_image(given) as image:
        server = started(image, image.entrypoint, where)
        try:
            healthy = wait_until_healthy(image, server, where)
        finally:
            server.terminate()
            _, errors = server.communicate(timeout=60)
    print("healthy" if healthy else errors.decode())
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main())
