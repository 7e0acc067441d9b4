"""The folder of projects: each a file `NAME-abc123.segue`, whose stem is the project's id.

Nothing is ever destroyed: a deleted project's file goes into the folder `trash`. A file that cannot
be opened is listed with the reason, and the others open all the same.
"""

import os
import re
import secrets
import sys
import threading
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from segue.errors import InputError
from segue.files import make_folder
from segue.server.project_file import ProjectError, ProjectFile
from segue.server.records import Facts, NewNode

__all__ = ["Listed", "Projects", "default_folder", "slug"]

SUFFIX: Final = ".segue"
TRASH: Final = "trash"


@dataclass(frozen=True)
class Listed:
    """A file of the folder: its facts, or why it has none."""

    id: str
    facts: Facts | None
    problem: str | None


class Projects:
    """All projects of a folder; each is opened when it is first asked for and then kept open."""

    def __init__(self, folder: Path) -> None:
        """Open the folder.

        Raises:
            InputError: it cannot be made.
        """
        self.folder = make_folder(folder)
        self._open: dict[str, ProjectFile] = {}
        self._lock = threading.Lock()

    def list(self) -> list[Listed]:
        """Every project, by its file's name."""
        found = []
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            try:
                found.append(Listed(path.stem, self._facts(path), None))
            except ProjectError as error:
                found.append(Listed(path.stem, None, str(error)))
        return found

    def get(self, project: str) -> ProjectFile:
        """An open project.

        Raises:
            KeyError: there is no such file.
            ProjectError: it cannot be opened.
        """
        path = self.folder / f"{project}{SUFFIX}"
        with self._lock:
            if project in self._open:
                return self._open[project]
            # Only names that the folder lists: an id never leads out of it.
            if path.name not in os.listdir(self.folder):
                raise KeyError(project)
            opened = self._open[project] = ProjectFile.open(path)
            return opened

    def create(self, name: str, root: NewNode) -> str:
        """A new project; returns its id."""
        project = _new_id(name)
        with self._lock:
            path = self.folder / f"{project}{SUFFIX}"
            self._open[project] = ProjectFile.create(path, name=name, root=root)
        return project

    def adopt(self, file: ProjectFile) -> str:
        """Copy a project that is elsewhere into the folder; returns its new id.

        Raises:
            InputError: the folder cannot be written.
        """
        project = _new_id(file.facts().name)
        path = self.folder / f"{project}{SUFFIX}"
        new = path.with_name(f".{path.name}.new")
        try:
            file.copy(new)
            new.replace(path)
        except OSError as error:
            raise InputError(f"{path}: cannot be written: {error.strerror}") from error
        finally:
            new.unlink(missing_ok=True)
        return project

    def delete(self, project: str) -> None:
        """Close a project and put its file into the trash.

        Raises:
            KeyError: there is no such file.
            InputError: the file cannot be moved.
        """
        path = self.folder / f"{project}{SUFFIX}"
        with self._lock:
            if path.name not in os.listdir(self.folder):
                raise KeyError(project)
            opened = self._open.pop(project, None)
            if opened is not None:
                opened.close()
            trash = make_folder(self.folder / TRASH)
            target = trash / path.name
            if target.exists():
                target = trash / f"{project}-{secrets.token_hex(3)}{SUFFIX}"
            try:
                path.replace(target)
            except OSError as error:
                raise InputError(f"{path}: cannot be moved to {trash}: {error.strerror}") from error

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            for opened in self._open.values():
                opened.close()
            self._open.clear()

    def _facts(self, path: Path) -> Facts:
        with self._lock:
            opened = self._open.get(path.stem)
        if opened is not None:
            return opened.facts()
        project = ProjectFile.open(path)
        try:
            return project.facts()
        finally:
            project.close()


def _new_id(name: str) -> str:
    return f"{slug(name)}-{secrets.token_hex(3)}"


def slug(text: str) -> str:
    """A name as part of a file's: "Ünder the Sea!" is "under-the-sea"."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "piece"


def default_folder() -> Path:
    """Where this platform keeps what a user's programs write: the folder `segue/projects` there."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "segue" / "projects"
