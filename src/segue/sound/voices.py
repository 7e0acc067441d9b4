"""One sample sounding for one strike: pitch, filter, envelopes, LFOs and place in the stereo.

After the SoundFont 2.04 specification, with the attenuation and envelopes of FluidSynth. What
moves slowly is computed every `_STEP` frames and interpolated. Cutoffs that an envelope moves are
a mixture of the filter at its two ends.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.sound.bank import Sample, Zone
from segue.sound.performance import Strike
from segue.sound.wav import SAMPLE_RATE, Frames

__all__ = ["Voice", "sound_of"]

_STEP: Final = 64
_FALL_CB: Final = 960.0
"""How far an envelope falls, in centibels, in the time that a soundfont gives for its decay."""
_AUDIBLE_CB: Final = 900.0
_CUT_S: Final = 0.01
_ATTENUATION: Final = 0.4
"""The part of a soundfont's attenuation that is obeyed, as by the EMU 8000 and FluidSynth."""
_OPEN_FILTER: Final = 13_500
_WHEEL_CENTS: Final = 50
_LONGEST_S: Final = 60.0
"""No release is longer."""

Float = npt.NDArray[np.float64]


@dataclass
class Voice:
    """A zone of a soundfont that plays for a strike."""

    strike: Strike
    zone: Zone
    cut: int | None = None
    """The frame at which another strike of its exclusive class silences it."""


def sound_of(voice: Voice, sample: Sample) -> Frames:
    """The frames of a voice from its onset until it cannot be heard, (n, 2)."""
    strike, zone = voice.strike, voice.zone
    key = zone[46] if 0 < zone[46] <= 127 else strike.key
    cents = _cents(zone, sample, key)
    n_held, fall = _times(voice)
    n = n_held + round(SAMPLE_RATE * fall)
    if voice.cut is not None:
        n = min(n, voice.cut - strike.onset + round(_CUT_S * SAMPLE_RATE))
    if not _loops(zone, sample):
        slowest = 2 ** ((cents - 200 * 24) / 1200) * sample.rate / SAMPLE_RATE
        n = min(n, int(len(sample.frames) / slowest) + 1)
    if n <= 0 or len(sample.frames) < 2:
        return np.zeros((0, 2), np.float32)
    grid = np.arange(0, n + _STEP, _STEP)
    wave = _resampled(voice, sample, n, grid, cents)
    wave = _filtered(wave, zone, grid)
    level = _volume_envelope(zone, key, grid / SAMPLE_RATE, n_held / SAMPLE_RATE, fall)
    if voice.cut is not None:
        since = np.maximum(grid - (voice.cut - strike.onset), 0) / SAMPLE_RATE
        level = level * 10 ** (-_AUDIBLE_CB * since / _CUT_S / 200)
    hand = strike.hand
    absolute = grid + strike.onset
    level = level * hand.gain.at(absolute) * (strike.velocity / 127) ** 2
    level = level * 10 ** (-_ATTENUATION * zone[48] / 200)
    if zone[13]:
        level = level * 10 ** (zone[13] * _triangle(zone, 21, 22, grid / SAMPLE_RATE) / 200)
    pan = np.clip((zone[17] + hand.pan.at(absolute) + 500) / 1000, 0, 1) * (np.pi / 2)
    at = np.arange(len(wave))
    sides = [np.interp(at, grid, level * side).astype(np.float32) for side in _sides(pan)]
    return np.stack([wave * side for side in sides], axis=1)


def _sides(pan: npt.ArrayLike) -> tuple[Float, Float]:
    return np.asarray(np.cos(pan)), np.asarray(np.sin(pan))


def _cents(zone: Zone, sample: Sample, key: int) -> float:
    root = zone[58] if zone[58] >= 0 else sample.key
    return zone[56] * (key - root) + 100 * zone[51] + zone[52] + sample.correction


def _times(voice: Voice) -> tuple[int, float]:
    """Frames until the release, and the seconds of it that can be heard."""
    strike, zone = voice.strike, voice.zone
    release = min(max(zone.seconds(38), _CUT_S), _LONGEST_S)
    offset = strike.offset
    if strike.is_cut:
        release = _CUT_S
    return max(offset - strike.onset, 0), release * _AUDIBLE_CB / _FALL_CB


def _loops(zone: Zone, sample: Sample) -> bool:
    return zone[54] & 1 == 1 and sample.loop[1] - sample.loop[0] > 1


def _resampled(
    voice: Voice, sample: Sample, n: int, grid: npt.NDArray[np.int64], cents: float
) -> npt.NDArray[np.float32]:
    """The sample at the strike's pitch, by cubic interpolation; shorter than `n` where it ends."""
    zone, hand = voice.zone, voice.strike.hand
    seconds, absolute = grid / SAMPLE_RATE, grid + voice.strike.onset
    moved: Float | float = cents + hand.bend.at(absolute) * zone[56] / 100
    if zone[7]:
        moved = moved + zone[7] * _modulation_envelope(zone, seconds)
    if zone[5]:
        moved = moved + zone[5] * _triangle(zone, 21, 22, seconds)
    vibrato = zone[6] + _WHEEL_CENTS * hand.wheel.at(absolute)
    if np.any(vibrato):
        moved = moved + vibrato * _triangle(zone, 23, 24, seconds)
    ratio = np.exp2(np.asarray(moved) / 1200) * (sample.rate / SAMPLE_RATE)
    if ratio.ndim:
        steps = np.interp(np.arange(n), grid, ratio)
        position = np.concatenate(([0.0], np.cumsum(steps[:-1])))
    else:
        position = np.arange(n) * float(ratio)
    frames = sample.frames
    if _loops(zone, sample):
        start, end = sample.loop
        missing = int(position[-1]) + 4 - start
        if missing > end - start:
            frames = np.concatenate([frames[:start], np.resize(frames[start:end], missing)])
    else:
        position = position[: np.searchsorted(position, len(frames) - 1)]
    return _interpolated(frames, position)


def _interpolated(frames: npt.NDArray[np.float32], position: Float) -> npt.NDArray[np.float32]:
    """Hermite's cubic through the four frames around each position."""
    padded = np.concatenate([frames[:1] * 0, frames, np.zeros(3, np.float32)])
    whole = position.astype(np.int64)
    part = (position - whole).astype(np.float32)
    before, left, right, after = (padded[whole + shift] for shift in range(4))
    slope, next_slope = (right - before) * np.float32(0.5), (after - left) * np.float32(0.5)
    rise = right - left
    cubic = slope + next_slope - 2 * rise
    found: npt.NDArray[np.float32] = left + part * (
        slope + part * (rise - slope - cubic + part * cubic)
    )
    return found


def _triangle(zone: Zone, delay: int, frequency: int, seconds: Float) -> Float:
    """A low frequency oscillator, from -1 to 1, that begins at 0."""
    since = np.maximum(seconds - zone.seconds(delay), 0)
    phase = since * (8.176 * 2 ** (zone[frequency] / 1200))
    return np.asarray(1 - 4 * np.abs((phase + 0.75) % 1 - 0.5))


def _modulation_envelope(zone: Zone, seconds: Float) -> Float:
    """From 0 to 1, without a release: most sounds end with their volume."""
    start = zone.seconds(25)
    top = start + max(zone.seconds(26), 1e-4)
    hold = top + zone.seconds(27)
    sustain = 1 - min(max(zone[29], 0), 1000) / 1000
    end = hold + max(zone.seconds(28), 1e-4) * (1 - sustain)
    return np.interp(seconds, [start, top, hold, max(end, hold + 1e-4)], [0, 1, 1, sustain])


def _volume_envelope(zone: Zone, key: int, seconds: Float, held_s: float, fall_s: float) -> Float:
    """The amplitude over time: a linear attack, then a fall that is linear in decibels."""
    start = zone.seconds(33)
    top = start + max(zone.seconds(34), 1e-4)
    hold = top + zone.seconds(35) * 2 ** (zone[39] * (60 - key) / 1200)
    sustain = min(max(zone[37], 0), 1440)
    decay = max(zone.seconds(36), 1e-4) * 2 ** (zone[40] * (60 - key) / 1200)
    end = hold + decay * min(sustain, _FALL_CB) / _FALL_CB

    def amplitude(at: Float) -> Float:
        rising = np.clip((at - start) / (top - start), 0, 1)
        fallen = np.interp(at, [hold, max(end, hold + 1e-6)], [0, sustain])
        return np.asarray(rising * 10 ** (-fallen / 200))

    since = np.maximum(seconds - held_s, 0)
    released = 10 ** (-_AUDIBLE_CB * since / max(fall_s, 1e-4) / 200)
    return np.asarray(amplitude(np.minimum(seconds, held_s)) * released)


def _filtered(
    wave: npt.NDArray[np.float32], zone: Zone, grid: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    """The wave through the zone's low-pass filter of two poles."""
    low = min(max(zone[8], 1500), _OPEN_FILTER)
    high = min(max(zone[8] + zone[11], 1500), _OPEN_FILTER)
    if not len(wave) or (low == high == _OPEN_FILTER and zone[9] <= 0):
        return wave
    n = len(wave) + 2048
    unit = 1 << max(n.bit_length() - 4, 0)
    n = -(-n // unit) * unit
    spectrum = np.fft.rfft(wave, n)
    closed = np.fft.irfft(spectrum * _response(low, zone[9], n), n)[: len(wave)]
    if high == low:
        return np.asarray(closed, np.float32)
    opened = np.fft.irfft(spectrum * _response(high, zone[9], n), n)[: len(wave)]
    share = np.interp(np.arange(len(wave)), grid, _modulation_envelope(zone, grid / SAMPLE_RATE))
    return np.asarray(closed + share * (opened - closed), np.float32)


def _response(cents: float, resonance_cb: float, n: int) -> npt.NDArray[np.complex64]:
    """What the filter does to each frequency of a transform of length `n`, (n // 2 + 1,)."""
    omega = 2 * np.pi * min(8.176 * 2 ** (cents / 1200), 0.45 * SAMPLE_RATE) / SAMPLE_RATE
    q = 10 ** ((resonance_cb / 10 - 3.01) / 20)
    alpha, cosine = np.sin(omega) / (2 * q), np.cos(omega)
    z = np.exp(-2j * np.pi * np.arange(n // 2 + 1) / n)
    above = (1 - cosine) / 2 * (1 + 2 * z + z * z) / np.sqrt(q)
    found = above / (1 + alpha - 2 * cosine * z + (1 - alpha) * z * z)
    return np.asarray(found, np.complex64)
