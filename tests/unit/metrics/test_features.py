"""The feature vector: names, values by hand, silence."""

import numpy as np
import pytest

from segue.metrics import FEATURE_NAMES, feature_matrix, feature_vector
from segue.score import Score
from tests.unit.metrics.music import BAR, EIGHTH, QUARTER, SILENCE, melody, piece, track

BEAT = track(
    [
        (bar * BAR + beat * QUARTER, 10, 36 if beat % 2 == 0 else 38)
        for bar in range(8)
        for beat in range(4)
    ],
    is_drum=True,
)
BAND = piece(melody(*[60, 64, 67, 72] * 8), track(melody(*[36] * 32), program=33), BEAT)


def features(score: Score) -> dict[str, float]:
    return dict(zip(FEATURE_NAMES, feature_vector(score).tolist(), strict=True))


def test_names_are_unique_and_as_many_as_features() -> None:
    assert len(set(FEATURE_NAMES)) == len(FEATURE_NAMES) == len(feature_vector(BAND))


@pytest.mark.parametrize("score", [SILENCE, piece(), piece(BEAT), piece(melody(60))])
def test_every_feature_is_finite_for_every_excerpt(score: Score) -> None:
    assert np.isfinite(feature_vector(score)).all()


def test_a_band_by_hand() -> None:
    found = features(BAND)

    expected = {
        "scale_consistency": 1.0,
        "leap_0": 31 / 62,
        "leap_3_4": 16 / 62,
        "leap_12": 7 / 62,
        "duration_quarter": 1.0,
        "onset_quarter": 1.0,
        "onset_downbeat": 0.25,
        "velocity_mean": 80 / 127,
        "velocity_spread": 0.0,
        "density_pitched": np.log2(9),
        "density_drums": np.log2(5),
        "density_spread": 0.0,
        "polyphony": 1.0,
        "silence_rate": 0.0,
        "instruments": 2.0,
        "drum_share": 1 / 3,
        "bass_share": 1 / 3,
        "register_lowest": 3.0,
        "register_highest": 6.0,
        "repeat_pitched_1": 1.0,
        "repeat_drums_4": 1.0,
        "groove_consistency": 1.0,
        "drum_kick": 0.5,
        "drum_kick_on_quarter": 1.0,
        "drum_snare_on_even": 1.0,
    }
    found = {name: found[name] for name in expected}
    assert found == pytest.approx(expected)


def test_silent_bars_at_the_end_count() -> None:
    assert features(piece(melody(60)))["empty_bar_rate"] == 7 / 8


def test_loudness_inside_a_track_is_not_the_balance_between_tracks() -> None:
    loud = track([(0, EIGHTH, 60, 120), (EIGHTH, EIGHTH, 60, 120)])
    soft = track([(0, EIGHTH, 60, 40), (EIGHTH, EIGHTH, 60, 40)])

    found = features(piece(loud, soft))

    assert found["velocity_spread"] == pytest.approx(40 / 127)
    assert found["velocity_spread_in_track"] == 0.0


def test_a_set_is_a_matrix() -> None:
    assert feature_matrix([BAND, SILENCE]).shape == (2, len(FEATURE_NAMES))
    assert feature_matrix([]).shape == (0, len(FEATURE_NAMES))
