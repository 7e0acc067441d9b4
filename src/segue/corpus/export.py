"""What all exports share: a folder that appears whole or not at all, ledger, card and checksums."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from segue.corpus.manifest import record_of
from segue.corpus.metadata import LEDGER_FIELDS
from segue.corpus.store import LEDGER_NAME, CorpusStore
from segue.errors import InputError
from segue.locking import held

CARD_NAME: Final = "README.md"
CHECKSUMS_NAME: Final = "SHA256SUMS"


@dataclass(frozen=True)
class Exported:
    """What an export did.

    Attributes:
        path: the folder.
        songs: how many songs are in it.
        left_out: how many of the corpus's songs are not, by reason.
    """

    path: Path
    songs: int
    left_out: dict[str, int]


@contextmanager
def export_folder(out: Path) -> Iterator[Path]:
    """Give an empty folder that is renamed to `out` when the block ends without an error.

    Checksums of all its files are added in the form that `sha256sum --check` reads.

    Raises:
        InputError: there is something at `out` already, or another process exports to it.
    """
    with held(out.with_name(f"{out.name}.lock"), doing=f"exports to {out}"):
        yield from _export_folder(out)


def _export_folder(out: Path) -> Iterator[Path]:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out}: exists already; choose another folder or remove it")
    fresh = out.with_name(out.name + ".exporting")
    if fresh.exists():  # of an export that was killed
        shutil.rmtree(fresh)
    fresh.mkdir(parents=True)
    try:
        yield fresh
        _write_checksums(fresh)
        if out.exists():
            out.rmdir()
        fresh.rename(out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _write_checksums(folder: Path) -> None:
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    lines = [f"{record_of(folder / name).sha256}  {name}\n" for name in names]
    (folder / CHECKSUMS_NAME).write_text("".join(lines), encoding="utf-8")


def write_ledger(folder: Path, store: CorpusStore, songs: npt.NDArray[np.int64]) -> None:
    """Write `ledger.jsonl`: a line a song, in the order of the export, with its row there."""
    records: list[dict[str, Any]] = (
        store.metadata.select(list(LEDGER_FIELDS)).take(songs).to_pylist()
    )
    with (folder / LEDGER_NAME).open("w", encoding="utf-8") as file:
        for row, record in enumerate(records):
            file.write(json.dumps({"row": row, **record}, ensure_ascii=False) + "\n")


def require_songs(songs: npt.NDArray[np.int64], what: str) -> None:
    """Raise InputError if there is nothing to export."""
    if not len(songs):
        raise InputError(f"nothing to export: no song is {what}")
