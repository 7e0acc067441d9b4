"""An ending that slows down does not slow down what is appended."""

from dataclasses import replace

import pytest

from segue.generation.joins import a_tempo
from segue.score import Score, TempoMap
from tests.composers import band

BAR = 384


def with_tempo(*changes: tuple[int, int]) -> Score:
    """Eight bars at 120 but for these (tick, bpm)."""
    ticks, bpm = [0, *(c[0] for c in changes)], [120, *(c[1] for c in changes)]
    tempo = TempoMap.of(ticks=ticks, us_per_quarter=[round(60e6 / b) for b in bpm])
    return replace(band(bars=8), tempo_map=tempo)


def test_after_a_ritardando_the_tempo_is_back() -> None:
    score = with_tempo((7 * BAR, 110), (7 * BAR + 96, 95), (7 * BAR + 192, 70))
    restored = a_tempo(score, 8)
    assert restored.tempo_map.bpm_at(8 * BAR) == pytest.approx(120)
    assert restored.tempo_map.bpm_at(8 * BAR - 1) == pytest.approx(70, abs=0.01)
    assert len(restored.tempo_map) == len(score.tempo_map) + 1


@pytest.mark.parametrize(
    "changes",
    [
        (),
        ((4 * BAR, 60),),  # the last half is slow: that is the tempo now
        ((7 * BAR, 110),),  # a shade slower is how people play
        ((7 * BAR, 160),),  # faster is no ending
        ((7 * BAR, 60), (8 * BAR, 90)),  # the piece says itself what comes
    ],
)
def test_any_other_tempo_is_left_alone(changes: tuple[tuple[int, int], ...]) -> None:
    score = with_tempo(*changes)
    assert a_tempo(score, 8) is score


def test_a_piece_without_bars_has_no_join() -> None:
    score = with_tempo()
    assert a_tempo(score, 0) is score
