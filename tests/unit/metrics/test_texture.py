"""Polyphony, silence, density, range and sounding intervals: by hand, and against a piano roll."""

import numpy as np
import pytest

from segue.metrics import (
    chord_size,
    empty_bar_rate,
    interval_classes,
    note_density,
    pitch_range,
    polyphony,
    polyphony_rate,
    silence_rate,
)
from segue.score import Score
from tests.unit.metrics.music import BAR, QUARTER, SILENCE, melody, piece, track

C_CHORD = [(0, QUARTER, 60), (0, QUARTER, 64), (0, QUARTER, 67)]


def piano_roll(score: Score) -> np.ndarray:
    """MusPy's: which of 128 pitches sounds at each tick."""
    pitched = [each for each in score.tracks if not each.is_drum]
    end = max(int(each.notes.offset.max()) for each in pitched)
    roll = np.zeros((end, 128), bool)
    for each in pitched:
        for onset, offset, pitch in zip(
            each.notes.onset, each.notes.offset, each.notes.pitch, strict=True
        ):
            roll[onset:offset, pitch] = True
    return roll


def test_a_chord_then_a_note() -> None:
    score = piece([*C_CHORD, (QUARTER, QUARTER, 72)])

    assert polyphony(score) == pytest.approx(2.0)
    assert polyphony_rate(score) == pytest.approx(0.5)
    assert polyphony_rate(score, at_least=1) == 1.0
    assert polyphony_rate(score, at_least=4) == 0.0


def test_a_rest_counts_for_the_rate_and_not_for_the_mean() -> None:
    score = piece([*C_CHORD, (3 * QUARTER, QUARTER, 72)])

    assert polyphony(score) == pytest.approx(2.0)
    assert polyphony_rate(score) == pytest.approx(0.25)


def test_a_doubled_pitch_counts_once() -> None:
    assert polyphony(piece(melody(60), melody(60))) == 1.0


@pytest.mark.parametrize("seed", range(10))
def test_agrees_with_a_piano_roll(seed: int) -> None:
    generator = np.random.default_rng(seed)
    rows = np.stack(
        [
            generator.integers(0, 2000, 40),
            generator.integers(1, 400, 40),
            generator.integers(55, 70, 40),
        ],
        axis=1,
    )
    score = piece(rows[:20].tolist(), rows[20:].tolist(), track([(0, 9000, 36)], is_drum=True))
    sounding = piano_roll(score).sum(axis=1)

    assert polyphony(score) == pytest.approx(sounding[sounding > 0].mean())
    assert polyphony_rate(score) == pytest.approx((sounding >= 2).mean())
    assert polyphony_rate(score, at_least=3) == pytest.approx((sounding > 2).mean())  # MusPy's
    in_bars = sounding[: score.bar_grid().end_tick]
    n_silent = (in_bars == 0).sum() + max(0, score.bar_grid().end_tick - len(sounding))
    assert silence_rate(score) == pytest.approx(n_silent / score.bar_grid().end_tick)


def test_silence_has_defined_values() -> None:
    for score in (SILENCE, piece()):
        assert polyphony(score) == polyphony_rate(score) == 0.0
        assert silence_rate(score) == 1.0
        assert empty_bar_rate(score) == note_density(score) == chord_size(score) == 0.0
        assert pitch_range(score) == 0
        assert interval_classes(score).tolist() == [0.0] * 6


def test_a_bar_through_which_a_note_is_held_is_not_empty() -> None:
    held = piece([(0, 2 * BAR, 60), (3 * BAR, 10, 60)])

    assert empty_bar_rate(held) == 0.25  # only the third of four bars


def test_a_note_that_ends_on_the_bar_line_does_not_sound_after_it() -> None:
    assert empty_bar_rate(piece([(0, BAR, 60), (2 * BAR, 10, 60)])) == pytest.approx(1 / 3)


def test_density_counts_all_notes_of_all_bars() -> None:
    assert note_density(piece(melody(*[60] * 8), track(melody(36, 38), is_drum=True))) == 5.0


def test_chord_size_is_a_track_at_a_time() -> None:
    assert chord_size(piece(C_CHORD)) == 3.0
    assert chord_size(piece(melody(60), melody(64), melody(67))) == 1.0


def test_range_leaves_drums_out() -> None:
    assert pitch_range(piece(melody(60, 67), track(melody(20), is_drum=True))) == 7


def test_a_major_triad_holds_a_third_a_third_and_a_fifth() -> None:
    assert interval_classes(piece(C_CHORD)) == pytest.approx([0, 0, 1 / 3, 1 / 3, 1 / 3, 0])


def test_a_tritone_counts_once() -> None:
    score = piece([(0, QUARTER, 60), (0, QUARTER, 66), (QUARTER, QUARTER, 60), (480, 480, 61)])

    assert interval_classes(score) == pytest.approx([0.5, 0, 0, 0, 0, 0.5])


def test_a_held_note_sounds_with_what_begins_over_it() -> None:
    assert interval_classes(piece([(0, BAR, 60), (QUARTER, QUARTER, 61)]))[0] == 1.0
