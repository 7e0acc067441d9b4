"""Real music to hold sets against: a corpus with its splits, or any folder of MIDI files.

From either come three things that share no song: excerpts to compare with (`reference`), prompts
with what really came next (`prompts`), and songs that baselines learn from (`train`). A corpus has
its train split for the last; both others are of one other split, halved, with one song of each
tune, so that no tune is on both sides. The songs of a folder, which has no splits, are dealt into
thirds; of versions of one tune nothing is known there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from segue.corpus import CorpusStore
from segue.corpus.manifest import MANIFEST_NAME
from segue.errors import InputError, SegueError
from segue.evaluation.music.excerpts import Excerpt, Songs, draw_excerpts
from segue.evaluation.music.folders import Unreadable, midi_files
from segue.evaluation.types import IntArray
from segue.metrics import EXCERPT_BARS
from segue.midi import read_document
from segue.score import Score, slice_bars

__all__ = ["FolderSongs", "Reference", "open_reference", "open_songs"]

REFERENCE, PROMPTS, TRAIN = "reference", "prompts", "train"


class FolderSongs:
    """The MIDI files of a folder as songs; files that cannot be read are left out and counted.

    Raises:
        InputError: not a folder, no MIDI file in it, or none that can be read.
    """

    def __init__(self, folder: Path) -> None:
        self.unreadable: list[Unreadable] = []
        self._scores: list[Score] = []
        for path in midi_files(folder):
            try:
                self._scores.append(read_document(path).score)
            except SegueError as error:
                self.unreadable.append(Unreadable(path.name, str(error)))
        if not self._scores:
            raise InputError(
                f"{folder}: none of its MIDI files can be read; the first: "
                f"{self.unreadable[0].reason}"
            )

    def __len__(self) -> int:
        """How many songs."""
        return len(self._scores)

    def split(self, name: str) -> IntArray:
        """All songs, whatever the split."""
        del name
        return np.arange(len(self._scores))

    def score(self, index: int) -> Score:
        """One song."""
        return self._scores[index]


@dataclass(frozen=True)
class _Part:
    """Some of the songs, as `Songs`."""

    songs: Songs
    chosen: IntArray

    def split(self, name: str) -> IntArray:
        del name
        return self.chosen

    def score(self, index: int) -> Score:
        return self.songs.score(index)


@dataclass(frozen=True, eq=False)
class Reference:
    """Songs in three disjoint parts; see the module."""

    name: str
    kind: str
    """What it is called for people."""
    parts: dict[str, _Part]
    n_bars: int
    seed: int
    unreadable: tuple[Unreadable, ...] = ()
    after_bars: int = 0
    """Bars that have to follow an excerpt, for music to be written between bars."""
    prompt_bars: int | None = None
    """Of a prompt; by default as many as an excerpt has."""

    def excerpts(self, count: int) -> list[Excerpt]:
        """`count` real excerpts to compare with, each preceded by as many active bars.

        Raises:
            InputError: no song is long enough.
        """
        return self._draw(REFERENCE, count, self.seed, after_bars=0)

    def prompts(self, count: int) -> list[Excerpt]:
        """`count` excerpts of other songs, whose preceding bars are the prompts.

        Raises:
            InputError: no song is long enough.
        """
        return self._draw(PROMPTS, count, self.seed + 1, after_bars=self.after_bars)

    def others(self, count: int) -> list[Excerpt]:
        """`count` excerpts of songs that are in neither.

        Raises:
            InputError: no song is long enough.
        """
        return self._draw(TRAIN, count, self.seed + 2, after_bars=0)

    def prompt_of(self, excerpt: Excerpt, part: str = PROMPTS) -> Score:
        """The bars before an excerpt, as many as it has."""
        song = self.parts[part].score(excerpt.song)
        n_bars = self.prompt_bars or self.n_bars
        return slice_bars(song, excerpt.first_bar - n_bars, excerpt.first_bar)

    def after(self, excerpt: Excerpt, part: str = PROMPTS) -> Score:
        """The `after_bars` bars that follow an excerpt."""
        song = self.parts[part].score(excerpt.song)
        end = excerpt.first_bar + self.n_bars
        return slice_bars(song, end, end + self.after_bars)

    def train_songs(self) -> Songs:
        """The songs that baselines are counted on."""
        return self.parts[TRAIN]

    def _draw(self, part: str, count: int, seed: int, *, after_bars: int) -> list[Excerpt]:
        return draw_excerpts(
            self.parts[part],
            split=part,
            count=count,
            seed=seed,
            n_bars=self.n_bars,
            context_bars=self.prompt_bars or self.n_bars,
            after_bars=after_bars,
        )


def open_reference(
    path: Path,
    *,
    split: str = "test",
    n_bars: int = EXCERPT_BARS,
    seed: int = 0,
    after_bars: int = 0,
    prompt_bars: int | None = None,
) -> Reference:
    """The music at `path`: a folder that `segue corpus build` made, or one of MIDI files.

    Raises:
        InputError: neither, or too few songs.
    """
    if not (path / MANIFEST_NAME).exists():
        songs = FolderSongs(path)
        found = _dealt(path.name, f"the {len(songs)} files of a folder", songs, n_bars, seed)
        return replace(found, after_bars=after_bars, prompt_bars=prompt_bars)
    store = CorpusStore.open(path)
    songs_of_split = store.split(split)
    tune = np.asarray(store.metadata["cluster"])[songs_of_split]
    shuffled = np.random.default_rng(seed).permutation(len(songs_of_split))
    one_a_tune = shuffled[np.unique(tune[shuffled], return_index=True)[1]]
    halves = _deal(songs_of_split[one_a_tune], 2, seed)
    parts = dict(zip((REFERENCE, PROMPTS), halves, strict=True)) | {TRAIN: store.split("train")}
    kind = f"the {split} split of a corpus, {len(store.split(split)):,} songs"
    found = _reference(path.name, kind, store, parts, n_bars, seed, ())
    return replace(found, after_bars=after_bars, prompt_bars=prompt_bars)


def open_songs(path: Path, *, split: str = "test") -> tuple[str, Songs, tuple[Unreadable, ...]]:
    """All whole songs at `path`, what they are in words, and the files that cannot be read.

    Raises:
        InputError: neither a corpus nor a folder of MIDI files that can be read.
    """
    if not (path / MANIFEST_NAME).exists():
        songs = FolderSongs(path)
        return f"the {len(songs)} files of a folder", songs, tuple(songs.unreadable)
    store = CorpusStore.open(path)
    return f"the {split} split of a corpus, {len(store.split(split)):,} songs", store, ()


def _dealt(name: str, kind: str, songs: FolderSongs, n_bars: int, seed: int) -> Reference:
    thirds = _deal(songs.split(""), 3, seed)
    parts = dict(zip((REFERENCE, PROMPTS, TRAIN), thirds, strict=True))
    return _reference(name, kind, songs, parts, n_bars, seed, tuple(songs.unreadable))


def _reference(
    name: str,
    kind: str,
    songs: Songs,
    parts: dict[str, IntArray],
    n_bars: int,
    seed: int,
    unreadable: tuple[Unreadable, ...],
) -> Reference:
    for part, chosen in parts.items():
        if not len(chosen):
            raise InputError(
                f"{name}: no songs are left for {part}; there must be at least a few of each split "
                "of a corpus, or a folder of more files"
            )
    return Reference(
        name, kind, {k: _Part(songs, v) for k, v in parts.items()}, n_bars, seed, unreadable
    )


def _deal(songs: IntArray, hands: int, seed: int) -> Sequence[IntArray]:
    dealt = np.random.default_rng(seed).permutation(songs)
    return [np.sort(hand) for hand in np.array_split(dealt, hands)]
