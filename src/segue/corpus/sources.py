"""Where MIDI files come from: folders, .zip and .tar(.xz|.gz|.bz2) archives, read member by member.

A source is read front to back in an order of its own that never changes (sorted for folders and
zip, the archive's order for tar), because shards are cut from that order. Archives are never
unpacked to disk, and a member too large to be music is not read. Folders may hold archives: each
becomes a source of its own.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from segue.corpus.archives import (
    ARCHIVE_SUFFIXES,
    MIDI_SUFFIXES,
    Member,
    archive_members,
    is_midi,
    member_names,
    too_large,
)
from segue.corpus.ledger import LEDGER_SUFFIX, Provenance, read_ledger
from segue.corpus.options import MAX_FILE_BYTES
from segue.corpus.storage import Storage, storage_of
from segue.errors import CorpusError
from segue.plain import well_formed

__all__ = ["Member", "Source", "Survey", "Wanted", "every", "find_sources"]

Wanted: TypeAlias = Callable[[int], bool]
"""Whether the file at a position of a source, from 0, is to be read."""


def every(position: int) -> bool:
    """Read all files."""
    return True


@dataclass(frozen=True)
class Survey:
    """A source as it looks without being read.

    Attributes:
        n_files: how many MIDI files are wanted, or None if it takes reading everything to know.
        listing: a hash of the names of all its files, or for a tar of its size.
        fingerprint: a hash that changes when the wanted files or the ledger may have changed.
    """

    n_files: int | None
    listing: str
    fingerprint: str


@dataclass(frozen=True)
class Source:
    """A folder or an archive.

    Attributes:
        storage: what holds it.
        path: where it lies there.
        name: its name in the corpus; unique within a build.
        ledger: the path of its ledger file, or None.
        is_folder: whether it is a folder.
    """

    storage: Storage
    path: str
    name: str
    ledger: str | None
    is_folder: bool

    @property
    def is_sequential(self) -> bool:
        """Whether it can only be read from its beginning."""
        return not self.is_folder and not self.path.lower().endswith(".zip")

    def survey(self, wanted: Wanted = every) -> Survey:
        """Look at names, sizes and times of change, and read nothing.

        Raises:
            CorpusError: a zip or the ledger is damaged.
        """
        listing, changes = hashlib.sha256(), hashlib.sha256()
        n_files: int | None = 0
        if self.is_sequential:
            listing.update(str(self.storage.size(self.path)).encode())
            n_files = self._ledger_lines()
        else:
            names = self._walk() if self.is_folder else self._zip_names()
            for position, (name, path) in enumerate(names):
                listing.update(_bytes(name) + b"\n")
                if wanted(position):
                    n_files = (n_files or 0) + 1
                    if self.is_folder:
                        changes.update(self._stamp(path))
        if not self.is_folder:
            changes.update(self._stamp(self.path))
        if self.ledger is not None:
            changes.update(self._stamp(self.ledger))
        return Survey(n_files, listing.hexdigest(), changes.hexdigest())

    def provenance(self) -> dict[str, Provenance]:
        """What the ledger says, by path inside the source; empty if there is none.

        Raises:
            CorpusError: the ledger cannot be read, or a line of it is wrong.
        """
        if self.ledger is None:
            return {}
        return read_ledger(self.ledger, partial(self.storage.open, self.ledger))

    def members(self, wanted: Wanted = every) -> Iterator[Member]:
        """The MIDI files at the wanted positions, in the source's order.

        Raises:
            CorpusError: the archive itself is damaged, after its readable members were given.
        """
        if self.is_folder:
            return self._folder_members(wanted)
        opened = partial(self.storage.open, self.path)
        return archive_members(self.path, MAX_FILE_BYTES, opened, wanted)

    def _walk(self) -> Iterator[tuple[str, str]]:
        return midi_files(self.storage, self.path)

    def _zip_names(self) -> Iterator[tuple[str, str]]:
        names = member_names(self.path, partial(self.storage.open, self.path))
        return ((name, name) for name in names)

    def _ledger_lines(self) -> int | None:
        if self.ledger is None:
            return None
        with self.storage.open(self.ledger) as lines:
            return sum(1 for line in lines if line.strip())

    def _stamp(self, path: str) -> bytes:
        return _bytes(path) + f"\0{self.storage.stamp(path)}\n".encode()

    def _folder_members(self, wanted: Wanted) -> Iterator[Member]:
        for position, (name, path) in enumerate(self._walk()):
            if not wanted(position):
                continue
            name = well_formed(name)
            try:
                size = self.storage.size(path)
                yield too_large(name, size, MAX_FILE_BYTES) or Member(
                    name, self.storage.read(path, max_bytes=MAX_FILE_BYTES)
                )
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or error
                yield Member(name, b"", f"cannot be read: {reason}")


def midi_files(storage: Storage, folder: str) -> Iterator[tuple[str, str]]:
    """The MIDI files below a folder: their paths from there, and their paths."""
    return ((name, path) for name, path in storage.walk(folder) if is_midi(name))


def find_sources(paths: Iterable[str | Path]) -> list[Source]:
    """The sources at the given paths: the folders, the archives, and the archives inside the
    folders.

    Raises:
        CorpusError: a path does not exist or is neither a folder nor a known kind of archive, or
            there is no MIDI file and no archive in a folder.
    """
    found: dict[str, tuple[Storage, str, bool]] = {}
    for given in paths:
        if given == "":  # else it would be the folder in which the command was called
            raise CorpusError("a source without a name was given: a file or folder has a name")
        storage, path = storage_of(given)
        kind = storage.kind(path)
        if kind == "nothing":
            raise CorpusError(
                f"{given}: no such file or folder; give a folder or an archive of MIDI"
            )
        if kind == "other":
            raise CorpusError(f"{given}: a pipe, a socket or a device; give a folder or an archive")
        if kind == "folder":
            places = _expanded(storage, path, str(given))
        elif _is_archive(path):
            places = [(path, False)]
        else:
            kinds = ", ".join(ARCHIVE_SUFFIXES)
            raise CorpusError(f"{given}: not a folder and not an archive that is known ({kinds})")
        for place, is_folder in places:
            found.setdefault(f"{type(storage).__name__} {place}", (storage, place, is_folder))
    if not found:
        raise CorpusError("no source was given; name a folder, .zip or .tar.xz with MIDI files")
    return _named(list(found.values()))


def _expanded(storage: Storage, folder: str, given: str) -> list[tuple[str, bool]]:
    """A folder, if it has files of its own, and the archives in it."""
    archives, has_midi = [], False
    for name, path in storage.walk(folder):
        if _is_archive(name):
            archives.append((path, False))
        has_midi = has_midi or is_midi(name)
    if not archives and not has_midi:
        raise CorpusError(
            f"{given}: no MIDI file ({', '.join(MIDI_SUFFIXES)}) and no archive in it"
        )
    return [(folder, True), *archives] if has_midi else archives


def _named(places: list[tuple[Storage, str, bool]]) -> list[Source]:
    """Sources with unique names: the file's name, with its folder's where two are alike."""
    split = [tuple(path.replace(os.sep, "/").rsplit("/", 2)[-2:]) for _, path, _ in places]
    names = [parts[-1] for parts in split]
    sources = []
    for (storage, path, is_folder), parts in zip(places, split, strict=True):
        name = parts[-1] if names.count(parts[-1]) == 1 else "/".join(parts)
        stem = path
        if not is_folder:
            suffix = next(s for s in ARCHIVE_SUFFIXES if path.lower().endswith(s))
            stem = path[: -len(suffix)]
        ledger = f"{stem}{LEDGER_SUFFIX}"
        has_ledger = storage.kind(ledger) == "file"
        sources.append(
            Source(storage, path, well_formed(name), ledger if has_ledger else None, is_folder)
        )
    if len({source.name for source in sources}) < len(sources):
        raise CorpusError("two sources have the same name and parent folder's name; rename one")
    return sources


def _is_archive(name: str) -> bool:
    return name.lower().endswith(ARCHIVE_SUFFIXES)


def _bytes(name: str) -> bytes:
    """A name as bytes, even one that no encoding holds."""
    return name.encode("utf-8", "surrogatepass")
