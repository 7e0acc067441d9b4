"""The store: songs as memory-mapped columns, opened in milliseconds whatever their number.

A store is a folder: `columns/NAME.npy` holds one column of all songs end to end, `offsets/KIND.npy`
says where each song's rows begin, `metadata.parquet` has one row a song and is read only when asked
for, `ledger.jsonl` names each song's source and licence tier, `rejected.jsonl` what was left out
and why, and `manifest.json` the size and checksum of every file. Stores are written once (see
`build`) and never changed.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from segue.corpus.manifest import Manifest, read_manifest
from segue.corpus.song import COLUMNS, Song
from segue.corpus.split import SPLITS
from segue.errors import CorpusError, InputError

if TYPE_CHECKING:
    import pyarrow as pa

    from segue.score import Score

METADATA_NAME: Final = "metadata.parquet"
LEDGER_NAME: Final = "ledger.jsonl"
REJECTED_NAME: Final = "rejected.jsonl"
RESOLUTION_FILE: Final = "ticks_per_quarter.npy"
SPLIT_FILE: Final = "split.npy"


def column_file(name: str) -> str:
    """The path of a column inside a store."""
    return f"columns/{name}.npy"


def offsets_file(kind: str) -> str:
    """The path of the offsets of a kind of row ("note", "track", "tempo", "metre")."""
    return f"offsets/{kind}.npy"


class CorpusStore:
    """A corpus opened for reading; made by `CorpusStore.open`.

    It may be used by many threads, and sent to other processes: only its path travels.

    Attributes:
        path: the folder.
        manifest: counts, options and checksums.
    """

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._resolution = _mapped(path / RESOLUTION_FILE)
        self._split = _mapped(path / SPLIT_FILE)
        self._offsets = {kind: _mapped(path / offsets_file(kind)) for kind in COLUMNS}
        self._columns = {
            kind: {name: _mapped(path / column_file(name)) for name in names}
            for kind, names in COLUMNS.items()
        }
        self._check_lengths()

    @classmethod
    def open(cls, path: str | Path) -> CorpusStore:
        """Open a store.

        Raises:
            CorpusError: there is no store, or a file of it is missing, cut short or of another
                version.
        """
        folder = Path(path)
        return cls(folder, read_manifest(folder))

    def __len__(self) -> int:
        """The number of songs."""
        return self.manifest.n_songs

    def __reduce__(self) -> tuple[Any, tuple[Path]]:
        """Pickle as the path: the columns are mapped again on the other side."""
        return CorpusStore.open, (self.path,)

    def song(self, index: int) -> Song:
        """The song of that index, its columns read-only views into the files; costs microseconds.

        Raises:
            IndexError: there is no such song; negative indices count from the end.
        """
        n_songs = len(self)
        if not -n_songs <= index < n_songs:
            raise IndexError(f"song {index} of a corpus of {n_songs}")
        index %= n_songs
        columns = {}
        for kind, names in self._columns.items():
            offsets = self._offsets[kind]
            rows = slice(offsets[index], offsets[index + 1])
            for name, column in names.items():
                columns[name] = column[rows]
        return Song(ticks_per_quarter=int(self._resolution[index]), **columns)

    def score(self, index: int) -> Score:
        """The song of that index as a `Score`; its notes are copied.

        Raises:
            IndexError: there is no such song.
        """
        from segue.corpus.to_score import song_to_score

        return song_to_score(self.song(index))

    def split(self, name: str) -> npt.NDArray[np.int64]:
        """The indices of the songs of a split, increasing.

        Raises:
            InputError: the name is not "train", "valid" or "test".
        """
        if name not in SPLITS:
            raise InputError(f'no split "{name}"; the splits are {", ".join(SPLITS)}')
        return np.flatnonzero(self._split == SPLITS.index(name))

    @property
    def n_notes(self) -> npt.NDArray[np.int64]:
        """The number of notes of each song, (S,)."""
        return np.diff(self._offsets["note"])

    @cached_property
    def metadata(self) -> pa.Table:
        """One row a song, in the order of the songs; read from disk when first asked for."""
        import pyarrow.parquet as pq

        return pq.read_table(self.path / METADATA_NAME)

    def _check_lengths(self) -> None:
        lengths = {RESOLUTION_FILE: (len(self._resolution), len(self))}
        lengths[SPLIT_FILE] = (len(self._split), len(self))
        for kind, offsets in self._offsets.items():
            lengths[offsets_file(kind)] = (len(offsets), len(self) + 1)
            for name, column in self._columns[kind].items():
                lengths[column_file(name)] = (len(column), int(offsets[-1]) if len(offsets) else 0)
        for name, (length, expected) in lengths.items():
            if length != expected:
                raise CorpusError(
                    f"{self.path / name}: {length} rows where {expected} belong; run"
                    f" `segue corpus verify {self.path}`"
                )


def _mapped(path: Path) -> npt.NDArray[Any]:
    try:
        mapped: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise CorpusError(f"{path}: cannot be mapped ({error}); build the corpus again") from error
    # A plain view: slicing np.memmap costs ten times as much.
    return mapped.view(np.ndarray)
