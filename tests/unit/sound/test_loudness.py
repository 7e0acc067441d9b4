"""Loudness: as the recommendation's own examples have it, and headroom that is kept."""

import numpy as np
import pytest
from scipy.signal import lfilter

from segue.sound.loudness import (
    CEILING,
    SAMPLE_RATE,
    TARGET_LUFS,
    Frames,
    bent,
    gain_of,
    loudness,
)


def sine(level_db: float, seconds: float = 4.0, frequency: float = 997.0) -> Frames:
    """The same in both channels, with a peak at the level."""
    wave = np.sin(2 * np.pi * frequency * np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE)
    return np.repeat((10 ** (level_db / 20) * wave)[:, None], 2, 1).astype(np.float32)


@pytest.mark.parametrize("level", [-40.0, -23.0, -6.0])
def test_a_tone_of_a_kilohertz_is_as_loud_as_its_peak(level: float) -> None:
    assert loudness([sine(level)]) == pytest.approx(level, abs=0.05)


def test_chunks_do_not_matter() -> None:
    sound = sine(-20)

    assert loudness(np.array_split(sound, 7)) == pytest.approx(loudness([sound]), abs=1e-6)


def test_silence_before_and_after_is_gated_out() -> None:
    silence = np.zeros((6 * SAMPLE_RATE, 2), np.float32)

    assert loudness([silence, sine(-20), silence]) == pytest.approx(-20, abs=0.3)
    assert loudness([silence]) == -np.inf


def test_the_weighting_is_that_of_filters_that_run_on() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, (10 * SAMPLE_RATE, 2)).astype(np.float32)
    noise = np.cumsum(noise, axis=0).astype(np.float32) * 0.02 + noise  # with bass, too

    # ITU-R BS.1770-4, tables 1 and 2, at 48 kHz; close enough at 44.1 kHz for a tenth of an LU.
    shelf = ([1.53512486, -2.69169619, 1.19839281], [1.0, -1.69065929, 0.73248077])
    low_cut = ([1.0, -2.0, 1.0], [1.0, -1.99004745, 0.99007225])
    filtered = lfilter(*low_cut, lfilter(*shelf, noise, axis=0), axis=0)
    expected = -0.691 + 10 * np.log10((filtered**2).mean(axis=0).sum())

    assert loudness([noise]) == pytest.approx(expected, abs=0.2)


@pytest.mark.parametrize("level", [-50.0, -16.0, -3.0])
def test_sound_is_brought_to_one_loudness_below_the_ceiling(level: float) -> None:
    sound = sine(level)
    leveled = bent(sound * np.float32(gain_of(loudness([sound]), float(np.abs(sound).max()))))

    assert loudness([leveled]) == pytest.approx(TARGET_LUFS, abs=0.1)
    assert np.abs(leveled).max() <= CEILING


def test_few_high_peaks_are_not_bent_by_more_than_half() -> None:
    clicks = np.zeros((4 * SAMPLE_RATE, 2), np.float32)
    clicks[::8000] = 1.0

    gain = gain_of(loudness([clicks]), 1.0)
    assert gain <= 2 * CEILING
    assert np.abs(bent(clicks * np.float32(gain))).max() <= CEILING
