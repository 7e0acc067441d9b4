"""Note F1."""

import pytest

from segue.metrics import NoteMatch, note_f1
from segue.score import resample
from tests.unit.metrics.music import QUARTER, SILENCE, melody, piece, track

TUNE = piece(melody(60, 62, 64, 65))


def test_a_score_matches_itself_at_any_resolution() -> None:
    assert note_f1(reference=TUNE, estimate=TUNE).f1 == 1.0
    assert note_f1(reference=TUNE, estimate=resample(TUNE, 96)).f1 == 1.0


def test_two_of_four_notes_and_one_wrong() -> None:
    match = note_f1(reference=TUNE, estimate=piece(melody(60, 62, 70)))

    assert match.precision == pytest.approx(2 / 3)
    assert match.recall == 0.5
    assert match.f1 == pytest.approx(2 * (2 / 3) * 0.5 / (2 / 3 + 0.5))


def test_a_doubled_note_matches_once() -> None:
    assert note_f1(reference=TUNE, estimate=piece(melody(60), melody(60))).matched == 1


def test_position_octave_program_and_drums_have_to_agree() -> None:
    late = piece([(20, QUARTER, 60)])
    others = [
        late,
        piece(melody(72)),
        piece(track(melody(60), program=1)),
        piece(track(melody(60), is_drum=True)),
    ]

    assert [note_f1(reference=TUNE, estimate=other).matched for other in others] == [0] * 4


def test_velocity_and_duration_do_not() -> None:
    assert note_f1(reference=TUNE, estimate=piece([(0, 10, 60, 3)])).matched == 1


def test_a_note_within_half_a_step_matches() -> None:
    assert note_f1(reference=TUNE, estimate=piece([(9, QUARTER, 60)])).matched == 1


def test_nothing_matches_nothing_perfectly() -> None:
    assert note_f1(reference=SILENCE, estimate=SILENCE) == NoteMatch(
        matched=0, n_reference=0, n_estimate=0
    )
    both = note_f1(reference=SILENCE, estimate=SILENCE)
    assert (both.precision, both.recall, both.f1) == (1.0, 1.0, 1.0)


def test_nothing_against_something_is_zero() -> None:
    for match in (
        note_f1(reference=TUNE, estimate=SILENCE),
        note_f1(reference=SILENCE, estimate=TUNE),
    ):
        assert (match.precision, match.recall, match.f1) == (0.0, 0.0, 0.0)


def test_matches_add_up_note_by_note() -> None:
    whole = note_f1(reference=TUNE, estimate=TUNE) + note_f1(reference=TUNE, estimate=SILENCE)

    assert whole == NoteMatch(matched=4, n_reference=8, n_estimate=4)
