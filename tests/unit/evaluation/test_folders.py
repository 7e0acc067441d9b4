"""Excerpts from folders of MIDI files."""

from pathlib import Path

import pytest

from segue.errors import InputError
from segue.evaluation.music.folders import last_bars, read_folder
from segue.midi import score_to_bytes
from segue.score import diff, slice_bars
from tests.unit.evaluation.bands import band


def test_the_last_bars_of_every_file_in_the_order_of_names(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    for name, seed in (("b.mid", 1), ("a.MID", 2), ("below/c.midi", 3)):
        (tmp_path / name).write_bytes(score_to_bytes(band(seed, n_bars=12)))
    (tmp_path / "takes.json").write_text("{}", encoding="utf-8")

    found = read_folder(tmp_path, n_bars=4)

    assert found.names == ("a", "b", "c")
    assert [score.n_notes for score in found.scores] == [
        slice_bars(band(seed, n_bars=12), 8, 12).n_notes for seed in (2, 1, 3)
    ]


def test_a_short_score_is_taken_whole() -> None:
    assert diff(last_bars(band(0, n_bars=3), n_bars=8), slice_bars(band(0, n_bars=3), 0, 3)) == []


def test_what_is_no_folder_or_holds_no_music_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no \.mid file"):
        read_folder(tmp_path)
    with pytest.raises(InputError, match="not a folder"):
        read_folder(tmp_path / "nowhere")


def test_broken_files_are_left_out_and_named(tmp_path: Path) -> None:
    (tmp_path / "broken.mid").write_bytes(b"not MIDI at all")
    (tmp_path / "empty.mid").write_bytes(b"")

    with pytest.raises(InputError, match=r"none of its 2 MIDI files.*broken\.mid"):
        read_folder(tmp_path)

    (tmp_path / "good.mid").write_bytes(score_to_bytes(band(0)))
    found = read_folder(tmp_path)
    assert found.names == ("good",)
    assert [each.name for each in found.unreadable] == ["broken.mid", "empty.mid"]
