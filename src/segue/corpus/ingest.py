"""From sources to shards: one process reads and unpacks, all others parse, nothing is done twice.

Unpacking a solid archive is sequential, so the calling process only reads, groups members into
tasks and hands them to the workers. Each source has a folder of shards named by a fingerprint of
the source, its ledger and the options: after a kill the same call finds the finished shards and
makes only the others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from segue.corpus.archives import Member
from segue.corpus.ledger import Provenance, read_ledger
from segue.corpus.options import CorpusOptions
from segue.corpus.progress import OnProgress, Progress
from segue.corpus.shards import SHARD_VERSION, ShardTask, is_whole, make_shard
from segue.corpus.sources import Source
from segue.corpus.workers import Workers
from segue.reading import read_json

FILES_PER_SHARD: Final = 256
BYTES_PER_SHARD: Final = 16 * 2**20
"""A shard ends at whichever limit comes first; both follow from the source alone."""


def ingest(
    sources: list[Source],
    folder: Path,
    options: CorpusOptions,
    *,
    workers: int,
    on_progress: OnProgress,
) -> list[Path]:
    """Make (or find) the shards of all sources; returns their paths in order.

    Args:
        sources: what to read, in the corpus's order.
        folder: where shards are kept between attempts.
        options: what to accept.
        workers: how many processes parse; 1 parses in this process and starts none.
        on_progress: called with the number of files done.

    Raises:
        CorpusError: an archive is damaged or a ledger is malformed.
    """
    counts = [source.n_files() for source in sources]
    total = None if None in counts else sum(count or 0 for count in counts)
    done = 0

    def on_files(n_files: int) -> None:
        nonlocal done
        done += n_files
        on_progress(Progress("parse", done, total))

    with Workers(workers, on_files, make_shard) as running:
        return [shard for source in sources for shard in _shards(source, folder, options, running)]


def _shards(
    source: Source, folder: Path, options: CorpusOptions, running: Workers
) -> Iterator[Path]:
    """Make the shards of one source, or find that they all are there without reading it."""
    folder = folder / _fingerprint(source, options)
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / "complete.json"
    sizes = _sizes(table)
    if sizes and all(is_whole(folder / name) for name in sizes):
        running.skip(sum(sizes.values()))
    else:
        for number, members in enumerate(_groups(source)):
            path = folder / f"{number:06d}.npz"
            sizes[path.name] = len(members)
            if is_whole(path):
                running.skip(len(members))
            else:
                running.make(ShardTask(path, source.name, members, options))
        running.finish()
        table.with_suffix(".tmp").write_text(json.dumps(sizes))
        table.with_suffix(".tmp").replace(table)
    return (folder / name for name in sizes)


def _sizes(table: Path) -> dict[str, int]:
    """The numbers of files of all shards of a source, by name; empty where not all are made."""
    try:
        sizes = read_json(table)
        return {str(name): int(size) for name, size in sizes.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}  # not there yet, or damaged: the shards that are there are found again


def _fingerprint(source: Source, options: CorpusOptions) -> str:
    """A name for what a source's shards will be: nothing that changes them may be left out."""
    parse_options = {k: v for k, v in options.as_dict().items() if k != "similarity"}
    recipe = [SHARD_VERSION, source.name, source.fingerprint(), parse_options]
    return hashlib.sha256(json.dumps(recipe).encode()).hexdigest()[:24]


def _groups(source: Source) -> Iterator[list[tuple[Member, Provenance]]]:
    ledger = read_ledger(source.ledger) if source.ledger else {}
    unlisted = Provenance(source=source.name)
    group: list[tuple[Member, Provenance]] = []
    size = 0
    for member in source.members():
        group.append((member, ledger.get(member.path, unlisted)))
        size += len(member.data)
        if len(group) == FILES_PER_SHARD or size >= BYTES_PER_SHARD:
            yield group
            group, size = [], 0
    if group:
        yield group
