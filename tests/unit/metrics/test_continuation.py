"""What a continuation does with its prompt: names, values by hand, silence."""

import numpy as np
import pytest

from segue.metrics import CONTINUATION_FEATURES, continuation_features
from segue.score import Score, append_bars, slice_bars, transpose
from tests.unit.metrics.music import BAR, EIGHTH, QUARTER, SILENCE, melody, piece, track

PROMPT_BARS, NEW_BARS = 8, 4
TUNE = melody(*[60, 64, 67, 72, 60, 65, 69, 72] * 4)
BASS = track(melody(*[36, 36, 43, 43] * 8), program=33)
BEAT = track(
    [(bar * BAR + k * QUARTER, 10, 38 if k % 2 else 36) for bar in range(8) for k in range(4)],
    is_drum=True,
)
PROMPT = piece(TUNE, BASS, BEAT)


def features(new: Score, *, prompt: Score = PROMPT, n_new: int = NEW_BARS) -> dict[str, float]:
    whole = append_bars(prompt, new, at_bar=PROMPT_BARS)
    found = continuation_features(whole, n_prompt=PROMPT_BARS, n_new=n_new)
    return dict(zip(CONTINUATION_FEATURES, found.tolist(), strict=True))


def copied() -> Score:
    return slice_bars(PROMPT, PROMPT_BARS - NEW_BARS, PROMPT_BARS)


@pytest.mark.parametrize("new", [SILENCE, piece(), copied(), piece(melody(60))])
@pytest.mark.parametrize("prompt", [SILENCE, piece(), PROMPT, piece(BEAT)])
@pytest.mark.parametrize("n_new", [1, 4])
def test_every_number_is_finite_for_every_continuation(
    new: Score, prompt: Score, n_new: int
) -> None:
    found = features(slice_bars(new, 0, n_new), prompt=prompt, n_new=n_new)

    assert len(found) == len(set(CONTINUATION_FEATURES))
    assert np.isfinite(list(found.values())).all()


def test_a_copy_has_nothing_unheard_and_changes_nothing() -> None:
    found = features(copied())

    still = [name for name in found if name.endswith("_change") or name.startswith("unheard_")]
    assert {name: found[name] for name in still} == pytest.approx(dict.fromkeys(still, 0.0))
    assert found["line_new"] == found["literal_new"] == found["drum_literal_new"] == 1.0
    assert found["bar_2_new"] == found["bar_any_new"] == 1.0
    assert found["silent_tracks"] == found["joining_tracks"] == found["gaps"] == 0.0
    assert found["chroma_distance"] == found["step_distance"] == found["entry"] == 0.0


def test_an_octave_higher_is_higher_and_all_of_it_unheard() -> None:
    found = features(transpose(copied(), 12))

    assert found["higher"] == found["higher_change"] == pytest.approx(1.0)
    assert found["pitch_spread_change"] == pytest.approx(0.0)
    assert found["unheard_chroma"] == found["chroma_distance"] == 0.0
    assert found["unheard_pitch"] == pytest.approx(28 / 32)  # the tune's lowest was its highest
    assert found["rhythm_new"] == 1.0
    assert found["literal_new"] == pytest.approx((2 / 4 + 3 / 4) / 2)  # of the new bars' own
    assert found["unheard_drum"] == 0.0


def test_who_falls_silent_and_who_joins_are_counted() -> None:
    bass, flute = track([], program=33), track(melody(*[84] * 16), program=73)
    tune = copied().tracks[0]
    found = features(copied().with_tracks([tune, bass, copied().tracks[2], flute]))

    assert found["silent_tracks"] == found["joining_tracks"] == pytest.approx(1 / 4)


def test_twice_as_many_notes_are_denser_by_one() -> None:
    tune = melody(*[60, 64] * 16, step=EIGHTH)
    found = features(piece(tune), prompt=piece(melody(*[60, 64] * 16)))

    assert found["denser"] == pytest.approx(np.log2(9 / 5))
    assert found["entry"] == pytest.approx(np.log2(9 / 5))
    assert found["longer"] == pytest.approx(np.log2(13 / 25))
    assert found["unheard_step"] == pytest.approx(1 / 2)
    assert found["unheard_pitch"] == 0.0


def test_lines_that_play_in_one_bar_of_four_leave_gaps() -> None:
    one_bar = slice_bars(copied(), 0, 1)

    assert features(one_bar)["gaps"] == pytest.approx(3 / 4)
    assert features(one_bar)["fuller"] == pytest.approx(np.log2(1 / (1 + 12 / 2)))


def test_a_bar_that_comes_back_after_two_is_like_the_second_before_it() -> None:
    a, b = [60, 62, 64, 65], [67, 69, 71, 72]
    found = features(piece(melody(*[*a, *b] * 2)), prompt=piece(melody(*[*a, *b] * 4)))

    assert (found["bar_1_new"], found["bar_2_new"], found["bar_4_new"]) == (0.0, 1.0, 1.0)
    assert found["bar_2_more"] == 0.0
