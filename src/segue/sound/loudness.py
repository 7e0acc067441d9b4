"""How loud sound is, and how it is brought to one loudness with headroom kept.

Loudness is the integrated one of ITU-R BS.1770-4, in LUFS: blocks of 400 ms, weighted as ears hear,
those gated out that are silent or 10 LU below the others. Blocks do not overlap here, and they are
weighted in their spectrum, which differs by less than 0.1 LU from filters that run on.

Sound is arrays (frames, 2) at `SAMPLE_RATE`, full scale 1.
"""

from collections.abc import Iterable
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["CEILING", "SAMPLE_RATE", "TARGET_LUFS", "bent", "gain_of", "loudness"]

SAMPLE_RATE: Final = 44_100
TARGET_LUFS: Final = -16.0
"""As loud as music is on most services."""
CEILING: Final = 0.89
"""What no sample exceeds: 1 dB below full scale."""
_KNEE: Final = 0.7
"""Where bending begins; what is softer is not touched."""
_MOST_BENT: Final = 2.0
"""Sound is not made so loud that peaks would have to be bent by more than 6 dB."""
_BLOCK: Final = SAMPLE_RATE * 2 // 5
_SILENT_LUFS: Final = -70.0
_RELATIVE_LU: Final = -10.0
_OFFSET_LU: Final = -0.691

Frames = npt.NDArray[np.float32]


def loudness(chunks: Iterable[Frames]) -> float:
    """The integrated loudness of sound in chunks, in LUFS; -inf for silence."""
    powers: list[npt.NDArray[np.float64]] = []
    rest = np.zeros((0, 2), np.float32)
    for chunk in chunks:
        rest = np.concatenate([rest, chunk])
        whole = len(rest) // _BLOCK * _BLOCK
        powers.append(_powers(rest[:whole]))
        rest = rest[whole:]
    if not sum(map(len, powers)) and len(rest):  # shorter than a block
        powers.append(_powers(np.pad(rest, ((0, _BLOCK - len(rest)), (0, 0)))))
    power = np.concatenate(powers) if powers else np.zeros(0)
    power = power[power > _power(_SILENT_LUFS)]
    if not len(power):
        return -np.inf
    power = power[power > _power(_lufs(float(power.mean())) + _RELATIVE_LU)]
    return _lufs(float(power.mean()))


def gain_of(lufs: float, peak: float) -> float:
    """The gain that brings sound of this loudness and peak to `TARGET_LUFS`, or near it."""
    if not np.isfinite(lufs):  # too short or too soft to be measured
        return CEILING / peak
    return float(min(10 ** ((TARGET_LUFS - lufs) / 20), _MOST_BENT * CEILING / peak))


def bent(sound: Frames) -> Frames:
    """Sound whose peaks are bent round below `CEILING` instead of being cut off."""
    size = np.abs(sound)
    room = CEILING - _KNEE
    over = _KNEE + room * np.tanh((size - _KNEE) / room)
    return np.where(size <= _KNEE, sound, np.sign(sound) * over).astype(np.float32)


def _powers(frames: Frames) -> npt.NDArray[np.float64]:
    """The weighted power of each block, both channels together, (blocks,)."""
    blocks = frames.reshape(-1, _BLOCK, 2)
    found = np.empty(len(blocks))
    for index, block in enumerate(blocks):
        spectrum = np.abs(np.fft.rfft(block, axis=0)) ** 2
        spectrum[1:-1] *= 2  # the negative frequencies
        found[index] = float((_weights() @ spectrum).sum()) / _BLOCK**2
    return found


@cache
def _weights() -> npt.NDArray[np.float64]:
    """What the weighting does to the power at each frequency of a block, (_BLOCK // 2 + 1,)."""
    z = np.exp(-2j * np.pi * np.arange(_BLOCK // 2 + 1) / _BLOCK)
    tangent, q = np.tan(np.pi * 1681.974450955533 / SAMPLE_RATE), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    shelf = _biquad(
        z,
        (high + middle * tangent / q + tangent**2, high - middle * tangent / q + tangent**2),
        2 * (tangent**2 - high),
        tangent,
        q,
    )
    tangent, q = np.tan(np.pi * 38.13547087602444 / SAMPLE_RATE), 0.5003270373238773
    scale = 1 + tangent / q + tangent**2  # its numerator is 1 - 2 z + z^2 as it stands
    low_cut = _biquad(z, (scale, scale), -2 * scale, tangent, q)
    return np.asarray(np.abs(shelf * low_cut) ** 2)


def _biquad(
    z: npt.NDArray[np.complex128],
    outer: tuple[float, float],
    inner: float,
    tangent: float,
    q: float,
) -> npt.NDArray[np.complex128]:
    over = outer[0] + inner * z + outer[1] * z**2
    first = 1 + tangent / q + tangent**2
    under = first + 2 * (tangent**2 - 1) * z + (1 - tangent / q + tangent**2) * z**2
    return np.asarray(over / under)


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET_LU) / 10))


def _lufs(power: float) -> float:
    return float(_OFFSET_LU + 10 * np.log10(power))
