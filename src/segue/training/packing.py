"""A packed training set: the songs of one split as classes, ready to be cut into windows.

A store keeps songs as their files have them; encoding a window of one takes a millisecond. Packed
once, a window is two slices. A pack is a folder of memory-mapped columns: `notes/` has five bytes a
note (part, position, pitch, duration, velocity) in the order in which bars are written, `bars/` the
length, numerator and tempo of each bar and where its notes end, `songs/` where the bars and parts
of each song begin and which tune it is, `parts/` the instrument of each part and the bar in which
it first plays; `pack.json` says what it was made from. The first song of every tune comes first, so
that the beginning of a pack is a training set of its own.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from segue.corpus import CorpusStore, Progress, Song
from segue.corpus.progress import OnProgress
from segue.encoding.grid import Grid, grid_of_bars
from segue.encoding.roster import NOT_A_TRACK, Roster
from segue.encoding.sequence import Bars
from segue.encoding.table import Field, encode_columns
from segue.encoding.vocabulary import DRUMS, N_NUMERATORS, IntArray, tempo_class
from segue.errors import CorpusError
from segue.files import json_bytes, make_folder, write_bytes
from segue.score import BarGrid, MetreMap
from segue.score.metre import MAX_DENOMINATOR
from segue.units import US_PER_MINUTE

PACK_VERSION: Final = 1
PACK_NAME: Final = "pack.json"
NOTE_FIELDS: Final = (Field.PART, Field.POSITION, Field.PITCH, Field.DURATION, Field.VELOCITY)
_SHORTEST: Final = 64
"""Songs with fewer notes teach little."""

OnSong = Callable[[int, int], None]
"""(songs done, songs in all)."""


@dataclass(frozen=True, eq=False)
class PackedSong:
    """One song, encoded."""

    notes: npt.NDArray[np.uint8]
    """(N, 5), columns `NOTE_FIELDS`."""
    note_end: IntArray
    """Of each bar, the index after its last note, (n_bars,)."""
    bars: Bars
    instruments: IntArray
    """(P,)."""
    first_bars: IntArray
    """The bar in which each part first plays, (P,)."""


def song_grid(song: Song) -> Grid:
    """The model's bars of a song, as far as its notes begin."""
    metre = MetreMap.of(
        ticks=song.metre_ticks,
        numerator=song.metre_numerator,
        denominator=song.metre_denominator,
    )
    last = int(song.onset[-1]) + 1
    tpq = song.ticks_per_quarter
    return grid_of_bars(BarGrid.build(metre, ticks_per_quarter=tpq, end_tick=last), tpq)


def has_score_metre(song: Song) -> bool:
    """Whether a score can hold all of the song's metres."""
    return bool(song.metre_denominator.max(initial=1) <= MAX_DENOMINATOR)


def _bars_of(song: Song, grid: Grid) -> Bars:
    """What is known of the bars of a song before any note; no key yet."""
    at = np.searchsorted(song.tempo_ticks, grid.starts[:-1], side="right") - 1
    bpm = US_PER_MINUTE / song.tempo_us[np.maximum(at, 0)].astype(np.float64)
    return Bars(
        lengths=grid.lengths,
        numerators=np.clip(grid.numerators, 1, N_NUMERATORS - 1),
        tempi=tempo_class(bpm),
        keys=np.zeros(grid.n_bars, np.int64),
    )


def pack_song(song: Song) -> PackedSong | None:
    """Encode a song; None if it is too short, or its metres have no place in a score."""
    if not is_long_enough(song):
        return None
    instruments = np.where(song.track_is_drum, DRUMS, song.track_program).astype(np.int64)
    counts = np.bincount(song.track, minlength=song.n_tracks)
    roster = Roster.of(instruments, counts)
    part = roster.part_of_track(song.n_tracks)[song.track]
    kept = part != NOT_A_TRACK
    grid = song_grid(song)
    table = encode_columns(
        onset=song.onset[kept],
        duration=song.duration[kept],
        pitch=song.pitch[kept],
        velocity=song.velocity[kept],
        part=part[kept],
        is_drum=roster.is_drum,
        grid=grid,
    )
    first_bars = np.full(len(roster), grid.n_bars, np.int64)
    np.minimum.at(first_bars, table[:, Field.PART], table[:, Field.BAR])
    return PackedSong(
        notes=table[:, NOTE_FIELDS].astype(np.uint8),
        note_end=np.cumsum(np.bincount(table[:, Field.BAR], minlength=grid.n_bars)),
        bars=_bars_of(song, grid),
        instruments=roster.instruments,
        first_bars=first_bars,
    )


def is_long_enough(song: Song) -> bool:
    """Whether a song teaches anything: it has some notes, in metres that a score can hold."""
    return len(song) >= _SHORTEST and has_score_metre(song)


TRAINING_SPLITS: Final = ("train", "valid")


def pack_corpus(
    store: CorpusStore, folder: Path, *, on_progress: OnProgress = lambda _: None
) -> "dict[str, Pack]":
    """Pack the splits that training reads into folders of their own.

    A corpus too small to be split, or without a long song in one of the two, is trained on and
    validated on as a whole.

    Raises:
        CorpusError: no song is long enough.
        InputError: the folder cannot be written.
    """
    packs = {}
    whole = not all(_has_music(store, name) for name in TRAINING_SPLITS)
    for name in TRAINING_SPLITS:

        def on_song(done: int, total: int, name: str = name) -> None:
            on_progress(Progress(f"pack {name}", done, total))

        packs[name] = pack_split(store, None if whole else name, folder / name, on_song=on_song)
    return packs


def _has_music(store: CorpusStore, split: str) -> bool:
    return any(is_long_enough(store.song(index)) for index in store.split(split).tolist())


def open_packs(folder: Path) -> "dict[str, Pack] | None":
    """What `pack_corpus` wrote into a folder; None if there is nothing of the kind.

    Raises:
        CorpusError: a pack is damaged or of another version.
    """
    if not (folder / TRAINING_SPLITS[0] / PACK_NAME).exists():
        return None
    return {name: Pack.open(folder / name) for name in TRAINING_SPLITS}


def pack_split(
    store: CorpusStore, split: str | None, folder: Path, *, on_song: OnSong = lambda *_: None
) -> "Pack":
    """Pack the songs of a split ("train", "valid" or "test"), or all, into a folder.

    Raises:
        CorpusError: no song of the split is long enough.
        InputError: the folder cannot be written.
    """
    songs = np.arange(len(store)) if split is None else store.split(split)
    return pack_songs(store, songs, folder, name=split, on_song=on_song)


def pack_songs(
    store: CorpusStore,
    chosen: IntArray,
    folder: Path,
    *,
    name: str | None,
    on_song: OnSong = lambda *_: None,
) -> "Pack":
    """Pack some songs of a corpus, by their index, into a folder; `name` is what they are called.

    Raises:
        CorpusError: no song is long enough.
        InputError: the folder cannot be written.
    """
    tunes = store.metadata.column("cluster").to_numpy()
    chosen = _first_of_tunes_first(chosen, tunes)
    songs: list[PackedSong] = []
    kept: list[int] = []
    for done, index in enumerate(chosen.tolist()):
        packed = pack_song(store.song(index))
        if packed is not None:
            songs.append(packed)
            kept.append(index)
        on_song(done + 1, len(chosen))
    if not songs:
        of = "" if name is None else f" of the {name} split"
        raise CorpusError(f"{store.path}: no song{of} has {_SHORTEST} notes; give longer songs")
    about = {
        "split": name,
        "content_sha256": store.manifest.content_sha256,
        "tiers": store.manifest.tiers,
    }
    _write(make_folder(folder), songs, tunes[kept], about)
    return Pack.open(folder)


def _first_of_tunes_first(songs: IntArray, tunes: IntArray) -> IntArray:
    mine = tunes[songs]
    order = np.argsort(mine, kind="stable")
    turn = np.zeros(len(songs), np.int64)
    begins = np.flatnonzero(np.diff(mine[order], prepend=-1))
    turn[order] = np.arange(len(songs)) - np.repeat(begins, np.diff(np.append(begins, len(songs))))
    return songs[np.argsort(turn, kind="stable")]


def _write(folder: Path, songs: list[PackedSong], tunes: IntArray, about: dict[str, Any]) -> None:
    def ends(lengths: list[int]) -> IntArray:
        return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)

    notes_before = ends([len(s.notes) for s in songs])
    columns: dict[str, npt.NDArray[Any]] = {
        f"notes/{field.name.lower()}": np.concatenate([s.notes[:, i] for s in songs])
        for i, field in enumerate(NOTE_FIELDS)
    }
    columns["bars/note_end"] = np.concatenate(
        [s.note_end + before for s, before in zip(songs, notes_before, strict=False)]
    )
    columns["bars/length"] = np.concatenate([s.bars.lengths for s in songs]).astype(np.uint8)
    columns["bars/numerator"] = np.concatenate([s.bars.numerators for s in songs]).astype(np.uint8)
    columns["bars/tempo"] = np.concatenate([s.bars.tempi for s in songs]).astype(np.uint8)
    columns["songs/bar"] = ends([len(s.bars) for s in songs])
    columns["songs/part"] = ends([len(s.instruments) for s in songs])
    columns["songs/tune"] = tunes.astype(np.int64)
    columns["parts/instrument"] = np.concatenate([s.instruments for s in songs]).astype(np.uint8)
    columns["parts/first_bar"] = np.concatenate([s.first_bars for s in songs]).astype(np.int32)
    (folder / PACK_NAME).unlink(missing_ok=True)  # half a pack is none
    for name, column in columns.items():
        make_folder((folder / name).parent)
        np.save(folder / f"{name}.npy", column)
    counts = {"songs": len(songs), "notes": int(notes_before[-1]), "columns": list(columns)}
    card = {"format_version": PACK_VERSION, **about, **counts}
    write_bytes(folder / PACK_NAME, json_bytes(card))


class Pack:
    """A packed split, opened for reading; sent to other processes as its path."""

    def __init__(self, path: Path, card: dict[str, Any]) -> None:
        self.path, self.card = path, card
        columns = {name: np.load(path / f"{name}.npy", mmap_mode="r") for name in card["columns"]}
        names = [f"notes/{field.name.lower()}" for field in NOTE_FIELDS]
        self.notes = [columns[name].view(np.ndarray) for name in names]
        self.note_end = columns["bars/note_end"].view(np.ndarray)
        self.lengths, self.numerators, self.tempi = (
            columns[f"bars/{name}"].view(np.ndarray) for name in ("length", "numerator", "tempo")
        )
        self.bar_of_song = np.array(columns["songs/bar"])
        self.part_of_song = np.array(columns["songs/part"])
        self.tune_of_song = np.array(columns["songs/tune"])
        self.instruments = np.array(columns["parts/instrument"])
        self.first_bars = np.array(columns["parts/first_bar"])

    @classmethod
    def open(cls, path: Path) -> "Pack":
        """Open a pack.

        Raises:
            CorpusError: there is none, or it is damaged or of another version.
        """
        try:
            card = json.loads((path / PACK_NAME).read_text(encoding="utf-8"))
            version = card["format_version"]
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise CorpusError(f"{path}: no packed training set ({error})") from error
        if version != PACK_VERSION:
            raise CorpusError(f"{path}: format version {version}, not {PACK_VERSION}; pack again")
        try:
            return cls(path, card)
        except (OSError, ValueError, LookupError) as error:
            raise CorpusError(f"{path}: damaged ({error}); pack again") from error

    def __reduce__(self) -> tuple[Any, tuple[Path]]:
        """Pickle as the path."""
        return Pack.open, (self.path,)

    def __len__(self) -> int:
        """The number of songs."""
        return len(self.tune_of_song)

    def versions(self) -> list[IntArray]:
        """The songs of each tune."""
        order = np.argsort(self.tune_of_song, kind="stable")
        begins = np.flatnonzero(np.diff(self.tune_of_song[order], prepend=-1))
        return np.split(order, begins[1:])

    def first_note(self, bar: int) -> int:
        """The index of the first note of a bar, counted over all songs."""
        return int(self.note_end[bar - 1]) if bar else 0


def about_pack(pack: Pack) -> dict[str, Any]:
    """What a model's card says of the pack that it was trained on."""
    names = ("songs", "notes", "split", "content_sha256", "tiers")
    return {name: pack.card.get(name) for name in names}


def split_notices(valid: Pack) -> list[str]:
    """What to say of a pack to validate on: nothing if it is a split of its own."""
    if valid.card.get("split") is not None:
        return []
    return [
        f"too few songs for a split of their own: all {len(valid)} are trained on and validated "
        "on, which cannot tell learning from learning by heart"
    ]
