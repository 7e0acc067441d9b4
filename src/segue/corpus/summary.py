"""What a corpus consists of, in numbers: for `segue corpus info` and for data cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segue.corpus.ledger import OPEN_TIER
from segue.corpus.split import SPLITS
from segue.corpus.store import CorpusStore
from segue.errors import InputError

_SECONDS_PER_HOUR = 3600


@dataclass(frozen=True)
class Group:
    """Songs that have something in common: how many, how long, how many notes."""

    songs: int
    notes: int
    hours: float


@dataclass(frozen=True)
class Summary:
    """A corpus, or some songs of one.

    Attributes:
        whole: all of them.
        n_clusters: different tunes, near-duplicates counted once.
        splits: by split.
        tiers: by licence tier, the open one first.
        collections: by (source, tier, licence).
        share_with_drums: in 0..1.
        median_instruments: of a song; all drums count as one.
        share_four_four: songs whose first metre is 4/4, in 0..1.
    """

    whole: Group
    n_clusters: int
    splits: dict[str, Group]
    tiers: dict[str, Group]
    collections: dict[tuple[str, str, str], Group]
    share_with_drums: float
    median_instruments: float
    share_four_four: float


def summarise(store: CorpusStore, songs: npt.NDArray[np.int64] | None = None) -> Summary:
    """Count a corpus, or the given songs of it; reads the metadata and no notes."""
    chosen = np.arange(len(store)) if songs is None else songs
    table = store.metadata.take(chosen)
    notes, seconds = table["n_notes"].to_numpy(), table["seconds"].to_numpy()
    split, tier = table["split"].to_pylist(), table["tier"].to_pylist()
    collection = list(
        zip(table["source"].to_pylist(), tier, table["licence"].to_pylist(), strict=True)
    )

    def group(keys: Sequence[object], key: object) -> Group:
        where = np.array([other == key for other in keys], np.bool_)
        hours = float(seconds[where].sum()) / _SECONDS_PER_HOUR
        return Group(int(where.sum()), int(notes[where].sum()), hours)

    instruments = table["n_instruments"].to_numpy()
    return Summary(
        whole=group([None] * len(chosen), None),
        n_clusters=len(np.unique(table["cluster"].to_numpy())),
        splits={name: group(split, name) for name in SPLITS},
        tiers={
            name: group(tier, name)
            for name in sorted(set(tier), key=lambda name: (name != OPEN_TIER, name))
        },
        collections={key: group(collection, key) for key in sorted(set(collection))},
        share_with_drums=_mean(table["has_drums"].to_numpy()),
        median_instruments=float(np.median(instruments)) if len(instruments) else 0.0,
        share_four_four=_mean(np.array([metre == "4/4" for metre in table["metre"].to_pylist()])),
    )


def _mean(flags: npt.NDArray[np.bool_]) -> float:
    return float(flags.mean()) if len(flags) else 0.0


def songs_of_tiers(store: CorpusStore, tiers: Sequence[str]) -> npt.NDArray[np.int64]:
    """The songs of the given licence tiers, increasing; all songs if no tier is given.

    Raises:
        InputError: the corpus has no song of a tier.
    """
    if not tiers:
        return np.arange(len(store))
    present = store.manifest.tiers
    if missing := [tier for tier in tiers if tier not in present]:
        raise InputError(
            f'no song of the tier "{missing[0]}" in {store.path}; it has {", ".join(present)}'
        )
    tier_of_song = np.array(store.metadata["tier"].to_pylist())
    return np.flatnonzero(np.isin(tier_of_song, list(tiers)))
