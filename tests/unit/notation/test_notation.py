"""Notation: what is written reads back as the same notes, and looks as it would be written."""

from pathlib import Path

import numpy as np
import pytest

from segue.cli import main
from segue.errors import FormatError
from segue.examples import example_path
from segue.midi import read_document
from segue.notation import musicxml_of, read_musicxml
from segue.notation.writing import GRID, chords_of
from segue.score import Notes, Score
from tests.composers import line, score_of


def test_a_note_is_as_long_as_until_the_next_one_where_the_gap_is_a_breath() -> None:
    whole = line([60, 62, 64, 65])
    notes = whole.notes.columns() | {"duration": np.full(4, 80)}
    track = whole.with_notes(Notes.of(**notes))
    found = chords_of(score_of(track), track)

    assert [duration for _, duration, _ in found[:-1]] == [GRID] * 3


def test_what_sounds_at_once_is_a_chord_and_drums_have_no_length() -> None:
    score = read_document(example_path("band")).score
    drums = next(track for track in score.tracks if track.is_drum)
    chords = chords_of(score, drums)

    assert sum(len(pitches) for _, _, pitches in chords) == len(drums.notes)
    assert all(duration <= GRID for _, duration, _ in chords)


@pytest.fixture(scope="module")
def quartet(tmp_path_factory: pytest.TempPathFactory) -> tuple[Score, Path]:
    """A piece, and its notation."""
    pytest.importorskip(
        "music21", reason="music21 is not installed: pip install segue-music[notation]"
    )
    score = read_document(example_path("quartet")).score
    path = tmp_path_factory.mktemp("notation") / "quartet.musicxml"
    path.write_bytes(musicxml_of(score, key="D minor"))
    return score, path


def test_notation_reads_back_as_the_same_music(quartet: tuple[Score, Path]) -> None:
    score, path = quartet
    found = read_musicxml(path)

    assert (found.n_bars, found.metre_map) == (score.n_bars, score.metre_map)
    assert [t.name for t in found.tracks] == [t.name for t in score.tracks]
    assert [t.program for t in found.tracks] == [t.program for t in score.tracks]
    quarters = 1 / score.ticks_per_quarter, 1 / found.ticks_per_quarter
    for before, after in zip(score.tracks, found.tracks, strict=True):
        assert after.notes.pitch.tolist() == before.notes.pitch.tolist()
        onsets = before.notes.onset * quarters[0], after.notes.onset * quarters[1]
        assert abs(onsets[0] - onsets[1]).max() <= 0.5 / GRID


def test_the_file_has_measures_a_key_and_a_tempo(quartet: tuple[Score, Path]) -> None:
    score, path = quartet
    text = path.read_text(encoding="utf-8")

    assert text.count("<measure ") == score.n_bars * len(score.tracks)
    assert "<fifths>-1</fifths>" in text
    assert "<per-minute>108</per-minute>" in text


def test_another_file_is_refused_in_one_line(tmp_path: Path) -> None:
    pytest.importorskip(
        "music21", reason="music21 is not installed: pip install segue-music[notation]"
    )
    (tmp_path / "a.musicxml").write_bytes(b"MThd")
    with pytest.raises(FormatError, match=r"a\.musicxml: not MusicXML"):
        read_musicxml(tmp_path / "a.musicxml")


def test_the_command_goes_there_and_back(
    quartet: tuple[Score, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    score, path = quartet

    def run(*args: Path | str) -> int | str | None:
        with pytest.raises(SystemExit) as ended:
            main(["notate", *map(str, args)])
        return ended.value.code

    assert run(path, "-o", tmp_path / "back.mid") == 0
    assert read_document(tmp_path / "back.mid").score.n_notes == score.n_notes
    assert run(path, "-o", tmp_path / "back.wav") == 2
    assert "give a name that ends in .mid" in capsys.readouterr().err
