"""Building a corpus from end to end: ingest, drop duplicates, cluster, split, assemble, rename into
place.

All work happens in `OUT.building` beside the goal, which is kept after a failure or a kill and
continued by the next attempt; a lock in it keeps a second build out. `OUT` itself appears in one
rename, whole or not at all.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from segue.corpus.assemble import assemble
from segue.corpus.clusters import cluster_songs
from segue.corpus.duplicates import exact_duplicates
from segue.corpus.ingest import ingest
from segue.corpus.manifest import MANIFEST_NAME, Manifest
from segue.corpus.options import CorpusOptions
from segue.corpus.progress import OnProgress, Progress, ignore_progress
from segue.corpus.shards import read_shard
from segue.corpus.sources import Source, find_sources
from segue.corpus.split import SPLITS, split_by_cluster
from segue.corpus.workers import default_workers
from segue.errors import CorpusError
from segue.locking import held

LOCK_NAME: Final = "lock"
_DEFAULT_OPTIONS = CorpusOptions()


def build_corpus(
    sources: Sequence[str | Path],
    out: str | Path,
    options: CorpusOptions = _DEFAULT_OPTIONS,
    *,
    workers: int | None = None,
    replace: bool = False,
    on_progress: OnProgress = ignore_progress,
) -> Manifest:
    """Build a corpus from folders and archives of MIDI files.

    The result depends on the sources, their order and the options only, not on the number of
    workers or on interruptions. With more than one worker, a script must call this under `if
    __name__ == "__main__":`, since worker processes import it.

    Args:
        sources: folders, .zip, .tar.xz, .tar.gz; a ledger beside each is used (see `ledger`).
        out: the folder to make.
        options: what to accept, and how near-duplicates are found.
        workers: parsing processes; all cores if None, and 1 starts none.
        replace: whether a corpus that exists at `out` may be replaced, once the new one is whole.
        on_progress: called with the progress of each phase.

    Raises:
        CorpusError: `out` exists, a source is missing or damaged, or no song was accepted.
        InputError: another process builds the same corpus, or the folder cannot be written.
    """
    out = Path(out)
    _check_goal(out, replace=replace)
    found = find_sources([Path(source) for source in sources])
    building = out.with_name(out.name + ".building")
    with held(building / LOCK_NAME, doing=f"builds {out}"):
        _check_goal(out, replace=replace)  # another build may just have made it
        return _build(
            found,
            out,
            building,
            options,
            workers=default_workers() if workers is None else workers,
            on_progress=on_progress,
        )


def _build(
    sources: list[Source],
    out: Path,
    building: Path,
    options: CorpusOptions,
    *,
    workers: int,
    on_progress: OnProgress,
) -> Manifest:
    shards = ingest(sources, building / "shards", options, workers=workers, on_progress=on_progress)
    songs = _gather(shards, keep_shingles=options.near_duplicates)
    _assign_clusters_and_splits(songs, options, on_progress)
    fresh = building / "store"
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir()

    def on_shard(done: int) -> None:
        on_progress(Progress("write", done, len(shards)))

    manifest = assemble(fresh, shards, songs.rows, songs.rejected, options, on_shard=on_shard)
    _move_into_place(fresh, out)
    shutil.rmtree(building)
    return manifest


@dataclass(frozen=True)
class _Songs:
    """The accepted songs' rows, the rejected, and the accepted songs' shingles end to end."""

    rows: list[dict[str, Any]]
    rejected: list[dict[str, Any]]
    shingles: npt.NDArray[np.uint32]


def _check_goal(out: Path, *, replace: bool) -> None:
    if not out.exists():
        return
    is_store = (out / MANIFEST_NAME).exists()
    if not is_store and (not out.is_dir() or any(out.iterdir())):
        raise CorpusError(f"{out}: exists and is not a corpus; choose another place")
    if is_store and not replace:
        raise CorpusError(f"{out}: there is a corpus already; choose another place or replace it")


def _gather(shards: Sequence[Path], *, keep_shingles: bool) -> _Songs:
    """Read the shards' records, leave out exact duplicates, and check that something is left."""
    rows: list[dict[str, Any]] = []
    rejected: list[dict[str, Any]] = []
    sets: list[npt.NDArray[np.uint32]] = []
    for number, path in enumerate(shards):
        shard = read_shard(path, columns=())
        for position, row in enumerate(shard.rows):
            rows.append({**row, "shard": number, "position": position})
        rejected += shard.rejected
        ends = np.cumsum([row["n_shingles"] for row in shard.rows], dtype=np.int64)
        sets += np.split(shard.shingles, ends)[:-1]
    if not rows:
        raise CorpusError(_nothing_accepted(rejected))
    dropped = exact_duplicates(rows)
    identity = ("path", "archive", "source", "origin", "tier", "licence", "sha256")
    for index, reason in sorted(dropped.items()):
        rejected.append({**{name: rows[index][name] for name in identity}, "reason": reason})
    kept = [index for index in range(len(rows)) if index not in dropped]
    shingles = np.concatenate([sets[index] for index in kept]) if keep_shingles else sets[0][:0]
    return _Songs([rows[index] for index in kept], rejected, shingles)


def _nothing_accepted(rejected: Sequence[dict[str, Any]]) -> str:
    reasons = Counter(row["reason"].split(":")[0] for row in rejected)
    common = "; ".join(f"{reason} ({count} files)" for reason, count in reasons.most_common(3))
    return f"none of {len(rejected)} files can be used: {common}. Correct the files or the options"


def _assign_clusters_and_splits(
    songs: _Songs, options: CorpusOptions, on_progress: OnProgress
) -> None:
    rows = songs.rows
    clusters = np.arange(len(rows))
    if options.near_duplicates:
        clusters = cluster_songs(
            songs.shingles,
            np.cumsum([0, *(row["n_shingles"] for row in rows)], dtype=np.int64),
            similarity=options.similarity,
            on_song=lambda done: on_progress(Progress("cluster", done, len(rows))),
        )
    splits = split_by_cluster(clusters, [row["sha256"] for row in rows])
    for row, cluster, split in zip(rows, clusters.tolist(), splits.tolist(), strict=True):
        row["cluster"] = cluster
        row["split"] = SPLITS[split]


def _move_into_place(fresh: Path, out: Path) -> None:
    """Rename; an older corpus is moved aside first and removed last."""
    old = fresh.with_name("replaced")
    if old.exists():
        shutil.rmtree(old)
    if out.exists():
        out.rename(old)
    fresh.rename(out)
