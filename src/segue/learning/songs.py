"""The songs of a folder, in two parts: those that are learned from, and those that are held out.

A fifth of the tunes is held out, one at least. Versions of a tune are in one part, so that what is
held out is new. Which tunes it is follows from the files alone, not from their names or order.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from segue.corpus import CorpusStore, build_corpus
from segue.corpus.progress import OnProgress
from segue.encoding.vocabulary import IntArray
from segue.errors import CorpusError
from segue.training.packing import Pack, is_long_enough, pack_songs

__all__ = ["FEW_TUNES", "Songs", "read_songs"]

HELD_OUT: Final = 0.2
"""The share of tunes that is held out."""
FEW_TUNES: Final = 10
"""With fewer, what is measured says little."""


@dataclass(frozen=True, eq=False)
class Songs:
    """A folder's songs, read and packed."""

    store: CorpusStore
    """All of them."""
    learned: IntArray
    """The songs that are learned from, by their index in the store."""
    held_out: IntArray
    n_tunes: int
    learned_pack: Pack
    held_out_pack: Pack


def read_songs(source: Path, work: Path, *, on_progress: OnProgress) -> Songs:
    """Read a folder or an archive of MIDI files, or a corpus.

    Args:
        source: the folder.
        work: a folder for what is made of it; it is needed as long as the songs are.
        on_progress: called as the work goes on.

    Raises:
        CorpusError: there is no music at `source`, or only one tune that is long enough.
        InputError: `work` cannot be written.
    """
    built = work / "corpus"
    build_corpus([source], built, workers=1, on_progress=on_progress)
    store = CorpusStore.open(built)
    usable = np.array([i for i in range(len(store)) if is_long_enough(store.song(i))], np.int64)
    tunes = store.metadata.column("cluster").to_numpy()[usable]
    names = store.metadata.column("sha256").to_pylist()
    chosen = held_out_tunes(tunes, [names[i] for i in usable.tolist()])
    n_tunes = len(np.unique(tunes))
    if n_tunes < 2:
        raise CorpusError(
            f"{source}: {n_tunes} tune{'s' * (n_tunes != 1)} of 64 notes or more; learning takes "
            f"two at least, and {FEW_TUNES} or more to be worth it"
        )
    is_held_out = np.isin(tunes, chosen)
    learned, held_out = usable[~is_held_out], usable[is_held_out]
    return Songs(
        store=store,
        learned=learned,
        held_out=held_out,
        n_tunes=n_tunes,
        learned_pack=pack_songs(store, learned, work / "learned", name="learned"),
        held_out_pack=pack_songs(store, held_out, work / "held out", name="held out"),
    )


def held_out_tunes(tunes: IntArray, checksums: Sequence[str]) -> IntArray:
    """The tunes to hold out, by their numbers.

    Args:
        tunes: the tune of each song, (S,).
        checksums: of each song's file, (S,).
    """
    rank = {
        tune: min(_draw(checksums[at]) for at in np.flatnonzero(tunes == tune).tolist())
        for tune in np.unique(tunes).tolist()
    }
    count = max(1, round(HELD_OUT * len(rank)))
    return np.array(sorted(rank, key=rank.__getitem__)[:count], np.int64)


def _draw(checksum: str) -> str:
    return hashlib.sha256(f"held out {checksum}".encode()).hexdigest()
