"""A picture shows each voice in one colour and the new bars apart from the old."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from segue.errors import InputError
from segue.picture import draw_roll, draw_takes
from segue.picture.roll import Window, drum_pitches, pitch_range
from segue.picture.voices import voices_of
from segue.score import MetreMap, Notes, Score, Track, append_bars

QUARTER = 96


def track(name: str, pitches: Sequence[int], *, is_drum: bool = False, program: int = 0) -> Track:
    """A track of one quarter note after another."""
    count = len(pitches)
    onset = QUARTER * np.arange(count)
    notes = Notes.of(onset=onset, duration=[QUARTER] * count, pitch=pitches, velocity=[90] * count)
    return Track(name=name, program=program, is_drum=is_drum, notes=notes)


def score(*tracks: Track, quarters_per_bar: int = 4) -> Score:
    metre = MetreMap.constant(numerator=quarters_per_bar)
    return Score(ticks_per_quarter=QUARTER, tracks=tracks, metre_map=metre)


BAND = score(
    track("Lead", [72, 74, 76, 77, 79, 77, 76, 74]),
    track("", [36, 42, 38, 42, 36, 42, 38, 42], is_drum=True),
)


def words_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("suffix", "magic"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".PDF", b"%PDF")]
)
def test_the_suffix_chooses_the_format(tmp_path: Path, suffix: str, magic: bytes) -> None:
    draw_roll(BAND, tmp_path / f"roll{suffix}")
    assert (tmp_path / f"roll{suffix}").read_bytes().startswith(magic)


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_the_same_music_is_the_same_picture(tmp_path: Path, suffix: str) -> None:
    first, second = tmp_path / f"1{suffix}", tmp_path / f"2{suffix}"
    draw_takes(BAND, [append_bars(BAND, BAND)], first)
    draw_takes(BAND, [append_bars(BAND, BAND)], second)
    assert first.read_bytes() == second.read_bytes()


def test_another_suffix_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"roll\.gif: a picture ends in \.png, \.svg, \.pdf"):
        draw_roll(BAND, tmp_path / "roll.gif")
    assert list(tmp_path.iterdir()) == []


def test_a_row_a_take_with_its_label_and_a_legend_once(tmp_path: Path) -> None:
    takes = [append_bars(BAND, BAND)] * 3
    draw_takes(BAND, takes, tmp_path / "takes.svg")
    words = words_of(tmp_path / "takes.svg")
    assert [words.count(f">take {number}<") for number in (1, 2, 3, 4)] == [1, 1, 1, 0]
    assert words.count(">prompt<") == 3
    assert words.count(">Lead<") == words.count(">Drums<") == 1


def test_only_some_bars_around_the_new_ones_are_shown(tmp_path: Path) -> None:
    take = append_bars(append_bars(BAND, BAND), BAND)
    draw_takes(BAND, [take], tmp_path / "takes.svg", new_bars=(3, 4), context_bars=1)
    words = words_of(tmp_path / "takes.svg")
    assert [number for number in range(1, 7) if f">{number}<" in words] == [3, 4, 5]


def test_no_takes_are_no_picture(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no takes to draw"):
        draw_takes(BAND, [], tmp_path / "takes.png")


def test_bars_the_wrong_way_round_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"bars 2\.\.1 cannot be drawn"):
        draw_roll(BAND, tmp_path / "roll.png", bars=(2, 1))


@pytest.mark.parametrize(
    "music",
    [
        score(),
        score(track("silent", [])),
        score(track("", [36, 38], is_drum=True)),
        score(track("one", [0])),
        score(track("high", [127] * 9), quarters_per_bar=7),
        score(*[track(f"voice {number}", [60 + number]) for number in range(40)]),
    ],
    ids=["nothing", "silence", "drums", "lowest", "sevens", "forty"],
)
def test_any_music_can_be_drawn(tmp_path: Path, music: Score) -> None:
    draw_takes(music, [music, music], tmp_path / "takes.png")
    assert (tmp_path / "takes.png").stat().st_size > 1000


def test_a_voice_keeps_its_colour_when_a_take_orders_the_tracks_anew() -> None:
    turned = score(*reversed(BAND.tracks), track("Bass", [40], program=33))
    alone, together = voices_of([BAND]), voices_of([BAND, turned])
    assert {key: together[key] for key in alone} == alone
    assert [voice.name for voice in together.values()] == ["Lead", "Drums", "Bass"]


def test_a_long_name_is_cut_and_a_silent_track_is_no_voice() -> None:
    voices = voices_of([score(track("x" * 100, [60]), track("silent", []))])
    assert [len(voice.name) for voice in voices.values()] == [24]


def window(music: Score, first: int, last: int) -> Window:
    return Window(score=music, first=first, last=last, new_first=first, new_last=last)


def test_a_window_sees_the_notes_that_sound_in_it() -> None:
    held = Notes.of(
        onset=[0, 400, 768], duration=[500, 10, 10], pitch=[60, 62, 64], velocity=[9] * 3
    )
    music = score(Track(notes=held))
    spans, seen = window(music, 1, 2).spans(music.tracks[0])
    assert seen.tolist() == [True, True, False]
    assert (QUARTER * spans[:, seen]).round().tolist() == [[0, 16], [116, 26]]


def test_rows_share_one_range_of_pitches_and_one_set_of_drums() -> None:
    windows = [window(BAND, 0, 1), window(score(track("", [50], is_drum=True)), 0, 1)]
    assert drum_pitches(windows) == [36, 38, 42, 50]
    low, high = pitch_range(windows)
    assert (low, high) == (63, 87)


def test_bar_lines_are_those_of_the_metre() -> None:
    assert window(score(track("", [60] * 7), quarters_per_bar=3), 1, 3).bar_lines.tolist() == [
        0,
        3,
        6,
    ]
