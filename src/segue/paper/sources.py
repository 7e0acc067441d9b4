"""Where the experiment's songs come from, as raw tables by split.

Three sources: a corpus that `segue corpus build` made (the conversion from MIDI, resumable and
parallel; split by tune, so that no near-duplicate is in two splits); a folder of `segue corpus
export --format paper` (the split is in its ledger); or a bare .npy of (songs, notes, 6), the form
in which the paper published its data, which is split here 70/15/15 by a seeded draw.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from segue.corpus import CorpusStore
from segue.corpus.export_paper import ARRAY_NAME, note_table
from segue.corpus.manifest import MANIFEST_NAME
from segue.corpus.song import COLUMNS as SONG_COLUMNS
from segue.corpus.song import Song
from segue.corpus.split import SPLITS, TRAIN_SHARE, VALID_SHARE
from segue.corpus.store import LEDGER_NAME
from segue.encoding.octuple import encode_octuple
from segue.errors import InputError
from segue.paper.activity import first_active_tick
from segue.paper.config import DataConfig
from segue.score import Score, slice_bars

__all__ = ["CorpusSource", "Source", "TableSource", "open_source"]

Int64Array: TypeAlias = npt.NDArray[np.int64]
Table: TypeAlias = npt.NDArray[np.float32]

_SPARE: Final = 2
"""Octuples are made of so many times the notes needed, since MidiTok drops doubled ones."""


@dataclass(frozen=True)
class CorpusSource:
    """Songs of a built corpus."""

    store: CorpusStore
    config: DataConfig
    n_notes: int

    def split(self, name: str) -> Int64Array:
        """The songs of a split by their indices, those with too few notes left out."""
        songs = self.store.split(name)
        return songs[self.store.n_notes[songs] >= self.n_notes]

    def too_short(self) -> int:
        """How many songs have fewer notes than are asked for."""
        return int((self.store.n_notes < self.n_notes).sum())

    def table(self, index: int) -> Table | None:
        """A song's raw table, (n_notes, columns); None if too few notes are left of it."""
        song = self.store.song(index)
        if self.config.start == "active":
            song = _from_tick(song, first_active_tick(song))
        if len(song) < self.n_notes:
            return None
        if self.config.encoding == "octuple":
            rows = encode_octuple(self._beginning(index, song))[: self.n_notes]
            table = rows.astype(np.float32)
        else:
            table = note_table(song, n_notes=self.n_notes, order=self.config.order)
            if self.config.start == "active" and len(table):
                table[:, 4] -= table[:, 4].min()
        return table if len(table) == self.n_notes else None

    def _beginning(self, index: int, song: Song) -> Score:
        """The bars that hold the song's first notes, more than enough of them, from bar 0 on if the
        song begins where it is active.
        """
        score = self.store.score(index)
        grid = score.bar_grid()
        last = song.onset[min(_SPARE * self.n_notes, len(song)) - 1]
        first = song.onset[0] if self.config.start == "active" else 0
        bars = grid.bar_of(np.array([first, last], dtype=np.int64)).tolist()
        return slice_bars(score, bars[0], bars[1] + 1)


@dataclass(frozen=True)
class TableSource:
    """Songs of a packed array."""

    path: Path
    tables: npt.NDArray[np.floating]
    """(songs, N, 6), memory-mapped."""
    splits: Int64Array
    """Of each song, an index into `SPLITS`, (songs,)."""
    n_notes: int

    def split(self, name: str) -> Int64Array:
        """The songs of a split by their indices."""
        return np.flatnonzero(self.splits == SPLITS.index(name))

    def too_short(self) -> int:
        """None: an array has equally many notes of every song."""
        return 0

    def table(self, index: int) -> Table | None:
        """A song's first notes, (n_notes, 6)."""
        return np.asarray(self.tables[index, : self.n_notes], dtype=np.float32)


Source: TypeAlias = CorpusSource | TableSource


def open_source(path: Path, config: DataConfig, n_notes: int) -> Source:
    """The songs at `path`; see the module.

    Raises:
        InputError: there is nothing of the three kinds, or it cannot give what is asked.
    """
    if path.is_dir() and (path / MANIFEST_NAME).exists():
        return CorpusSource(CorpusStore.open(path), config, n_notes)
    array = path / ARRAY_NAME if path.is_dir() else path
    if not array.is_file():
        raise InputError(
            f"{path}: no corpus, no export of one and no .npy file; make one with `segue corpus "
            "build`"
        )
    if config.encoding == "octuple" or config.start == "active":
        raise InputError(
            f"{path}: a note table has no bars, which octuples and active beginnings need; give "
            "the corpus itself"
        )
    tables = _mapped(array, n_notes)
    splits = _splits_of(path, len(tables)) if path.is_dir() else _drawn(len(tables), config.seed)
    return TableSource(path, tables, splits, n_notes)


def _mapped(path: Path, n_notes: int) -> npt.NDArray[np.floating]:
    try:
        tables: npt.NDArray[np.floating] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise InputError(f"{path}: is not an .npy file of numbers ({error})") from error
    if tables.ndim != 3 or tables.shape[2] != 6 or tables.dtype.kind != "f":
        raise InputError(
            f"{path}: must hold floats of the shape (songs, notes, 6), got {tables.dtype} of "
            f"{tables.shape}"
        )
    if tables.shape[1] < n_notes:
        raise InputError(
            f"{path}: has {tables.shape[1]} notes a song, and {n_notes} are asked for; set "
            f"model.notes to at most {tables.shape[1]}, or export with --notes {n_notes}"
        )
    return tables


def _splits_of(folder: Path, count: int) -> Int64Array:
    lines = (folder / LEDGER_NAME).read_text(encoding="utf-8").splitlines()
    try:
        splits = [SPLITS.index(json.loads(line)["split"]) for line in lines]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder / LEDGER_NAME}: does not say each song's split") from error
    if len(splits) != count:
        raise InputError(
            f"{folder / LEDGER_NAME}: {len(splits)} lines for {count} songs; export it again"
        )
    return np.array(splits, dtype=np.int64)


def _drawn(count: int, seed: int) -> Int64Array:
    """A split of 70/15/15 of so many songs."""
    train, valid = round(TRAIN_SHARE * count), round(VALID_SHARE * count)
    sizes = (train, valid, count - train - valid)
    splits = np.repeat(np.arange(len(SPLITS)), sizes)
    return np.random.default_rng(seed).permutation(splits).astype(np.int64)


def _from_tick(song: Song, tick: int) -> Song:
    """The song's notes from a tick on; onsets keep counting from the file's beginning."""
    first = int(np.searchsorted(song.onset, tick))
    kept = {name: song.column(name)[first:] for name in _NOTE_COLUMNS}
    rest = {name: song.column(name) for name in _OTHER_COLUMNS}
    return Song(ticks_per_quarter=song.ticks_per_quarter, **kept, **rest)


_NOTE_COLUMNS: Final = tuple(SONG_COLUMNS["note"])
_OTHER_COLUMNS: Final = tuple(
    name for kind, names in SONG_COLUMNS.items() if kind != "note" for name in names
)
