"""A shard: what one worker makes of a few hundred files, in one file that is either whole or
absent.

Shards are the unit of resuming. They hold the songs' columns end to end, one JSON row a song, the
reasons of the rejected, and the melodic fingerprints that clustering needs later; they are thrown
away when the store is written. A shard's content depends on its files and the options only, never
on which worker made it or when.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt

from segue.corpus.archives import Member
from segue.corpus.ledger import Provenance
from segue.corpus.options import CorpusOptions
from segue.corpus.parse import ParsedSong, Rejected, parse_song
from segue.corpus.shingles import song_shingles
from segue.corpus.song import COLUMNS, Song
from segue.errors import CorpusError

SHARD_VERSION: Final = 3
"""Part of every fingerprint: raise it when a shard's content changes, and no old shard is
reused."""

ARRAY_COLUMNS: Final = tuple(name for group in COLUMNS.values() for name in group)


@dataclass(frozen=True)
class ShardTask:
    """The files of one shard, each with its provenance, and where the shard goes."""

    path: Path
    archive: str
    members: Sequence[tuple[Member, Provenance]]
    options: CorpusOptions


@dataclass(frozen=True)
class Shard:
    """A shard as read back.

    Attributes:
        rows: one record a song: paths, provenance, hashes, counts.
        rejected: one record a rejected file, with its reason.
        columns: every column of `COLUMNS`, the songs end to end.
    """

    rows: list[dict[str, Any]]
    rejected: list[dict[str, Any]]
    columns: dict[str, npt.NDArray[Any]]


def make_shard(task: ShardTask) -> None:
    """Parse a shard's files and write it; runs in a worker process."""
    note = _note(task.path)
    with note.open("wb", buffering=0) as place:
        contents = _contents(task, place)
    _write(task.path, *contents)
    note.unlink()


def file_in_progress(task: ShardTask) -> int | None:
    """The file of an unfinished shard that its dead worker was reading; None if there was none."""
    try:
        noted = _note(task.path).read_bytes().split()
    except FileNotFoundError:
        return None
    return int(noted[-1]) if noted else None


def _note(shard: Path) -> Path:
    """The file that says which member is being parsed, in case the process dies of it."""
    return shard.with_suffix(".at")


_Contents = tuple[
    list[dict[str, Any]], list[dict[str, Any]], list[Song], list[npt.NDArray[np.uint32]]
]


def _contents(task: ShardTask, place: IO[bytes]) -> _Contents:
    """Rows, rejected, songs and shingles of a shard's files."""
    rows: list[dict[str, Any]] = []
    rejected: list[dict[str, Any]] = []
    songs: list[Song] = []
    shingles: list[npt.NDArray[np.uint32]] = []
    for number, (member, provenance) in enumerate(task.members):
        place.write(b"%d\n" % number)
        sha256 = hashlib.sha256(member.data).hexdigest()
        identity = {
            "path": member.path,
            "archive": task.archive,
            "source": provenance.source,
            "origin": provenance.origin,
            "tier": provenance.tier,
            "licence": provenance.licence,
            "sha256": sha256,
        }
        try:
            parsed = _checked_song(member, provenance, sha256, task.options)
        except Rejected as reason:
            rejected.append({**identity, "reason": str(reason)})
            continue
        find_copies = task.options.near_duplicates
        songs.append(parsed.song)
        shingles.append(song_fingerprint(parsed.song) if find_copies else _NO_SHINGLES)
        rows.append({**identity, **_facts(parsed), "n_shingles": len(shingles[-1])})
    return rows, rejected, songs, shingles


_NO_SHINGLES: Final = np.empty(0, np.uint32)


def _checked_song(
    member: Member, provenance: Provenance, sha256: str, options: CorpusOptions
) -> ParsedSong:
    if member.problem:
        raise Rejected(member.problem)
    if provenance.sha256 and provenance.sha256 != sha256:
        raise Rejected("its sha256 is not the ledger's: the licence stated there is another file's")
    return parse_song(member.data, options)


def song_fingerprint(song: Song) -> npt.NDArray[np.uint32]:
    """The shingles of a song; see `shingles`."""
    return song_shingles(
        onset=song.onset,
        pitch=song.pitch,
        track=song.track,
        track_is_drum=song.track_is_drum,
        ticks_per_quarter=song.ticks_per_quarter,
    )


def _facts(parsed: ParsedSong) -> dict[str, Any]:
    song = parsed.song
    is_drum = song.track_is_drum
    has_drums = bool(is_drum.any())
    return {
        "music_sha256": _music_hash(song),
        "ticks_per_quarter": song.ticks_per_quarter,
        "n_notes": len(song),
        "n_tracks": song.n_tracks,
        "n_bars": parsed.n_bars,
        "seconds": round(parsed.seconds, 3),
        "has_drums": has_drums,
        "n_instruments": len(set(song.track_program[~is_drum].tolist())) + has_drums,
        "n_tempos": len(song.tempo_ticks),
        "n_metres": len(song.metre_ticks),
        "metre": f"{song.metre_numerator[0]}/{song.metre_denominator[0]}",
        "repairs": parsed.repairs,
        "rescued": parsed.rescued,
    }


def _music_hash(song: Song) -> str:
    """A hash of the music alone: equal for files that differ in texts, names or controllers
    only.
    """
    digest = hashlib.sha256(str(song.ticks_per_quarter).encode())
    for name in ARRAY_COLUMNS:
        digest.update(np.ascontiguousarray(song.column(name)).data)
    return digest.hexdigest()


def _write(
    path: Path,
    rows: list[dict[str, Any]],
    rejected: list[dict[str, Any]],
    songs: list[Song],
    shingles: list[npt.NDArray[np.uint32]],
) -> None:
    arrays = {
        name: np.concatenate([np.empty(0, dtype), *(song.column(name) for song in songs)])
        for group in COLUMNS.values()
        for name, dtype in group.items()
    }
    arrays["shingles"] = np.concatenate([_NO_SHINGLES, *shingles])
    arrays["rows"] = _json_bytes({"rows": rows, "rejected": rejected})
    partial = path.with_suffix(f".{os.getpid()}.tmp")
    with partial.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    partial.replace(path)


def _json_bytes(value: object) -> npt.NDArray[np.uint8]:
    return np.frombuffer(json.dumps(value, ensure_ascii=False).encode(), np.uint8)


def read_shard(path: Path, *, columns: Sequence[str] = ARRAY_COLUMNS) -> Shard:
    """Read a shard: its records, and the columns asked for.

    Raises:
        CorpusError: it is damaged.
    """
    with _opened(path) as file:
        records = json.loads(file["rows"].tobytes())
        arrays = {name: file[name] for name in columns}
        return Shard(records["rows"], records["rejected"], arrays)


def read_shingles(path: Path) -> npt.NDArray[np.uint32]:
    """The shingles of a shard's songs end to end; `n_shingles` of its rows says how many are whose.

    Raises:
        CorpusError: the shard is damaged.
    """
    with _opened(path) as file:
        shingles: npt.NDArray[np.uint32] = file["shingles"]
        return shingles


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        with np.load(path, allow_pickle=False) as file:
            yield file
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
    ) as e:
        raise CorpusError(
            f"{path}: a part of an unfinished build, damaged ({e}); remove the file and build again"
        ) from e


def is_whole(path: Path) -> bool:
    """Whether a shard exists; it is renamed into place only when complete."""
    return path.exists() and zipfile.is_zipfile(path)
