"""Building a corpus from end to end: ingest, drop duplicates, cluster, split, assemble, rename into
place.

All work happens in `OUT.building` beside the goal, which is kept after a failure or a kill and
continued by the next attempt; a lock in it keeps a second build out. `OUT` itself appears in one
rename, whole or not at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from segue.corpus.finish import finish
from segue.corpus.ingest import ingest
from segue.corpus.manifest import MANIFEST_NAME, Manifest, read_manifest
from segue.corpus.options import CorpusOptions
from segue.corpus.progress import OnProgress, ignore_progress
from segue.corpus.sources import Source, find_sources
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
        sources: folders, .zip, .tar.xz, .tar.gz, here or where fsspec reaches (see `storage`); a
            ledger beside each is used (see `ledger`).
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
    check_goal(out, replace=replace)
    found = find_sources(sources)
    building = out.with_name(out.name + ".building")
    with held(building / LOCK_NAME, doing=f"builds {out}"):
        check_goal(out, replace=replace)  # another build may just have made it
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
    done = ingest(sources, building / "shards", options, workers=workers, on_progress=on_progress)
    shards = [shard for source in done for shard in source.shards]
    fresh = finish(shards, building, options, on_progress=on_progress)
    move_into_place(fresh, out)
    shutil.rmtree(building)
    return read_manifest(out)


def check_goal(out: Path, *, replace: bool) -> None:
    """Make sure that a corpus may be made at `out`.

    Raises:
        CorpusError: there is one that may not be replaced, or something else.
    """
    if not out.exists():
        return
    is_store = (out / MANIFEST_NAME).exists()
    if not is_store and (not out.is_dir() or any(out.iterdir())):
        raise CorpusError(f"{out}: exists and is not a corpus; choose another place")
    if is_store and not replace:
        raise CorpusError(f"{out}: there is a corpus already; choose another place or replace it")


def move_into_place(fresh: Path, out: Path) -> None:
    """Rename; an older corpus is moved aside first and removed last."""
    old = fresh.with_name("replaced")
    if old.exists():
        shutil.rmtree(old)
    if out.exists():
        out.rename(old)
    fresh.rename(out)
