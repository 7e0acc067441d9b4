"""The songs of an experiment in its folder: one packed .npy a split, and what was left out.

Made once, whole or not at all, and mapped from then on: every model of a sweep reads the same
songs. `data.json` says where they came from; another source or other settings are refused.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from segue.config import to_mapping
from segue.corpus.progress import OnProgress, Progress, ignore_progress
from segue.corpus.split import SPLITS
from segue.encoding.paper import check_tables
from segue.errors import InputError
from segue.files import make_folder
from segue.paper.config import DataConfig
from segue.paper.representation import Representation, representation_for
from segue.paper.sources import Source, open_source

__all__ = ["DATA_FOLDER", "ExperimentData", "open_data", "prepare_data"]

Float32Array: TypeAlias = npt.NDArray[np.float32]

DATA_FOLDER: Final = "data"
RECORD_NAME: Final = "data.json"
_LEAST: Final = {"train": 2, "valid": 2, "test": 2}
"""Songs that each split needs: the distances are of at least two."""
_TELL_EVERY: Final = 100


@dataclass(frozen=True, eq=False)
class ExperimentData:
    """An experiment's songs."""

    splits: dict[str, Float32Array]
    """Raw tables by split, (songs, N, C) each, memory-mapped."""
    representation: Representation
    excluded: dict[str, int]
    """Songs of the source that are not used, by reason."""

    @property
    def n_notes(self) -> int:
        """N, notes a song."""
        return int(self.splits["train"].shape[1])


def prepare_data(
    source: Path,
    folder: Path,
    config: DataConfig,
    n_notes: int,
    on_progress: OnProgress = ignore_progress,
) -> ExperimentData:
    """The data in `folder`, made from `source` if it is not there yet.

    Raises:
        InputError: the source is unusable or too small, or `folder` holds the data of another.
    """
    asked = {"source": str(source.resolve()), "notes": n_notes, "data": _identity(config)}
    if (folder / RECORD_NAME).exists():
        was = _record(folder)
        if was["asked"] != asked:
            raise InputError(
                f"{folder} holds songs of other settings ({_difference(was['asked'], asked)}); "
                "give another folder for the run, or remove that one"
            )
        return open_data(folder, config)
    making = folder.with_name(folder.name + ".making")
    shutil.rmtree(making, ignore_errors=True)  # of one that was killed
    make_folder(making)
    try:
        excluded = _write(open_source(source, config, n_notes), making, config, on_progress)
        text = json.dumps({"asked": asked, "excluded": excluded}, indent=1)
        (making / RECORD_NAME).write_text(text, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        making.rename(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return open_data(folder, config)


def open_data(folder: Path, config: DataConfig) -> ExperimentData:
    """Data that was prepared before.

    Raises:
        InputError: there is none.
    """
    record = _record(folder)
    splits = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in SPLITS}
    representation = representation_for(config.encoding, splits["train"])
    return ExperimentData(splits, representation, record["excluded"])


def _write(
    source: Source, folder: Path, config: DataConfig, on_progress: OnProgress
) -> dict[str, int]:
    """Write the arrays of all splits; returns how many songs were left out, by reason."""
    chosen = _choose({name: source.split(name) for name in SPLITS}, config)
    total, done = sum(map(len, chosen.values())), 0
    excluded = {"fewer notes than asked": source.too_short()}
    for name, songs in chosen.items():
        tables = []
        for index in songs.tolist():
            tables.append(source.table(index))
            done += 1
            if done % _TELL_EVERY == 0 or done == total:
                on_progress(Progress("songs", done, total))
        long = [table for table in tables if table is not None]
        excluded["fewer notes than asked"] += len(tables) - len(long)
        _require(name, len(long))
        packed = np.stack(long)
        if config.encoding != "octuple":
            checked = check_tables(packed)
            for reason, count in checked.excluded.items():
                excluded[reason] = excluded.get(reason, 0) + count
            packed = np.asarray(checked.tables, dtype=np.float32)
            _require(name, len(packed))
        np.save(folder / f"{name}.npy", packed)
    return excluded


def _choose(
    splits: dict[str, npt.NDArray[np.int64]], config: DataConfig
) -> dict[str, npt.NDArray[np.int64]]:
    """At most `config.songs` of all, the same share of each split, in their order."""
    total = sum(map(len, splits.values()))
    if config.songs is None or total <= config.songs:
        return splits
    random = np.random.default_rng(config.seed)
    share = config.songs / total
    return {
        name: np.sort(random.choice(songs, round(share * len(songs)), replace=False))
        for name, songs in splits.items()
    }


def _require(split: str, count: int) -> None:
    if count < _LEAST[split]:
        raise InputError(
            f"too few songs for the experiment: {count} in the {split} split, and "
            f"{_LEAST[split]} are needed; use a larger corpus, or fewer notes a song (model.notes)"
        )


def _identity(config: DataConfig) -> dict[str, Any]:
    """What the data depend on; where they are kept while training is none of it."""
    found = to_mapping(config)
    del found["residence"]
    return found


def _record(folder: Path) -> dict[str, Any]:
    path = folder / RECORD_NAME
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        record["asked"], record["excluded"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: names no prepared songs; remove {folder}") from error
    return record


def _difference(was: dict[str, Any], now: dict[str, Any]) -> str:
    flat = [{**record, **record["data"]} for record in (was, now)]
    changed = [f"{key} {flat[0].get(key)}" for key in flat[1] if flat[0].get(key) != flat[1][key]]
    return ", ".join(entry for entry in changed if not entry.startswith("data "))
