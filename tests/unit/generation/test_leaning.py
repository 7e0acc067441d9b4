"""What is asked for becomes likelier: pitches of a key, but for drums."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.vocabulary import DRUM_PITCH_OFFSET
from segue.generation import Options
from segue.generation.leaning import STRENGTH, key_leaning, leaned
from segue.theory.key import parse_key, scale_of
from tests.composers import band, small_composer


@pytest.mark.parametrize(
    ("key", "scale"),
    [
        ("C", (0, 2, 4, 5, 7, 9, 11)),
        ("Eb", (0, 2, 3, 5, 7, 8, 10)),
        ("A minor", (0, 2, 4, 5, 7, 8, 9, 11)),
        ("F# minor", (1, 2, 4, 5, 6, 8, 9, 11)),
    ],
)
def test_only_pitches_outside_the_scale_are_leant_against(key: str, scale: tuple[int, ...]) -> None:
    number = parse_key(key)
    assert scale_of(number) == scale
    leaning = key_leaning(number)
    assert leaning is not None
    pitches = np.arange(DRUM_PITCH_OFFSET)
    assert (
        leaning[:DRUM_PITCH_OFFSET] == np.where(np.isin(pitches % 12, scale), 0, -STRENGTH)
    ).all()
    assert not leaning[DRUM_PITCH_OFFSET:].any()
    assert key_leaning(None) is None


def test_takes_lie_in_the_key_that_is_asked_for() -> None:
    """A model that draws any pitch alike: by chance seven of twelve are in a major key."""

    def share(asked: str | None, of: str) -> float:
        takes = small_composer().continue_(band(2), bars=8, options=Options(key=asked))
        pitches = [t.notes.pitch for take in takes for t in take.new_bars.tracks if not t.is_drum]
        return float(np.isin(np.concatenate(pitches) % 12, scale_of(parse_key(of))).mean())

    for key in ("Eb", "F# minor"):
        assert share(key, key) > 0.9
        assert share(None, key) < 0.85


@given(st.floats(0.001, 0.999), st.floats(-3, 3))
def test_leaning_multiplies_the_odds(probability: float, nats: float) -> None:
    found = float(np.exp(leaned(np.log([probability]), np.array([nats])))[0])
    assert found / (1 - found) == pytest.approx(probability / (1 - probability) * np.exp(nats))
