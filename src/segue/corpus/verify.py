"""Checking a store: every file is as the manifest says, and every song obeys the rules.

Problems are collected, not raised, so that all of them are reported at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from segue.corpus.manifest import MANIFEST_NAME, read_manifest, record_of
from segue.corpus.progress import OnProgress, Progress, ignore_progress
from segue.corpus.store import CorpusStore
from segue.errors import CorpusError
from segue.units import MAX_VELOCITY, MIN_VELOCITY, N_PITCHES, N_PROGRAMS

_SONGS_AT_ONCE: Final = 1024


def verify_store(path: str | Path, on_progress: OnProgress = ignore_progress) -> list[str]:
    """What is wrong with a store, in words; an empty list if nothing is.

    Args:
        path: the store's folder.
        on_progress: called with the number of files, then of songs, that have been checked.

    Raises:
        CorpusError: there is no store, or its manifest cannot be read.
    """
    folder = Path(path)
    problems = _file_problems(folder, on_progress)
    if problems:  # checking the songs of damaged files would only repeat it
        return problems
    try:
        store = CorpusStore.open(folder)
    except CorpusError as error:
        return [str(error)]
    return _song_problems(store, on_progress) + _metadata_problems(store)


def _file_problems(folder: Path, on_progress: OnProgress) -> list[str]:
    manifest = read_manifest(folder)
    problems = []
    for done, (name, expected) in enumerate(manifest.files.items(), start=1):
        path = folder / name
        if not path.is_file():
            problems.append(f"{name}: missing")
        elif (found := record_of(path)) != expected:
            cause = "size" if found.bytes != expected.bytes else "checksum"
            problems.append(f"{name}: not the {cause} that the manifest says")
        on_progress(Progress("files", done, len(manifest.files)))
    known = {*manifest.files, MANIFEST_NAME}
    present = (path for path in folder.rglob("*") if path.is_file())
    strangers = sorted({path.relative_to(folder).as_posix() for path in present} - known)
    return problems + [f"{name}: not in the manifest" for name in strangers]


def _song_problems(store: CorpusStore, on_progress: OnProgress) -> list[str]:
    problems = []
    for index in range(len(store)):
        problems += [f"song {index}: {problem}" for problem in _broken_rules(store, index)]
        if (index + 1) % _SONGS_AT_ONCE == 0 or index + 1 == len(store):
            on_progress(Progress("songs", index + 1, len(store)))
    return problems


def _broken_rules(store: CorpusStore, index: int) -> list[str]:
    song = store.song(index)
    order = song.onset.astype(np.int64) << 16 | song.track.astype(np.int64) << 8 | song.pitch
    rules = {
        "no notes": len(song) > 0,
        "ticks per quarter not above 0": song.ticks_per_quarter > 0,
        "an onset below 0": song.onset.min(initial=0) >= 0,
        "a duration below 1": song.duration.min(initial=1) >= 1,
        "notes out of order": bool(np.all(order[1:] >= order[:-1])),
        "a pitch out of range": song.pitch.max(initial=0) < N_PITCHES,
        "a velocity out of range": song.velocity.min(initial=MAX_VELOCITY) >= MIN_VELOCITY
        and song.velocity.max(initial=0) <= MAX_VELOCITY,
        "a track without notes, or notes without a track": np.array_equal(
            np.unique(song.track), np.arange(song.n_tracks)
        ),
        "a program out of range": song.track_program.max(initial=0) < N_PROGRAMS,
        "tempo changes that do not begin at 0 and rise": _begins_and_rises(song.tempo_ticks),
        "a tempo not above 0": song.tempo_us.min(initial=1) > 0,
        "metre events that do not begin at 0 and rise": _begins_and_rises(song.metre_ticks),
    }
    return [problem for problem, holds in rules.items() if not holds]


def _begins_and_rises(ticks: np.ndarray[tuple[int], np.dtype[np.int32]]) -> bool:
    return len(ticks) > 0 and ticks[0] == 0 and bool(np.all(np.diff(ticks) > 0))


def _metadata_problems(store: CorpusStore) -> list[str]:
    metadata = store.metadata
    if metadata.num_rows != len(store):
        return [f"metadata: {metadata.num_rows} rows for {len(store)} songs"]
    problems = []
    if not np.array_equal(metadata["n_notes"].to_numpy(), store.n_notes):
        problems.append("metadata: numbers of notes are not the songs'")
    split_of_cluster: dict[int, str] = {}
    pairs = zip(metadata["cluster"].to_pylist(), metadata["split"].to_pylist(), strict=True)
    torn = {
        cluster for cluster, split in pairs if split_of_cluster.setdefault(cluster, split) != split
    }
    problems += [f"metadata: cluster {cluster} is in two splits" for cluster in sorted(torn)]
    return problems
