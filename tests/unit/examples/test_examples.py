"""The examples are what they say: eight bars, in their instruments' ranges, well led."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

from segue.errors import InputError
from segue.examples import NAMES, band, chiptune, example_path, quartet
from segue.examples.compose import compose_all
from segue.midi import read_document
from segue.score import Score, diff

PIECES = {"band": band.compose(), "quartet": quartet.compose(), "chiptune": chiptune.compose()}

COMPOSED = compose_all()

RANGES = {
    "Bass": (28, 60),
    "Electric piano": (40, 88),
    "Guitar": (40, 84),
    "Saxophone": (58, 92),
    "Violin I": (55, 93),
    "Violin II": (55, 93),
    "Viola": (48, 81),
    "Cello": (36, 72),
    "Pulse 1": (45, 96),
    "Pulse 2": (45, 96),
    "Triangle": (33, 72),
}
PERFECT = [0, 7]


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_file_is_what_the_code_composes(name: str) -> None:
    assert example_path(name).read_bytes() == COMPOSED[name], "run `make examples`"


@pytest.mark.parametrize("name", NAMES)
def test_the_file_reads_back_as_the_music(name: str) -> None:
    document = read_document(example_path(name))
    assert document.warnings == ()
    assert diff(document.score, PIECES[name]) == []


def test_an_example_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="there are band, quartet, chiptune"):
        example_path("quintet")


@pytest.mark.parametrize("piece", PIECES.values(), ids=list(PIECES))
def test_an_example_has_eight_bars_and_ends_within_them(piece: Score) -> None:
    grid = piece.bar_grid()
    assert grid.n_bars == 8
    assert piece.end_tick <= grid.end_tick
    assert all(len(np.unique(grid.bar_of(track.notes.onset))) >= 7 for track in piece.tracks)


@pytest.mark.parametrize("piece", PIECES.values(), ids=list(PIECES))
def test_an_instrument_stays_in_its_range(piece: Score) -> None:
    for track in piece.tracks:
        if not track.is_drum:
            low, high = RANGES[track.name]
            assert low <= track.notes.pitch.min()
            assert track.notes.pitch.max() <= high


@pytest.mark.parametrize("piece", PIECES.values(), ids=list(PIECES))
def test_the_music_is_not_of_one_loudness(piece: Score) -> None:
    assert all(np.ptp(track.notes.velocity.astype(int)) >= 8 for track in piece.tracks)


def chords(piece: Score) -> npt.NDArray[np.float64]:
    """What each voice sounds at each eighth, NaN for a rest. Shape (eighths, tracks)."""
    eighths = range(0, piece.end_tick, piece.ticks_per_quarter // 2)
    found = np.full((len(eighths), len(piece.tracks)), np.nan)
    for voice, notes in enumerate(track.notes for track in piece.tracks):
        for row, tick in enumerate(eighths):
            sounding = notes.pitch[(notes.onset <= tick) & (tick < notes.offset)]
            found[row, voice] = sounding[0] if sounding.size else np.nan
    return found


def test_no_fifths_or_octaves_run_in_parallel_in_the_quartet() -> None:
    voices = chords(PIECES["quartet"])
    moves = np.diff(voices, axis=0)
    parallels = []
    for one, two in combinations(range(4), 2):
        interval = (voices[:, one] - voices[:, two]) % 12
        moving = (moves[:, one] * moves[:, two]) > 0
        same = np.isin(interval[:-1], PERFECT) & (interval[:-1] == interval[1:])
        parallels += [(int(eighth), one, two) for eighth in np.flatnonzero(moving & same)]
    assert parallels == []


def test_the_quartet_s_voices_never_cross() -> None:
    for chord in chords(PIECES["quartet"]):
        sounding = chord[~np.isnan(chord)]
        assert np.all(np.diff(sounding) <= 0)
