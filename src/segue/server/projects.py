"""The folder of projects: each a file `NAME-abc123.segue`, whose stem is the project's id.

Nothing is ever destroyed: a deleted project's file goes into the folder `trash`. A file that cannot
be opened is listed with the reason, and the others work.
"""

import logging
import os
import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from segue.errors import InputError
from segue.files import flush_folder, make_folder, user_folder
from segue.server.database import Database, move_files
from segue.server.project_file import ProjectError, ProjectFile
from segue.server.records import Facts, NewNode
from segue.server.workplace import sweep, working_folder

__all__ = ["MAX_ID", "Listed", "Projects", "default_folder", "slug"]

_LOG: Final = logging.getLogger("segue.server")

SUFFIX: Final = ".segue"
TRASH: Final = "trash"
MAX_ID: Final = 120
"""Letters of a project's id."""


@dataclass(frozen=True)
class Listed:
    """A file of the folder: its facts, or why it has none."""

    id: str
    facts: Facts | None
    problem: str | None


class Projects:
    """All projects of a folder; each is opened when it is first asked for and then kept open."""

    def __init__(self, folder: Path) -> None:
        """Open the folder, and tidy up what studios that were killed left in it.

        Raises:
            InputError: it cannot be made.
        """
        self.folder = make_folder(folder)
        self.read_only = not os.access(folder, os.W_OK)
        self._open: dict[str, ProjectFile] = {}
        self._looked_at: dict[str, tuple[_Signature, Listed]] = {}
        self._lock = threading.Lock()
        self._turns: dict[str, threading.RLock] = {}
        if self.read_only:
            _LOG.warning(
                "%s can only be read: its projects can be seen and heard, and nothing is kept",
                folder,
            )
        else:
            sweep(self.folder)
            self._take_in()

    def list(self) -> list[Listed]:
        """Every project, by its file's name."""
        return [self._listed(name) for name in sorted(self._names()) if not name.startswith(".")]

    def get(self, project: str) -> ProjectFile:
        """An open project; other projects can be used while it is opened.

        Raises:
            KeyError: there is no such file.
            ProjectError: it cannot be opened.
        """
        opened = self._opened(project)
        if opened is not None:
            return opened
        with self._turn(project):
            opened = self._opened(project)
            if opened is None:
                opened = ProjectFile.open(self._path(project))
                with self._lock:
                    self._open[project] = opened
            return opened

    def create(self, name: str, root: NewNode) -> str:
        """A new project; returns its id."""
        project = _new_id(name)
        opened = ProjectFile.create(self.folder / f"{project}{SUFFIX}", name=name, root=root)
        with self._lock:
            self._open[project] = opened
        return project

    def adopt(self, file: ProjectFile) -> str:
        """Copy a project that is elsewhere into the folder; returns its new id.

        Raises:
            InputError: the folder cannot be written.
        """
        project = _new_id(file.facts().name)
        path = self.folder / f"{project}{SUFFIX}"
        try:
            with working_folder(self.folder) as work:
                file.copy(work / path.name)
                (work / path.name).replace(path)
                flush_folder(self.folder)
        except OSError as error:
            raise InputError(f"{path}: cannot be written: {error.strerror}") from error
        return project

    def delete(self, project: str) -> None:
        """Close a project and move its file to the trash, with everything that belongs to it.

        Raises:
            KeyError: there is no such file.
            InputError: the file cannot be moved.
        """
        with self._turn(project):
            path = self._path(project)
            trash = make_folder(self.folder / TRASH)
            target = trash / path.name
            if target.exists():
                target = trash / f"{project}-{secrets.token_hex(3)}{SUFFIX}"
            try:
                # Opening takes in what a killed studio left beside it.
                self.get(project).move(target)
            except ProjectError:
                self._move_unopened(path, target)
            except OSError as error:
                raise _unmovable(path, trash, error) from error
            finally:
                with self._lock:
                    self._open.pop(project, None)

    @contextmanager
    def beside(self) -> Iterator[Path]:
        """A folder for temporary folders: this one, if it can be written."""
        if not self.read_only:
            yield self.folder
            return
        with TemporaryDirectory(prefix="segue-") as folder:
            yield Path(folder)

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            for opened in self._open.values():
                opened.close()
            self._open.clear()

    # ---- inside --------------------------------------------------------------------------------

    def _take_in(self) -> None:
        """Put what a killed studio left beside projects (`-wal`) into their files.

        Otherwise somebody who copies such a file alone would lose the latest versions. A file that
        is not a sound project stays as it is, and so does one that another studio has open.
        """
        for name in self._names():
            path = self.folder / name
            if path.with_name(f"{name}-wal").exists():
                with suppress(ProjectError):
                    Database.open(path).close()

    def _move_unopened(self, path: Path, target: Path) -> None:
        """Move a file that cannot be opened to the trash, damaged as it is."""
        try:
            if path.exists():
                move_files(path, target)
        except OSError as error:
            raise _unmovable(path, target.parent, error) from error

    def _names(self) -> Iterable[str]:
        try:
            return [name for name in os.listdir(self.folder) if name.endswith(SUFFIX)]
        except OSError as error:
            raise InputError(f"{self.folder}: cannot be read: {error.strerror}") from error

    def _path(self, project: str) -> Path:
        """The file of a project: one that the folder lists, so that no id leads outside it."""
        name = f"{project}{SUFFIX}"
        names = self._names()
        if name not in names:
            if any(_shown(found) == name for found in names):
                raise ProjectError(_unusable(name) or f"{name}: cannot be named; rename the file")
            raise KeyError(project)
        return self.folder / name

    def _opened(self, project: str) -> ProjectFile | None:
        """An open project, unless its file is gone or another lies in its place."""
        with self._lock:
            opened = self._open.get(project)
            if opened is None or opened.is_there():
                return opened
            del self._open[project]
        opened.close()
        return None

    @contextmanager
    def _turn(self, project: str) -> Iterator[None]:
        """Let one thread at a time open or delete a project, without blocking other projects."""
        with self._lock:
            turn = self._turns.setdefault(project, threading.RLock())
        with turn:
            yield

    def _listed(self, name: str) -> Listed:
        project = _shown(name).removesuffix(SUFFIX)
        if (problem := _unusable(name)) is not None:
            return Listed(project, None, problem)
        try:
            opened = self._opened(project)
            if opened is not None:
                return Listed(project, opened.facts(), None)
            return self._looked_into(project)
        except (ProjectError, OSError) as error:
            return Listed(project, None, str(error))

    def _looked_into(self, project: str) -> Listed:
        """The facts of a closed project; a file that did not change is not opened again."""
        path = self.folder / f"{project}{SUFFIX}"
        with self._turn(project):
            signature = _signature(path)
            known = self._looked_at.get(project)
            if known is not None and known[0] == signature:
                return known[1]
            try:
                with closing(ProjectFile.open(path, to_look=True)) as file:
                    found = Listed(project, file.facts(), None)
            except ProjectError as error:
                found = Listed(project, None, str(error))
            self._looked_at[project] = signature, found
            return found


_Signature = tuple[tuple[int, int, int], ...]


def _signature(path: Path) -> _Signature:
    """A value that changes when a file, or what lies beside it, changes."""
    found = []
    for ending in ("", "-wal", "-journal"):
        try:
            stat = path.with_name(path.name + ending).stat()
        except OSError:
            found.append((0, 0, 0))
        else:
            found.append((stat.st_ino, stat.st_size, stat.st_mtime_ns))
    return tuple(found)


def _shown(name: str) -> str:
    """A file's name as text that can be sent; names may hold bytes that are not UTF-8."""
    return os.fsencode(name).decode("utf-8", "replace")


def _unusable(name: str) -> str | None:
    """Why a file of this name cannot be requested; None if it can."""
    shown = _shown(name)
    if shown != name:
        return f"{shown}: the file's name is not in UTF-8; rename the file"
    if len(name) > MAX_ID + len(SUFFIX):
        return f"{shown}: the file's name has more than {MAX_ID} letters; rename the file"
    return None


def _unmovable(path: Path, trash: Path, error: OSError) -> InputError:
    return InputError(f"{path}: cannot be moved to {trash}: {error.strerror}")


def _new_id(name: str) -> str:
    return f"{slug(name)}-{secrets.token_hex(3)}"


def slug(text: str) -> str:
    """A name as part of a file's: "Ünder the Sea!" is "under-the-sea"."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "piece"


def default_folder() -> Path:
    """The folder of projects in the user's data."""
    return user_folder() / "projects"
