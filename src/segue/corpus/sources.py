"""Where MIDI files come from: folders, .zip and .tar(.xz|.gz|.bz2) archives, read member by member.

A source is read front to back in an order of its own that never changes (sorted for folders and
zip, the archive's order for tar), because shards are cut from that order. Archives are never
unpacked to disk, and a member too large to be music is not read. Folders may hold archives: each
becomes a source of its own.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from segue.corpus.ledger import LEDGER_SUFFIX
from segue.corpus.options import MAX_FILE_BYTES
from segue.errors import CorpusError

MIDI_SUFFIXES: Final = (".mid", ".midi", ".kar", ".rmi", ".xmf", ".mxmf")
TAR_SUFFIXES: Final = (".tar.xz", ".tar.gz", ".tgz", ".tar.bz2", ".tar")
ARCHIVE_SUFFIXES: Final = (".zip", *TAR_SUFFIXES)

_OPENERS: Final[dict[str, Any]] = {
    ".xz": lzma.open,
    ".gz": gzip.open,
    ".tgz": gzip.open,
    ".bz2": bz2.open,
}
_DAMAGED: Final = (
    tarfile.TarError,
    zipfile.BadZipFile,
    lzma.LZMAError,
    zlib.error,
    gzip.BadGzipFile,
    EOFError,
)


@dataclass(frozen=True)
class Member:
    """One MIDI file of a source: its path inside it, and its bytes or why there are none."""

    path: str
    data: bytes
    problem: str = ""


@dataclass(frozen=True)
class Source:
    """A folder or an archive.

    Attributes:
        path: where it lies.
        name: what the corpus calls it; unique within a build.
        ledger: its ledger file, or None.
    """

    path: Path
    name: str
    ledger: Path | None

    def fingerprint(self) -> str:
        """A hash that changes when the source's content or its ledger may have changed.

        Sizes and times of change stand for the content, so that asking costs no reading.
        """
        digest = hashlib.sha256()
        files = [self.path] if self.path.is_file() else _midi_files(self.path)
        for file in (*files, *((self.ledger,) if self.ledger else ())):
            stat = file.stat()
            digest.update(f"{file}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def n_files(self) -> int | None:
        """How many MIDI files there are, or None if only reading it all would tell."""
        if self.path.is_dir():
            return len(_midi_files(self.path))
        if self.path.suffix.lower() == ".zip":
            with _guarded_archive(self.path), zipfile.ZipFile(self.path) as archive:
                return sum(_is_midi(name) for name in archive.namelist())
        if self.ledger is not None:
            with self.ledger.open("rb") as lines:
                return sum(1 for line in lines if line.strip())
        return None

    def members(self) -> Iterator[Member]:
        """Every MIDI file, in the source's order.

        Raises:
            CorpusError: the archive itself is damaged, after its readable members were given.
        """
        if self.path.is_dir():
            return _folder_members(self.path)
        return _archive_members(self.path)


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
        sources.append(Source(path, name, ledger if ledger.is_file() else None))
    if len({source.name for source in sources}) < len(sources):
        raise CorpusError("two sources have the same name and parent folder's name; rename one")
    return sources


def _is_archive(path: Path) -> bool:
    return path.name.lower().endswith(ARCHIVE_SUFFIXES)


def _is_midi(name: str) -> bool:
    # "._x.mid" is macOS's shadow of x.mid: a resource fork and no music.
    base = name.rsplit("/", 1)[-1]
    return base.lower().endswith(MIDI_SUFFIXES) and not base.startswith("._")


def _midi_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if _is_midi(path.name) and path.is_file())


def _folder_members(folder: Path) -> Iterator[Member]:
    for path in _midi_files(folder):
        name = path.relative_to(folder).as_posix()
        try:
            size = path.stat().st_size
            yield _too_large(name, size) or Member(name, path.read_bytes())
        except OSError as error:
            yield Member(name, b"", f"cannot be read: {error.strerror}")


def _tar_members(path: Path) -> Iterator[Member]:
    opener = _OPENERS.get(path.suffix.lower(), open)
    # These, unlike tarfile's own stream, notice when a compressed file has been cut short.
    with (
        opener(path, "rb") as file,
        tarfile.open(fileobj=file, mode="r|", bufsize=1 << 20) as archive,
    ):
        for info in archive:
            # tarfile would keep the header of every file, a kilobyte each.
            archive.members = []  # type: ignore[attr-defined]
            if info.isfile() and _is_midi(info.name):
                name = info.name.removeprefix("./")
                opened = archive.extractfile(info)
                if refused := _too_large(name, info.size):
                    yield refused
                elif opened is not None:
                    yield Member(name, opened.read())


def _zip_members(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for info in sorted(archive.infolist(), key=lambda info: info.filename):
            if info.is_dir() or not _is_midi(info.filename):
                continue
            if refused := _too_large(info.filename, info.file_size):
                yield refused
                continue
            try:
                yield Member(info.filename, archive.read(info))
            except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
                yield Member(info.filename, b"", f"cannot be read: {error}")


def _too_large(name: str, size: int) -> Member | None:
    if size <= MAX_FILE_BYTES:
        return None
    return Member(name, b"", f"{size} bytes, more than {MAX_FILE_BYTES}")


def _archive_members(path: Path) -> Iterator[Member]:
    reader = _zip_members if path.suffix.lower() == ".zip" else _tar_members
    with _guarded_archive(path):
        yield from reader(path)


@contextmanager
def _guarded_archive(path: Path) -> Iterator[None]:
    """Tell what damaged archives raise as one error of ours."""
    try:
        yield
    except _DAMAGED as error:
        raise CorpusError(
            f"{path}: the archive is damaged ({error}); fetch it again, or unpack what can be"
            " unpacked and give the folder"
        ) from error
