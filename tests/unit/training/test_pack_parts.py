"""Archives of a pack are packs of their own, and together they are the pack that they came from."""

import tarfile
from pathlib import Path

import numpy as np
import pytest

from segue.corpus import CorpusStore
from segue.errors import CorpusError
from segue.training.pack_parts import join_packs, write_archives
from segue.training.packing import Pack, pack_split
from segue.training.windows import cut_window


def unpacked(archive: Path, folder: Path) -> Path:
    """The folder with the archive's files. (Python 3.11.2 cannot extract them with a filter.)"""
    with tarfile.open(archive) as opened:
        for member in opened:
            content = opened.extractfile(member)
            if content is not None:
                (folder / member.name).parent.mkdir(parents=True, exist_ok=True)
                (folder / member.name).write_bytes(content.read())
    return folder


@pytest.mark.parametrize("n_parts", [1, 3])
def test_the_parts_together_are_the_pack(store: CorpusStore, tmp_path: Path, n_parts: int) -> None:
    whole = pack_split(store, None, tmp_path / "whole")
    parts = []
    for number, archive in enumerate(write_archives(whole, tmp_path / "archives", n_parts)):
        parts.append(Pack.open(unpacked(archive, tmp_path / str(number))))

    joined = join_packs(parts, tmp_path / "joined")

    assert joined.card == whole.card
    for name in whole.card["columns"]:
        one, other = (np.load(p.path / f"{name}.npy") for p in (whole, joined))
        assert np.array_equal(one, other), name


def test_a_part_has_the_windows_of_its_songs(store: CorpusStore, tmp_path: Path) -> None:
    whole = pack_split(store, None, tmp_path / "whole")
    archive = write_archives(whole, tmp_path, 2)[1]
    part = Pack.open(unpacked(archive, tmp_path / "second"))

    song = len(whole) - len(part)
    one = cut_window(whole, song, 1, events=64, max_bars=8)
    other = cut_window(part, 0, 1, events=64, max_bars=8)
    assert one is not None
    assert other is not None
    assert np.array_equal(one.table, other.table)
    assert np.array_equal(one.roster.instruments, other.roster.instruments)


def test_more_parts_than_songs_are_refused(store: CorpusStore, tmp_path: Path) -> None:
    whole = pack_split(store, None, tmp_path / "whole")

    with pytest.raises(CorpusError, match="cannot be 99 parts"):
        write_archives(whole, tmp_path, 99)
