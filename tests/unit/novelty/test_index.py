"""An index is whole, goes on after an interruption, and refuses what is not one."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from segue.errors import CorpusError, InputError
from segue.novelty import PassageIndex, lines_of_score
from segue.novelty.build import build_index
from tests.unit.novelty.conftest import Indexed


@pytest.fixture
def copied(index_folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(index_folder, tmp_path / "index")


def test_it_holds_every_line_of_every_song_of_its_split(indexed: Indexed) -> None:
    songs = indexed.store.split("train")
    lines = [line for song in songs for line in lines_of_score(indexed.store.score(int(song)))]
    manifest = indexed.index.manifest
    assert manifest.n_parts > 2
    assert manifest.n_songs == len(songs)
    assert manifest.n_tokens == sum(len(line) for line in lines)
    reaches = indexed.index.reaches(lines)
    assert all(reach[1] == len(line) - 1 for reach, line in zip(reaches, lines, strict=True))


def test_parts_that_are_there_are_not_made_again(indexed: Indexed, copied: Path) -> None:
    shutil.rmtree(copied / "part-001")
    (copied / "manifest.json").unlink()
    kept = (copied / "part-000" / "text.npy").stat().st_mtime_ns
    told: list[tuple[int, int]] = []
    build_index(
        indexed.store.path, copied, part_tokens=4000, on_part=lambda *done: told.append(done)
    )
    n_parts = indexed.index.manifest.n_parts
    assert told == [(n_parts - 1, n_parts), (n_parts, n_parts)]
    assert (copied / "part-000" / "text.npy").stat().st_mtime_ns == kept
    for name in ("text", "order", "line_start"):
        remade = np.load(copied / "part-001" / f"{name}.npy")
        assert np.array_equal(remade, np.load(indexed.index.path / "part-001" / f"{name}.npy"))


def test_several_processes_make_the_same(indexed: Indexed, tmp_path: Path) -> None:
    build_index(indexed.store.path, tmp_path / "two", part_tokens=4000, workers=2)
    for made in sorted((tmp_path / "two").rglob("*.npy")):
        there = indexed.index.path / made.relative_to(tmp_path / "two")
        assert made.read_bytes() == there.read_bytes()


def test_two_indices_are_not_mixed(indexed: Indexed, copied: Path) -> None:
    with pytest.raises(CorpusError, match="another corpus or split"):
        build_index(indexed.store.path, copied, split="valid", part_tokens=4000)


def test_a_folder_of_something_else_is_left_alone(indexed: Indexed, tmp_path: Path) -> None:
    (tmp_path / "song.mid").write_bytes(b"mine")
    with pytest.raises(InputError, match="not empty"):
        build_index(indexed.store.path, tmp_path)


def test_a_folder_without_an_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="segue corpus index"):
        PassageIndex.open(tmp_path)


def shortened(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-6])


def of_another_type(path: Path) -> None:
    np.save(path, np.zeros(4, np.float32))


def of_another_length(path: Path) -> None:
    np.save(path, np.load(path)[:-1])


@pytest.mark.parametrize("name", ["text", "order", "line_start", "line_song", "line_track"])
@pytest.mark.parametrize("damage", [shortened, of_another_type, of_another_length, Path.unlink])
def test_a_damaged_part_is_refused(copied: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(copied / "part-000" / f"{name}.npy")
    with pytest.raises(CorpusError, match=r"part-000.*make the index again"):
        PassageIndex.open(copied)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "damaged"),
        ("[]", "not the manifest"),
        (json.dumps({"format": "segue-passages", "format_version": 9}), "format version 9"),
        (json.dumps({"format": "segue-passages", "format_version": 1}), "is missing"),
    ],
)
def test_a_wrong_manifest_is_refused(copied: Path, text: str, message: str) -> None:
    (copied / "manifest.json").write_text(text)
    with pytest.raises(CorpusError, match=message):
        PassageIndex.open(copied)
