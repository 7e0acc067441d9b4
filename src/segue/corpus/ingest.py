"""From sources to shards: one process reads and unpacks, all others parse, nothing is done twice.

Unpacking a solid archive is sequential, so the calling process only reads, groups members into
tasks and hands them to the workers. Each source has a folder of shards named by a fingerprint of
the source, its ledger and the options: after a kill the same call finds the finished shards and
makes only the others. A shard is named by the position of its first file in the source, so that the
shards of several machines are in order when they come together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from segue.corpus.archives import Member
from segue.corpus.ledger import Provenance
from segue.corpus.options import CorpusOptions
from segue.corpus.progress import OnProgress, Progress
from segue.corpus.shards import SHARD_VERSION, ShardTask, is_whole, make_shard
from segue.corpus.share import WHOLE, Share, slice_of
from segue.corpus.sources import Source, Survey, Wanted, every
from segue.corpus.workers import Workers
from segue.reading import read_json

__all__ = ["Ingested", "ingest", "survey_sources"]

BYTES_PER_SHARD: Final = 16 * 2**20
"""A shard ends with its slice of a source, or when it has so many bytes; both follow from the
source alone."""


@dataclass(frozen=True)
class Ingested:
    """What became of a source: its name, what it looked like, and its shards in order."""

    name: str
    survey: Survey
    shards: list[Path]


def ingest(
    sources: list[Source],
    folder: Path,
    options: CorpusOptions,
    *,
    share: Share = WHOLE,
    workers: int,
    on_progress: OnProgress,
) -> list[Ingested]:
    """Make (or find) the shards of all sources; returns them in order.

    Args:
        sources: what to read, in the corpus's order.
        folder: where shards are kept between attempts.
        options: what to accept.
        share: which files are read.
        workers: how many processes parse; 1 parses in this process and starts none.
        on_progress: called with the number of files done.

    Raises:
        CorpusError: an archive is damaged or a ledger is malformed.
    """
    surveys = survey_sources(sources, share)
    done, total = 0, _total(sources, surveys, share)

    def on_files(n_files: int) -> None:
        nonlocal done
        done += n_files
        on_progress(Progress("parse", done, total))

    done_with: list[Ingested] = []
    with Workers(workers, on_files, make_shard) as running:
        for number, (source, survey) in enumerate(zip(sources, surveys, strict=True)):
            shards: list[Path] = []
            if _takes_any(share, source, number):
                wanted = _wanted(share, source, number)
                shards = _shards(source, survey, wanted, folder, options, running)
            done_with.append(Ingested(source.name, survey, shards))
    return done_with


def survey_sources(sources: list[Source], share: Share) -> list[Survey]:
    """How the sources look to a machine that takes this share, before anything is read.

    Raises:
        CorpusError: a zip is damaged.
    """
    return [source.survey(_wanted(share, source, number)) for number, source in enumerate(sources)]


def _takes_any(share: Share, source: Source, number: int) -> bool:
    return not source.is_sequential or share.takes_source(number)


def _wanted(share: Share, source: Source, number: int) -> Wanted:
    if source.is_sequential:
        return every
    return lambda position: share.takes(number, position)


def _total(sources: list[Source], surveys: list[Survey], share: Share) -> int | None:
    """How many files there are to read, if that is known."""
    counts = [
        survey.n_files
        for number, (source, survey) in enumerate(zip(sources, surveys, strict=True))
        if _takes_any(share, source, number)
    ]
    return None if None in counts else sum(n_files or 0 for n_files in counts)


def _shards(
    source: Source,
    survey: Survey,
    wanted: Wanted,
    folder: Path,
    options: CorpusOptions,
    running: Workers,
) -> list[Path]:
    """Make the shards of one source, or find that they all are there without reading it."""
    folder = folder / _fingerprint(source, survey, options)
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / "complete.json"
    sizes = _sizes(table)
    if sizes and all(is_whole(folder / name) for name in sizes):
        running.skip(sum(sizes.values()))
    else:
        for first, members in _groups(source, wanted):
            path = folder / f"{first:09d}.npz"
            sizes[path.name] = len(members)
            if is_whole(path):
                running.skip(len(members))
            else:
                running.make(ShardTask(path, source.name, members, options))
        running.finish()
        table.with_suffix(".tmp").write_text(json.dumps(sizes))
        table.with_suffix(".tmp").replace(table)
    return [folder / name for name in sizes]


def _sizes(table: Path) -> dict[str, int]:
    """The numbers of files of all shards of a source, by name; empty where not all are made."""
    try:
        sizes = read_json(table)
        return {str(name): int(size) for name, size in sizes.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}  # not there yet, or damaged: the shards that are there are found again


def _fingerprint(source: Source, survey: Survey, options: CorpusOptions) -> str:
    """A name for what a source's shards will be: nothing that changes them may be left out."""
    parse_options = {k: v for k, v in options.as_dict().items() if k != "similarity"}
    recipe = [SHARD_VERSION, source.name, survey.listing, survey.fingerprint, parse_options]
    return hashlib.sha256(json.dumps(recipe).encode()).hexdigest()[:24]


_Group = list[tuple[Member, Provenance]]


def _groups(source: Source, wanted: Wanted) -> Iterator[tuple[int, _Group]]:
    """The files of each shard, with the position of the first."""
    ledger = source.provenance()
    unlisted = Provenance(source=source.name)
    group: _Group = []
    first, size = 0, 0
    for member, position in zip(source.members(wanted), filter(wanted, count()), strict=False):
        if group and (slice_of(position) != slice_of(first) or size >= BYTES_PER_SHARD):
            yield first, group
            group, size = [], 0
        if not group:
            first = position
        group.append((member, ledger.get(member.path, unlisted)))
        size += len(member.data)
    if group:
        yield first, group
