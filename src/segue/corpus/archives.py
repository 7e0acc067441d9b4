"""MIDI files in .zip and .tar(.xz|.gz|.bz2) archives, read member by member.

An archive is not trusted: what it says of sizes is checked before anything of that size is held.
The headers of a tar that carry long names may be as large as the archive likes, and an .xz file may
ask for gigabytes to be unpacked with; both are refused. What is wrong with an archive as a whole is
a `CorpusError`, with a member one bad file.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, TypeAlias

from segue.errors import CorpusError
from segue.plain import well_formed

Opened: TypeAlias = Callable[[], BinaryIO]
"""Opens an archive for reading."""

MIDI_SUFFIXES: Final = (".mid", ".midi", ".kar", ".rmi", ".xmf", ".mxmf")
TAR_SUFFIXES: Final = (".tar.xz", ".tar.gz", ".tgz", ".tar.bz2", ".tar")
ARCHIVE_SUFFIXES: Final = (".zip", *TAR_SUFFIXES)

_MAX_HEADER_BYTES: Final = 2**20
"""The most bytes of a header that holds a long name; names have some hundreds."""
_MAX_UNPACKING_BYTES: Final = 2**28
"""The most memory for unpacking; `xz -9` needs 65 MiB."""
_XZ_CHUNK: Final = 2**16
_XZ_MAGIC: Final = b"\xfd7zXZ\0"
_DAMAGED: Final = (
    tarfile.TarError,
    zipfile.BadZipFile,
    lzma.LZMAError,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
)
"""What the readers raise over archives that are damaged, or made to harm."""


@dataclass(frozen=True)
class Member:
    """One MIDI file of a source: its path inside it, and its bytes or why there are none."""

    path: str
    data: bytes
    problem: str = ""


def is_midi(name: str) -> bool:
    """Whether a file has the name of a MIDI file."""
    # "._x.mid" is macOS's shadow of x.mid: a resource fork, not music.
    base = name.rsplit("/", 1)[-1]
    return base.lower().endswith(MIDI_SUFFIXES) and not base.startswith("._")


def too_large(name: str, size: int, max_bytes: int) -> Member | None:
    """The member without its bytes if they are too many for music; else None."""
    if size <= max_bytes:
        return None
    return Member(name, b"", f"{size} bytes, more than {max_bytes}")


def member_names(path: str, opened: Opened) -> list[str]:
    """The names of a zip's MIDI files, in the order in which they are read.

    Raises:
        CorpusError: it is damaged.
    """
    with _guarded(path), opened() as file, zipfile.ZipFile(file) as archive:
        return [info.filename for info in _midi_infos(archive)]


def archive_members(
    path: str, max_bytes: int, opened: Opened, wanted: Callable[[int], bool]
) -> Iterator[Member]:
    """The MIDI files of an archive, in its order; larger ones than `max_bytes` without bytes.

    Args:
        path: what messages call it.
        max_bytes: the most bytes of a member.
        opened: opens the archive.
        wanted: whether the file at a position, from 0, is to be read.

    Raises:
        CorpusError: it is damaged, after its readable members were given.
    """
    suffix = f".{path.rsplit('.', 1)[-1]}".lower()
    with _guarded(path), opened() as file:
        if suffix == ".zip":
            yield from _zip_members(file, max_bytes, wanted)
        else:
            yield from _tar_members(file, suffix, max_bytes, wanted)


def _midi_infos(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    infos = (i for i in archive.infolist() if not i.is_dir() and is_midi(i.filename))
    return sorted(infos, key=lambda info: info.filename)


def _zip_members(file: BinaryIO, max_bytes: int, wanted: Callable[[int], bool]) -> Iterator[Member]:
    with zipfile.ZipFile(file) as archive:
        for position, info in enumerate(_midi_infos(archive)):
            if not wanted(position):
                continue
            name = well_formed(info.filename)
            if refused := too_large(name, info.file_size, max_bytes):
                yield refused
                continue
            try:
                yield Member(name, archive.read(info))
            except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
                yield Member(name, b"", f"cannot be read: {error}")


def _tar_members(
    packed: BinaryIO, suffix: str, max_bytes: int, wanted: Callable[[int], bool]
) -> Iterator[Member]:
    position = -1
    # These, unlike tarfile's own stream, notice when a compressed file has been cut short.
    with (
        _unpacked(packed, suffix) as file,
        tarfile.open(fileobj=file, mode="r|", bufsize=1 << 20, tarinfo=_BoundedHeader) as archive,
    ):
        for info in archive:
            # tarfile would keep the header of every file, a kilobyte each.
            archive.members = []  # type: ignore[attr-defined]
            if info.isfile() and is_midi(info.name):
                position += 1
                if not wanted(position):
                    continue
                name = well_formed(info.name.removeprefix("./"))
                opened = archive.extractfile(info)
                if refused := too_large(name, info.size, max_bytes):
                    yield refused
                elif opened is not None:
                    yield Member(name, opened.read())


def _unpacked(packed: BinaryIO, suffix: str) -> Any:
    """The file object that gives what a compressed file holds."""
    if suffix == ".xz":
        return io.BufferedReader(_Xz(packed), _XZ_CHUNK)
    if suffix in (".gz", ".tgz"):
        return gzip.open(packed, "rb")
    if suffix == ".bz2":
        return bz2.open(packed, "rb")
    return packed


class _Xz(io.RawIOBase):
    """What an .xz file holds, unpacked with a bound on memory, which `lzma.open` lacks."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._decoder = self._fresh()

    @staticmethod
    def _fresh() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(memlimit=_MAX_UNPACKING_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            packed = b""
            if self._decoder.eof:  # a file may hold several streams one after another
                packed = self._next_stream()
                if not packed:
                    return 0
                self._decoder = self._fresh()
            elif self._decoder.needs_input:
                packed = self._packed.read(_XZ_CHUNK)
                if not packed:
                    raise EOFError("the compressed file ends before the end-of-stream mark")
            data = self._decoder.decompress(packed, len(buffer))
            if data:
                buffer[: len(data)] = data
                return len(data)

    def _next_stream(self) -> bytes:
        """The first bytes of another stream; none at the end, or before anything else."""
        rest = self._decoder.unused_data.lstrip(b"\0")
        while len(rest) < len(_XZ_MAGIC) and (chunk := self._packed.read(_XZ_CHUNK)):
            rest = (rest + chunk).lstrip(b"\0")
        return rest if rest.startswith(_XZ_MAGIC) else b""


class _BoundedHeader(tarfile.TarInfo):
    """A member of a tar whose header takes no more memory than a header should."""

    _EXTENDED: Final = (
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
        tarfile.SOLARIS_XHDTYPE,
    )

    def _proc_member(self, archive: tarfile.TarFile) -> Any:
        if self.type in self._EXTENDED and self.size > _MAX_HEADER_BYTES:
            raise tarfile.ReadError(f"a header of {self.size:,} bytes")
        if self.type == tarfile.GNUTYPE_SPARSE and self._sparse_structs[1]:  # type: ignore[attr-defined]
            raise tarfile.ReadError("a file in pieces without number (packed with --sparse)")
        return super()._proc_member(archive)  # type: ignore[misc]

    def _proc_gnusparse_10(self, *_: Any) -> None:
        raise tarfile.ReadError("a file in pieces without number (packed with --sparse)")


@contextmanager
def _guarded(path: str) -> Iterator[None]:
    """Turn what damaged archives raise into one error of ours."""
    try:
        yield
    except _DAMAGED as error:
        reason = str(error) or type(error).__name__
        raise CorpusError(
            f"{path}: the archive is damaged ({reason[:200]}); fetch it again, or unpack what can"
            " be unpacked and give the folder"
        ) from error
