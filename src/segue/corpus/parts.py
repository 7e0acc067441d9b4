"""A corpus by several machines: each makes a part of the shards, and one merges the parts.

A part is a folder with `part.json` and shards, made by `build_part` from the sources and a share
(see `share`) alone. `merge_parts` takes the shards of all parts in the order of the sources and
finishes them as `build_corpus` does its own, so the corpus is the same, byte for byte. Parts are
read where they lie, and stay.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from segue.corpus.build import LOCK_NAME, check_goal, move_into_place
from segue.corpus.finish import finish
from segue.corpus.ingest import ingest, survey_sources
from segue.corpus.manifest import Manifest, read_manifest
from segue.corpus.options import CorpusOptions
from segue.corpus.progress import OnProgress, ignore_progress
from segue.corpus.shards import SHARD_VERSION, is_whole
from segue.corpus.share import Share
from segue.corpus.sources import Source, find_sources
from segue.corpus.workers import default_workers
from segue.errors import ConfigError, CorpusError
from segue.files import json_bytes, write_bytes
from segue.locking import held
from segue.reading import read_json

__all__ = ["PART_NAME", "Part", "build_part", "merge_parts"]

PART_NAME: Final = "part.json"
_MAX_PART_BYTES: Final = 2**30
"""A line of some 20 bytes a shard, of which ten million files make 40,000."""
_DEFAULT_OPTIONS = CorpusOptions()


@dataclass(frozen=True)
class PartSource:
    """A source as one machine saw it: its name, the hash of its listing, and its shards."""

    name: str
    listing: str
    fingerprint: str
    shards: list[str]
    """Paths inside the part, in order."""


@dataclass(frozen=True)
class Part:
    """A part: which share it is, of what, and where its shards are."""

    folder: Path
    share: Share
    options: dict[str, Any]
    sources: list[PartSource]

    @property
    def n_shards(self) -> int:
        """How many shards it has; none if no slice of a source fell to it."""
        return sum(len(source.shards) for source in self.sources)


def build_part(
    sources: Sequence[str | Path],
    out: str | Path,
    share: Share,
    options: CorpusOptions = _DEFAULT_OPTIONS,
    *,
    workers: int | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Part:
    """Parse one share of the sources; a part that is there already, of the same, is kept.

    Args:
        sources: as `build_corpus`; every machine must give the same, in the same order.
        out: the folder to make.
        share: which files this machine takes.
        options: as `build_corpus`; every machine must give the same.
        workers: parsing processes; all cores if None, and 1 starts none.
        on_progress: called with the number of files done.

    Raises:
        CorpusError: something else is at `out`, or a source is missing or damaged.
        InputError: another process makes the same part, or the folder cannot be written.
    """
    out = Path(out)
    found = find_sources(sources)
    building = out.with_name(out.name + ".building")
    with held(building / LOCK_NAME, doing=f"builds {out}"):
        if not (out / PART_NAME).exists():
            if out.exists() and (not out.is_dir() or any(out.iterdir())):
                raise CorpusError(
                    f"{out}: exists and is not a part of a corpus; choose another place"
                )
            n_workers = default_workers() if workers is None else workers
            _make(found, building / "part", share, options, n_workers, on_progress)
            if out.exists():
                out.rmdir()
            (building / "part").rename(out)
        shutil.rmtree(building)
    part = read_part(out)
    surveys = survey_sources(found, share)
    seen = [(s.name, v.listing, v.fingerprint) for s, v in zip(found, surveys, strict=True)]
    made = [(source.name, source.listing, source.fingerprint) for source in part.sources]
    if (seen, share, options.as_dict()) != (made, part.share, part.options):
        raise CorpusError(
            f"{out}: a part of other sources, options or shares; remove it, or choose another place"
        )
    return part


def _make(
    sources: list[Source],
    folder: Path,
    share: Share,
    options: CorpusOptions,
    workers: int,
    on_progress: OnProgress,
) -> None:
    """Make the shards of a part, then its table."""
    done = ingest(
        sources, folder / "shards", options, share=share, workers=workers, on_progress=on_progress
    )
    content = {
        "format": "segue-corpus-part",
        "shard_version": SHARD_VERSION,
        "share": [share.index, share.count],
        "options": options.as_dict(),
        "sources": [
            {
                "name": source.name,
                "listing": source.survey.listing,
                "fingerprint": source.survey.fingerprint,
                "shards": [shard.relative_to(folder).as_posix() for shard in source.shards],
            }
            for source in done
        ],
    }
    write_bytes(folder / PART_NAME, json_bytes(content))


def read_part(folder: Path) -> Part:
    """Read what a part says of itself.

    Raises:
        CorpusError: there is none, it is damaged, or it is of another version of Segue.
    """
    path = folder / PART_NAME
    try:
        content = read_json(path, max_bytes=_MAX_PART_BYTES)
        if content["shard_version"] != SHARD_VERSION:
            raise CorpusError(f"{path}: of another version of Segue; build the part again")
        sources = [PartSource(**source) for source in content["sources"]]
        return Part(folder, Share(*content["share"]), dict(content["options"]), sources)
    except FileNotFoundError:
        raise CorpusError(
            f"{folder}: no part of a corpus; make one with "
            f"`segue corpus build SOURCE --shard I/N --out {folder}`"
        ) from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise CorpusError(f"{path}: damaged ({error}); build the part again") from None


def merge_parts(
    parts: Sequence[str | Path],
    out: str | Path,
    *,
    replace: bool = False,
    on_progress: OnProgress = ignore_progress,
) -> Manifest:
    """Make a corpus of all parts: one search for duplicates, one split.

    Args:
        parts: the folders that `build_part` made, all of them, in any order.
        out: the folder to make.
        replace: whether a corpus that exists at `out` may be replaced, once the new one is whole.
        on_progress: called with the progress of each phase.

    Raises:
        CorpusError: `out` exists, a part is missing or damaged, or the parts do not belong
            together.
        InputError: another process makes the same corpus, or the folder cannot be written.
    """
    out = Path(out)
    check_goal(out, replace=replace)
    found = [read_part(Path(part)) for part in parts]
    _check_together(found)
    shards = _in_order(found)
    building = out.with_name(out.name + ".building")
    with held(building / LOCK_NAME, doing=f"builds {out}"):
        check_goal(out, replace=replace)
        fresh = finish(shards, building, _options(found[0]), on_progress=on_progress)
        move_into_place(fresh, out)
        shutil.rmtree(building)
    return read_manifest(out)


def _check_together(parts: Sequence[Part]) -> None:
    if not parts:
        raise CorpusError("no part was given; name the folders of all parts")
    first = parts[0]
    for part in parts[1:]:
        if part.share.count != first.share.count:
            raise CorpusError(
                f"{part.folder} is one of {part.share.count} parts, {first.folder} one of "
                f"{first.share.count}; build them with one number of shards"
            )
        if part.options != first.options:
            raise CorpusError(
                f"{part.folder} and {first.folder} were built with different options; build one of "
                "them again"
            )
        if [(s.name, s.listing) for s in part.sources] != [
            (s.name, s.listing) for s in first.sources
        ]:
            raise CorpusError(
                f"{part.folder} and {first.folder} saw different files"
                f"{_first_difference(part, first)}; build both from the same sources, in the same "
                "order"
            )
    by_index: dict[int, Path] = {}
    for part in parts:
        if (other := by_index.setdefault(part.share.index, part.folder)) is not part.folder:
            raise CorpusError(f"{part.folder} and {other} are both part {part.share.index}")
    if missing := sorted({*range(1, first.share.count + 1)} - {*by_index}):
        named = ", ".join(map(str, missing[:10])) + (", ..." if len(missing) > 10 else "")
        raise CorpusError(f"of {first.share.count} parts these are missing: {named}")


def _first_difference(part: Part, other: Part) -> str:
    for mine, theirs in zip(part.sources, other.sources, strict=False):
        if (mine.name, mine.listing) != (theirs.name, theirs.listing):
            return f" in {mine.name}" if mine.name == theirs.name else ""
    return ""


def _in_order(parts: Sequence[Part]) -> list[Path]:
    """The shards of all parts, as one machine would have made them."""
    shards: list[Path] = []
    for number in range(len(parts[0].sources)):
        every = [part.folder / shard for part in parts for shard in part.sources[number].shards]
        shards += sorted(every, key=lambda shard: shard.name)
    for shard in shards:
        if not is_whole(shard):
            raise CorpusError(f"{shard}: missing or damaged; build its part again")
    return shards


def _options(part: Part) -> CorpusOptions:
    options: Mapping[str, Any] = part.options
    try:
        return CorpusOptions(**options)
    except (TypeError, ConfigError) as error:
        raise CorpusError(f"{part.folder / PART_NAME}: damaged ({error}); build it again") from None
