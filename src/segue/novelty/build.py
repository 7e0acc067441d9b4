"""Making the index of a corpus's passages (`index`): part by part, in several processes.

A part is made in a folder of another name, which takes its own once it is complete; so an
interrupted build goes on with the parts that are missing. The memory of a process is that of one
part: some 18 bytes a token, 0.6 GB.
"""

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np

from segue.corpus import CorpusStore
from segue.errors import CorpusError, InputError
from segue.files import make_folder, write_bytes
from segue.locking import held
from segue.novelty.index import MANIFEST_NAME, IndexManifest, PassageIndex, part_folder
from segue.novelty.lines import IntArray, lines_of_columns
from segue.novelty.matching import WIDTH

__all__ = ["build_index"]

PART_TOKENS: Final = 2**25
PLAN_NAME: Final = "plan.json"
OnPart = Callable[[int, int], None]
"""(parts made, parts in all)."""


@dataclass(frozen=True)
class _Task:
    corpus: Path
    songs: tuple[int, ...]
    folder: Path


def build_index(
    corpus: str | Path,
    out: str | Path,
    *,
    split: str = "train",
    workers: int = 1,
    part_tokens: int = PART_TOKENS,
    on_part: OnPart = lambda done, total: None,
) -> IndexManifest:
    """Make the index of the songs of a split; an unfinished one is gone on with.

    Raises:
        CorpusError: no corpus there, an index of something else in `out`, or an empty split.
        InputError: another process makes the same index, or the folder cannot be written.
    """
    store, folder = CorpusStore.open(corpus), Path(out)
    songs = store.split(split)
    if not len(songs):
        raise CorpusError(f'{corpus}: no songs in the split "{split}"')
    with held(folder.with_name(f"{folder.name}.lock"), doing=f"makes the index {folder}"):
        return _build(store, songs, make_folder(folder), split, workers, part_tokens, on_part)


def _build(
    store: CorpusStore,
    songs: IntArray,
    folder: Path,
    split: str,
    workers: int,
    part_tokens: int,
    on_part: OnPart,
) -> IndexManifest:
    plan = {"corpus": store.manifest.content_sha256, "split": split, "part_tokens": part_tokens}
    _settle(folder, plan)
    groups = _groups(songs, store.n_notes[songs], part_tokens)
    tasks = [
        _Task(store.path, tuple(group.tolist()), part_folder(folder, number))
        for number, group in enumerate(groups)
    ]
    _make_missing(tasks, workers, on_part)
    manifest = IndexManifest(
        corpus=store.manifest.content_sha256,
        split=split,
        n_songs=len(songs),
        n_tokens=sum(len(np.load(task.folder / "order.npy", mmap_mode="r")) for task in tasks),
        n_parts=len(tasks),
    )
    write_bytes(folder / MANIFEST_NAME, manifest.to_json().encode())
    PassageIndex.open(folder)  # the files fit each other
    return manifest


def _settle(folder: Path, plan: dict[str, Any]) -> None:
    """Refuse to mix two indices in one folder."""
    path = folder / PLAN_NAME
    if path.exists():
        try:
            same = json.loads(path.read_text(encoding="utf-8")) == plan
        except ValueError:
            same = False
        if not same:
            raise CorpusError(
                f"{folder}: holds the index of another corpus or split; give another folder, or"
                " remove this one"
            )
    elif any(folder.iterdir()):
        raise InputError(f"{folder}: is not empty and no index; give another folder with --out")
    write_bytes(path, json.dumps(plan).encode())


def _groups(songs: IntArray, n_notes: IntArray, part_tokens: int) -> list[IntArray]:
    """Songs in their order, cut where a part is full: a note has two tokens at most."""
    part = (2 * np.cumsum(n_notes) - 1) // part_tokens
    cuts = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), len(songs)]
    return [songs[first:last] for first, last in pairwise(cuts)]


def _make_missing(tasks: list[_Task], workers: int, on_part: OnPart) -> None:
    missing = [task for task in tasks if not task.folder.exists()]
    done = len(tasks) - len(missing)
    on_part(done, len(tasks))
    if workers == 1 or len(missing) <= 1:
        for task in missing:
            _make_part(task)
            done += 1
            on_part(done, len(tasks))
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for made in as_completed([pool.submit(_make_part, task) for task in missing]):
            made.result()
            done += 1
            on_part(done, len(tasks))


def _make_part(task: _Task) -> None:
    from pydivsufsort import divsufsort

    store = CorpusStore.open(task.corpus)
    texts, song_of, track_of = [], [], []
    for index in task.songs:
        song = store.song(index)
        lines = lines_of_columns(
            onset=song.onset,
            pitch=song.pitch,
            track=song.track,
            track_is_drum=song.track_is_drum,
            ticks_per_quarter=song.ticks_per_quarter,
        )
        for line in lines:
            texts.append(line.tokens)
            song_of.append(index)
            track_of.append(line.track)
    text = np.concatenate([*texts, np.zeros(WIDTH, np.uint16)])
    # As bytes, the higher first, so that the order of bytes is the order of tokens; every second
    # place of it is a token's.
    order = divsufsort(text[:-WIDTH].astype(">u2").view(np.uint8))
    order = order[order & 1 == 0] >> 1
    sizes = [len(each) for each in texts]
    columns = {
        "text": text,
        "order": order.astype(np.int32),
        "line_start": np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        "line_song": np.array(song_of, np.int32),
        "line_track": np.array(track_of, np.int16),
    }
    unfinished = task.folder.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for name, column in columns.items():
        np.save(unfinished / f"{name}.npy", column)
    unfinished.rename(task.folder)
