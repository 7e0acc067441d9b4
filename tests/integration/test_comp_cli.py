"""`segue comp`, as somebody at a terminal uses it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from segue.cli import main
from segue.midi import read_document, score_to_bytes
from segue.score import Notes, Score
from tests.composers import band, line

BAR = 4 * 96


def segue(*args: str | Path) -> int:
    with pytest.raises(SystemExit) as done:
        main([str(arg) for arg in args])
    assert isinstance(done.value.code, int)
    return done.value.code


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A song of four bars, and two takes that go on for two."""
    monkeypatch.chdir(tmp_path)
    song = read_document(score_to_bytes(named(band(4))))
    (tmp_path / "song.mid").write_bytes(song.updated(song.score))
    for number, offset in ((1, 1), (2, 2)):
        take = named(band(6))
        higher = [
            track.with_notes(
                Notes.concat(
                    [
                        track.notes.select(track.notes.onset < 4 * BAR),
                        track.notes.select(track.notes.onset >= 4 * BAR).transposed(offset),
                    ]
                )
            )
            for track in take.tracks
        ]
        (tmp_path / f"take-{number}.mid").write_bytes(song.updated(take.with_tracks(higher)))
    return tmp_path


def named(score: Score) -> Score:
    names = ("Drums", "Bass", "Keys: left")
    return score.with_tracks(
        [replace(track, name=name) for track, name in zip(score.tracks, names, strict=True)]
    )


def pitches(path: Path, track: int, bar: int) -> list[int]:
    notes = read_document(path).score.tracks[track].notes
    inside = (notes.onset >= bar * BAR) & (notes.onset < (bar + 1) * BAR)
    return [int(pitch) for pitch in notes.pitch[inside]]


def test_parts_go_together_and_the_command_says_which(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    takes = ("--take", "take-1.mid:drums:5-6", "--take", "take-2.mid:bass,3:6", "--picture")
    assert segue("comp", "song.mid", *takes) == 0
    out = folder / "comp.mid"
    assert pitches(out, 0, 4) == pitches(folder / "take-1.mid", 0, 4)
    assert pitches(out, 1, 5) == pitches(folder / "take-2.mid", 1, 5)
    assert pitches(out, 1, 4) == []
    said = capsys.readouterr().out
    assert "take-1.mid: Drums, bars 5 to 6" in said
    assert "take-2.mid: Bass, Keys: left, bar 6" in said
    assert (folder / "comp.png").read_bytes()[1:4] == b"PNG"

    assert segue("comp", "song.mid", "-t", "take-1.mid:all:5:5") == 0
    assert pitches(folder / "comp-2.mid", 1, 4) == pitches(folder / "take-1.mid", 1, 4)
    assert pitches(out, 1, 4) == [], "nothing is overwritten"


def test_file_names_may_hold_colons(folder: Path) -> None:
    os.rename("take-1.mid", "a:b.mid")
    assert segue("comp", "song.mid", "-t", "a:b.mid:1:5-6", "-o", "x.mid") == 0
    assert pitches(folder / "x.mid", 0, 5) == pitches(folder / "a:b.mid", 0, 5)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("-t", "take-9.mid:drums"), "there is no file in 'take-9.mid:drums'"),
        (("-t", "take-1.mid:harp"), "has no track 'harp'; it has 1 drums, 2 bass"),
        (("-t", "take-1.mid:1:5-x"), "bars must look like 9:12"),
        (("-t", "take-1.mid:1:9-12"), "bars 9 to 12 are not in take-1.mid, which has bars 1 to 6"),
        (("-t", "other.mid:1:5-6", "-o", "x.mid"), "do not begin with the same prompt"),
        (("-t", "take-1.mid", "-o", "x.wav"), "ends in .mid"),
        (("-t", "take-1.mid", "-o", "take-1.mid", "--force"), "is what this command reads"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], args: tuple[str, ...], words: str
) -> None:
    other = named(band(6)).with_tracks([line([36] * 24, is_drum=True)])
    (folder / "other.mid").write_bytes(score_to_bytes(other))
    assert segue("comp", "song.mid", *args) == 2
    said = capsys.readouterr()
    assert words in said.err.replace("\n", " ")
    assert "Traceback" not in said.err
    assert not (folder / "x.mid").exists()


def test_a_changed_file_is_taken_from_all_the_same_if_one_says_so(folder: Path) -> None:
    other = named(band(6)).with_tracks([line([35] * 24, is_drum=True)])
    (folder / "other.mid").write_bytes(score_to_bytes(other))
    taken = ("-t", "other.mid:1:5-6", "--anyway", "-o", "x.mid")
    assert segue("comp", "song.mid", *taken) == 0
    assert pitches(folder / "x.mid", 0, 4) == [35] * 4
