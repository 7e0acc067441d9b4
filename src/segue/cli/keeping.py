"""Where results go: nothing is overwritten unless the musician says `--force`.

One rule holds for all commands. A result whose name is taken gets the next free one: `song.wav`,
`song-2.wav`. The takes of one run belong together: their numbers go on from the highest take in the
folder, and their list and picture are the next free `takes-2.json` and `takes-2.png`, so that each
list has exactly its own takes, however many were asked for before.

With `--force` a run replaces the earlier runs whose files it overwrites: other takes on their lists
are removed, if Segue wrote them, so that no list is left that names takes of another run. A command
never overwrites what it reads.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from segue.errors import InputError
from segue.files import TakenError, write_bytes, write_fresh
from segue.reading import is_regular, read_json, read_regular

__all__ = ["Force", "TakesFolder", "free_name", "put"]

Force = Annotated[
    bool,
    typer.Option(
        "--force",
        help="Replace files that are there; otherwise they stay, and new ones get free names.",
    ),
]

_TAKE: Final = re.compile(r"take-([0-9]{1,9})\.mid", re.IGNORECASE)
_LISTS: Final = re.compile(r"takes(-[0-9]{1,9})?\.json")
_LIST: Final = "takes.json"
_PICTURE: Final = "takes.png"
_MARK: Final = b'segue {"'
"""In the text event that says what made a take; see `segue.generation.take`."""
_MAX_TAKE_BYTES: Final = 64 * 2**20
_TRIES: Final = 20


def free_name(path: Path) -> Path:
    """The path, or the first of `NAME-2`, `NAME-3`, ... beside it that nothing has."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def put(path: Path, content: bytes, *, force: bool) -> Path:
    """Write a file and say where: at `path`, or under the next free name.

    A file that is there and is the same already stays as it is.

    Raises:
        InputError: the folder cannot be written, or the disk is full.
    """
    if force:
        write_bytes(path, content)
        return path
    for _ in range(_TRIES):
        with suppress(OSError, ValueError):
            if read_regular(path, max_bytes=len(content)) == content:
                return path
        free = free_name(path)
        with suppress(TakenError):
            write_fresh(free, content)
            return free
    raise InputError(f"{path}: another program keeps writing here; give another folder")


@dataclass
class TakesFolder:
    """A folder that the takes of one run are written into.

    Attributes:
        removed: takes of an earlier run that `--force` took away.
    """

    path: Path
    force: bool
    inputs: Sequence[Path] = ()
    """What the command reads, which is never overwritten."""
    removed: list[Path] = field(default_factory=list)
    _suffix: str = ""

    def check(self, count: int) -> None:
        """Check that `count` takes may be written, before anybody waits for them.

        Raises:
            InputError: `--force` would replace what the command reads.
        """
        if not self.force:
            return
        for name in (*(_take_name(n) for n in range(1, count + 1)), _LIST, _PICTURE):
            if self._is_input(self.path / name):
                raise InputError(
                    f"{self.path / name}: is what this command reads, and --force would replace "
                    "it; give another folder with --out, or drop --force"
                )

    def write(
        self, takes: Mapping[int, bytes], listed: Callable[[Sequence[Path]], bytes]
    ) -> list[Path]:
        """Write takes, by number, and the list of them; returns the paths of the takes.

        `listed`: the bytes of the list, given those paths.

        Raises:
            InputError: the folder cannot be written, or the disk is full.
        """
        if self.force:
            paths = [self.path / _take_name(number) for number in takes]
            new = {path.name for path in paths} | {_LIST}
            replaced = self._replaced(new)
            for path, content in zip(paths, takes.values(), strict=True):
                write_bytes(path, content)
            write_bytes(self.path / _LIST, listed(paths))
            self._remove(replaced - new)
            return paths
        for _ in range(_TRIES):
            with suppress(TakenError):
                return self._write_fresh(takes, listed)
        raise InputError(
            f"{self.path}: another program keeps writing here; give another folder with --out"
        )

    @property
    def picture(self) -> Path:
        """Where the picture of the takes that were written goes."""
        return self.path / _with_suffix(_PICTURE, self._suffix)

    def _write_fresh(
        self, takes: Mapping[int, bytes], listed: Callable[[Sequence[Path]], bytes]
    ) -> list[Path]:
        before = self._highest()
        paths = [self.path / _take_name(before + number) for number in takes]
        self._suffix = self._free_suffix()
        written: list[Path] = []
        try:
            for path, content in zip(paths, takes.values(), strict=True):
                write_fresh(path, content)
                written.append(path)
            write_fresh(self.path / _with_suffix(_LIST, self._suffix), listed(paths))
        except TakenError:  # somebody else writes takes here: go on from their numbers
            for path in written:
                path.unlink(missing_ok=True)
            raise
        return paths

    def _highest(self) -> int:
        """The highest number of a take in the folder; 0 if there is none."""
        found = (_TAKE.fullmatch(name) for name in os.listdir(self.path))
        return max((int(match[1]) for match in found if match), default=0)

    def _free_suffix(self) -> str:
        number, suffix = 1, ""
        while any(
            os.path.lexists(self.path / _with_suffix(name, suffix)) for name in (_LIST, _PICTURE)
        ):
            number += 1
            suffix = f"-{number}"
        return suffix

    def _replaced(self, new: set[str]) -> set[str]:
        """The names of all files of the runs of which `new` names at least one."""
        found: set[str] = set()
        for name in filter(_LISTS.fullmatch, os.listdir(self.path)):
            try:
                listed: Any = read_json(self.path / name)
                takes = {Path(str(each["file"])).name for each in listed}
            except (OSError, ValueError, TypeError, LookupError):
                continue
            run = {name, f"{name.removesuffix('.json')}.png", *filter(_TAKE.fullmatch, takes)}
            found |= run if run & new else set()
        return found

    def _remove(self, names: Iterable[str]) -> None:
        for path in (self.path / name for name in sorted(names)):
            if path.is_symlink() or not is_regular(path) or self._is_input(path):
                continue
            if path.suffix.lower() == ".mid" and not _is_of_segue(path):
                continue
            with suppress(OSError):
                path.unlink()
                self.removed.append(path)

    def _is_input(self, path: Path) -> bool:
        with suppress(OSError):
            return any(given.exists() and path.samefile(given) for given in self.inputs)
        return False


def _take_name(number: int) -> str:
    return f"take-{number}.mid"


def _with_suffix(name: str, suffix: str) -> str:
    stem, dot, kind = name.rpartition(".")
    return f"{stem}{suffix}{dot}{kind}"


def _is_of_segue(path: Path) -> bool:
    """Whether a file says of itself that it is a take."""
    try:
        return _MARK in read_regular(path, max_bytes=_MAX_TAKE_BYTES)
    except (OSError, ValueError):
        return False
