"""Content preservation and the leap over a seam, by hand."""

import pytest

from segue.metrics import content_preservation, seam_leap
from tests.composers import line, score_of

SCALE = score_of(line([60, 62, 64, 65]))
DRUMS = score_of(line([36, 38, 36, 38], is_drum=True))


def test_the_same_harmony_an_octave_higher_is_preserved() -> None:
    higher = score_of(line([72, 74, 76, 77]))

    assert content_preservation(reference=SCALE, estimate=higher) == pytest.approx(1.0)


def test_other_pitch_classes_preserve_nothing() -> None:
    other = score_of(line([61, 63, 66, 68]))

    assert content_preservation(reference=SCALE, estimate=other) == pytest.approx(0.0)


def test_silence_preserves_nothing_and_drums_are_not_compared() -> None:
    assert content_preservation(reference=SCALE, estimate=DRUMS) == 0.0
    assert content_preservation(reference=DRUMS, estimate=DRUMS) is None


def test_the_leap_is_from_what_begins_last_to_what_begins_first() -> None:
    after = score_of(line([77, 60], start=48))

    assert seam_leap(before=SCALE, after=after) == 12.0
    assert seam_leap(before=SCALE, after=DRUMS) is None
