"""Where MIDI files come from: folders, .zip and .tar(.xz|.gz|.bz2) archives, read member by member.

A source is read front to back in an order of its own that never changes (sorted for folders and
zip, the archive's order for tar), because shards are cut from that order. Archives are never
unpacked to disk, and a member too large to be music is not read. Folders may hold archives: each
becomes a source of its own.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from segue.corpus.archives import (
    ARCHIVE_SUFFIXES,
    MIDI_SUFFIXES,
    Member,
    archive_members,
    is_midi,
    n_members,
    too_large,
)
from segue.corpus.ledger import LEDGER_SUFFIX
from segue.corpus.options import MAX_FILE_BYTES
from segue.errors import CorpusError
from segue.plain import well_formed
from segue.reading import is_regular, open_regular, read_regular

__all__ = ["Member", "Source", "find_sources"]


@dataclass(frozen=True)
class Source:
    """A folder or an archive.

    Attributes:
        path: where it lies.
        name: its name in the corpus; unique within a build.
        ledger: its ledger file, or None.
    """

    path: Path
    name: str
    ledger: Path | None

    def fingerprint(self) -> str:
        """A hash that changes when the source's content or its ledger may have changed.

        Sizes and times of change stand for the content, so nothing has to be read.
        """
        digest = hashlib.sha256()
        files = [self.path] if self.path.is_file() else _midi_files(self.path)
        for file in (*files, *((self.ledger,) if self.ledger else ())):
            stat = file.stat()
            digest.update(os.fsencode(file))
            digest.update(f"\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def n_files(self) -> int | None:
        """How many MIDI files there are, or None if it takes reading everything to know."""
        if self.path.is_dir():
            return len(_midi_files(self.path))
        if self.path.suffix.lower() == ".zip":
            return n_members(self.path)
        if self.ledger is not None:
            with open_regular(self.ledger) as lines:
                return sum(1 for line in lines if line.strip())
        return None

    def members(self) -> Iterator[Member]:
        """Every MIDI file, in the source's order.

        Raises:
            CorpusError: the archive itself is damaged, after its readable members were given.
        """
        if self.path.is_dir():
            return _folder_members(self.path)
        return archive_members(self.path, MAX_FILE_BYTES)


def find_sources(paths: Iterable[Path]) -> list[Source]:
    """The sources at the given paths: the folders, the archives, and the archives inside the
    folders.

    Raises:
        CorpusError: a path does not exist or is neither a folder nor a known kind of archive, or
            there is no MIDI file and no archive in a folder.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise CorpusError(
                f"{path}: no such file or folder; give a folder or an archive of MIDI"
            )
        if path.is_dir():
            found.update(dict.fromkeys(_expanded(path)))
        elif not is_regular(path):
            raise CorpusError(f"{path}: a pipe, a socket or a device; give a folder or an archive")
        elif _is_archive(path):
            found[path.resolve()] = None
        else:
            kinds = ", ".join(ARCHIVE_SUFFIXES)
            raise CorpusError(f"{path}: not a folder and not an archive that is known ({kinds})")
    if not found:
        raise CorpusError("no source was given; name a folder, .zip or .tar.xz with MIDI files")
    return _named(list(found))


def _expanded(folder: Path) -> list[Path]:
    folder = folder.resolve()
    archives = sorted(path for path in folder.rglob("*") if path.is_file() and _is_archive(path))
    loose = [folder] if _midi_files(folder) else []
    if not archives and not loose:
        raise CorpusError(
            f"{folder}: no MIDI file ({', '.join(MIDI_SUFFIXES)}) and no archive in it"
        )
    return loose + archives


def _named(paths: list[Path]) -> list[Source]:
    """Sources with unique names: the file's name, with its folder's where two are alike."""
    names = [path.name for path in paths]
    sources = []
    for path in paths:
        name = path.name if names.count(path.name) == 1 else f"{path.parent.name}/{path.name}"
        stem = path.name
        if path.is_file():
            suffix = next(s for s in ARCHIVE_SUFFIXES if path.name.lower().endswith(s))
            stem = path.name[: -len(suffix)]
        ledger = path.parent / f"{stem}{LEDGER_SUFFIX}"
        sources.append(Source(path, well_formed(name), ledger if ledger.is_file() else None))
    if len({source.name for source in sources}) < len(sources):
        raise CorpusError("two sources have the same name and parent folder's name; rename one")
    return sources


def _is_archive(path: Path) -> bool:
    return path.name.lower().endswith(ARCHIVE_SUFFIXES)


def _midi_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if is_midi(path.name) and path.is_file())


def _folder_members(folder: Path) -> Iterator[Member]:
    for path in _midi_files(folder):
        name = well_formed(path.relative_to(folder).as_posix())
        try:
            size = path.stat().st_size
            yield too_large(name, size, MAX_FILE_BYTES) or Member(
                name, read_regular(path, max_bytes=MAX_FILE_BYTES)
            )
        except (OSError, ValueError) as error:
            yield Member(name, b"", f"cannot be read: {getattr(error, 'strerror', None) or error}")
