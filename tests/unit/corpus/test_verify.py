"""Verifying finds every file that is not as it was written, and every song that breaks a rule."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from segue.corpus.manifest import Manifest, read_manifest, record_of
from segue.corpus.verify import verify_store


def rewrite(folder: Path, name: str, column: npt.NDArray[Any]) -> None:
    """Replace a column and make the manifest agree, as a faulty builder would."""
    np.save(folder / name, column)
    manifest = read_manifest(folder)
    files = {**manifest.files, name: record_of(folder / name)}
    Manifest(**{**vars(manifest), "files": files}).write(folder)


def test_a_fresh_corpus_is_sound(built: Path) -> None:
    assert verify_store(built) == []


def test_a_changed_byte_is_found(copied: Path) -> None:
    column = copied / "columns" / "velocity.npy"
    data = bytearray(column.read_bytes())
    data[-1] ^= 1
    column.write_bytes(data)
    assert verify_store(copied) == ["columns/velocity.npy: not the checksum that the manifest says"]


def test_missing_added_and_shortened_files_are_all_named(copied: Path) -> None:
    (copied / "ledger.jsonl").unlink()
    (copied / "notes.txt").write_text("mine")
    (copied / "split.npy").write_bytes(b"")
    assert verify_store(copied) == [
        "ledger.jsonl: missing",
        "split.npy: not the size that the manifest says",
        "notes.txt: not in the manifest",
    ]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("onset", 2**30, "song 0: notes out of order"),
        ("duration", 0, "song 0: a duration below 1"),
        ("velocity", 0, "song 0: a velocity out of range"),
        ("track", 9, "song 0: a track without notes, or notes without a track"),
        ("metre_ticks", 1, "song 0: metre events that do not begin at 0 and rise"),
    ],
)
def test_a_song_that_breaks_a_rule_is_named(
    copied: Path, name: str, value: int, problem: str
) -> None:
    column = np.load(copied / f"columns/{name}.npy")
    column[0] = value
    rewrite(copied, f"columns/{name}.npy", column)
    assert problem in verify_store(copied)
