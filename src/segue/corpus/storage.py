"""Where sources lie: in the local file system, or anywhere that fsspec reaches.

`s3://bucket/midi`, `hf://datasets/user/name` and the like are read by fsspec and the package of
their protocol (s3fs, huggingface_hub, ...). A path without a protocol, and `file://`, is local and
needs none of them. Paths are text here, with "/" between folders far away.

Folders are listed one at a time and in the order of their names, so that a tree of ten million
files takes no more memory than its largest folder.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

from segue.errors import CorpusError
from segue.extras import how_to_install
from segue.reading import is_regular, open_regular

__all__ = ["Entry", "Kind", "Storage", "storage_of"]

Kind = Literal["folder", "file", "other", "nothing"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or a folder in a folder: its name, and its path from the root of the storage."""

    name: str
    path: str
    is_folder: bool


class Storage(ABC):
    """Files and folders by their paths."""

    @abstractmethod
    def kind(self, path: str) -> Kind:
        """What there is at a path; "other" is a pipe, a socket or a device."""

    @abstractmethod
    def entries(self, folder: str) -> list[Entry]:
        """The files and folders in a folder, in any order."""

    @abstractmethod
    def size(self, path: str) -> int:
        """The bytes of a file."""

    @abstractmethod
    def stamp(self, path: str) -> str:
        """Text that changes when a file's content may have changed."""

    @abstractmethod
    def open(self, path: str) -> BinaryIO:
        """Open a file for reading.

        Raises:
            OSError: it cannot be opened.
        """

    def read(self, path: str, *, max_bytes: int) -> bytes:
        """The bytes of a file.

        Raises:
            OSError: it cannot be read.
            ValueError: it is larger than `max_bytes`.
        """
        with self.open(path) as file:
            data = file.read(max_bytes + 1)
        if len(data) > max_bytes:
            raise ValueError(f"larger than {max_bytes:,} bytes")
        return data

    def walk(self, folder: str, inside: str = "") -> Iterator[tuple[str, str]]:
        """Each file below a folder, by its path from there and its path, in the order of names."""
        for entry in sorted(self.entries(folder), key=lambda entry: entry.name):
            name = f"{inside}{entry.name}"
            if entry.is_folder:
                yield from self.walk(entry.path, f"{name}/")
            else:
                yield name, entry.path


class LocalStorage(Storage):
    """The file system of this machine; links to folders are not followed."""

    def kind(self, path: str) -> Kind:
        """As `Storage`."""
        if os.path.isdir(path):
            return "folder"
        if is_regular(path):
            return "file"
        return "other" if os.path.exists(path) else "nothing"

    def entries(self, folder: str) -> list[Entry]:
        """As `Storage`."""
        with os.scandir(folder) as found:
            return [
                Entry(entry.name, entry.path, entry.is_dir(follow_symlinks=False))
                for entry in found
                if entry.is_dir(follow_symlinks=False) or entry.is_file()
            ]

    def size(self, path: str) -> int:
        """As `Storage`."""
        return os.stat(path).st_size

    def stamp(self, path: str) -> str:
        """As `Storage`."""
        stat = os.stat(path)
        return f"{stat.st_size} {stat.st_mtime_ns}"

    def open(self, path: str) -> BinaryIO:
        """As `Storage`."""
        return open_regular(path)


class RemoteStorage(Storage):
    """A file system of fsspec."""

    def __init__(self, files: Any) -> None:
        self._files = files

    def kind(self, path: str) -> Kind:
        """As `Storage`."""
        if self._files.isdir(path):
            return "folder"
        return "file" if self._files.isfile(path) else "nothing"

    def entries(self, folder: str) -> list[Entry]:
        """As `Storage`."""
        found = []
        for entry in self._files.ls(folder, detail=True):
            path = entry["name"].rstrip("/")
            # Object stores list the folder itself, too, where something has made it an object.
            if path.strip("/") != folder.strip("/"):
                name = path.rsplit("/", 1)[-1]
                found.append(Entry(name, path, entry["type"] == "directory"))
        return found

    def size(self, path: str) -> int:
        """As `Storage`."""
        return int(self._files.size(path))

    def stamp(self, path: str) -> str:
        """As `Storage`."""
        return str(self._files.ukey(path))

    def open(self, path: str) -> BinaryIO:
        """As `Storage`."""
        opened: BinaryIO = self._files.open(path, "rb")
        return opened


def storage_of(path: str | Path) -> tuple[Storage, str]:
    """The storage that a path names, and the path in it.

    Raises:
        CorpusError: fsspec or the package of the protocol is missing, or there is no such protocol.
    """
    text = os.fspath(path)
    protocol, _, rest = text.partition("://")
    if not rest or isinstance(path, Path):
        return LocalStorage(), str(Path(path).resolve())
    if protocol in ("file", "local"):
        return LocalStorage(), str(Path(rest).resolve())
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise CorpusError(
            f"{text}: paths with a protocol are read by fsspec; {how_to_install('remote')}"
        ) from None
    try:
        files, inside = url_to_fs(text)
    except (ImportError, ValueError) as error:
        raise CorpusError(f"{text}: cannot be read: {error}") from None
    return RemoteStorage(files), inside.rstrip("/")
