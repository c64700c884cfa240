"""A Dockerfile as its builder reads it, and a rehearsal of its first stage without a builder.

The rehearsal runs the RUN lines as they are, with a folder in place of the container's root. It does not check the base
image or that the file system is the container's own.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pathspec

STEP_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Stage:
    """`FROM base AS name`, and its instructions: keyword and the rest, with lines that are continued put together."""

    base: str
    name: str
    steps: tuple[tuple[str, str], ...]

    def all(self, keyword: str) -> list[str]:
        return [rest for word, rest in self.steps if word == keyword]


def stages(text: str) -> list[Stage]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    steps = [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]
    starts = [number for number, (word, *_) in enumerate(steps) if word == "FROM"]
    found = []
    for start, end in zip(starts, [*starts[1:], len(steps)], strict=True):
        base, name = re.fullmatch(r"(?:--platform=\S+ )?(\S+) AS (\S+)", steps[start][1]).groups()  # type: ignore[union-attr]
        found.append(Stage(base, name, tuple((word, rest) for word, rest in steps[start + 1 : end])))
    return found


class Context:
    """A build context: a folder without what its ignore file names."""

    def __init__(self, folder: Path, ignored: str = "") -> None:
        self._folder = folder
        self._spec = pathspec.PathSpec.from_lines("gitignore", ignored.splitlines())

    def files(self) -> Iterator[str]:
        for path in sorted(self._folder.rglob("*")):
            name = path.relative_to(self._folder).as_posix()
            if path.is_file() and not self._spec.match_file(name):
                yield name

    def copy(self, source: str, target: Path) -> None:
        """One source of a COPY; a pattern may match nothing."""
        pattern = "**" if source == "." else source
        for name in self.files():
            if pattern == "**" or pathspec.PathSpec.from_lines("gitignore", [f"/{pattern}"]).match_file(name):
                place = target / name if target.is_dir() else target
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self._folder / name, place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """The first stage of a Dockerfile at work. `root` stands for `/`; `environment` holds PATH and the arguments."""

    root: Path
    stage: Stage
    contexts: Mapping[str, Context]
    """`""` is the main one."""

    environment: Mapping[str, str]

    @property
    def folder(self) -> Path:
        """The working directory of the stage."""
        (place,) = self.stage.all("WORKDIR")
        return self.path(place)

    def path(self, place: str) -> Path:
        """Where a path of the container is."""
        return self.root / place.lstrip("/")

    def steps(self) -> Iterator[str]:
        """Carry out each instruction; yields the commands that were run, each after it."""
        self.folder.mkdir(parents=True)
        for word, rest in self.stage.steps:
            if word == "COPY":
                self._copy(rest)
            elif word == "RUN":
                self._run(rest)
                yield rest
            elif word not in ("WORKDIR", "ARG", "ENV"):
                raise ValueError(f"{word} is not rehearsed")

    def _copy(self, rest: str) -> None:
        source = re.match(r"--from=(\S+)\s+", rest)
        *names, target = rest[source.end() :].split() if source else rest.split()
        place = self.path(target) if target.startswith("/") else self.folder / target
        for name in names:
            self.contexts[source.group(1) if source else ""].copy(name, place)

    def _run(self, rest: str) -> None:
        command = re.sub(r"--mount=\S+\s+", "", rest)
        command = re.sub(r"(?<=\s)/(?=[a-z])", f"{self.root}/", command)
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=self.folder,
            env=dict(self.environment),
            text=True,
            capture_output=True,
            timeout=STEP_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{rest}\n{done.stdout}\n{done.stderr}")
