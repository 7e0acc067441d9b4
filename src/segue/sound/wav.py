"""Raw sound in a file to WAV: one loudness, no silent end, 16 bits.

Synthesizers write 32-bit floats, stereo, interleaved, at `SAMPLE_RATE`. They are brought to a peak
of -1 dBFS, so that no take clips and none is louder than another, and the silent end is cut. Arrays
here are (frames, 2).
"""

import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.errors import InputError
from segue.files import replacing

__all__ = ["SAMPLE_RATE", "Frames", "write_leveled"]

SAMPLE_RATE: Final = 44_100
PEAK: Final = 10 ** (-1 / 20)
SILENCE: Final = 10 ** (-80 / 20)
"""What is below this part of the peak at the end is cut."""

CHUNK_FRAMES: Final = 1 << 20
INT16_MAX: Final = 32_767

Frames = npt.NDArray[np.float32]


def write_leveled(raw: Path, path: str | Path, *, font: Path) -> float:
    """Write the floats in the file `raw` as the WAV file `path`; return its seconds.

    Raises:
        InputError: there is only silence, for which `font` is named, or `path` cannot be written.
    """
    if not raw.stat().st_size:
        raise _silent(font)
    frames = np.memmap(raw, dtype="<f4", mode="r").reshape(-1, 2)
    peak = max((float(np.abs(chunk).max()) for chunk in _chunks(frames)), default=0.0)
    if peak == 0:
        raise _silent(font)
    sounding = frames[: _sounding_length(frames, SILENCE * peak)]
    with replacing(path) as temporary:
        _write_wav(temporary, sounding, gain=PEAK / peak)
    return len(sounding) / SAMPLE_RATE


def _silent(font: Path) -> InputError:
    return InputError(f"{font}: no sound for the instruments of this piece; try another")


def _chunks(frames: Frames) -> Iterator[Frames]:
    """Pieces of `frames` that fit into memory whatever the length of the piece."""
    for start in range(0, len(frames), CHUNK_FRAMES):
        yield frames[start : start + CHUNK_FRAMES]


def _sounding_length(frames: Frames, threshold: float) -> int:
    """The number of frames up to the last one that is above `threshold`."""
    end = len(frames)
    while end > 0:
        start = max(end - CHUNK_FRAMES, 0)
        loud = np.flatnonzero(np.abs(frames[start:end]).max(axis=1) > threshold)
        if loud.size:
            return start + int(loud[-1]) + 1
        end = start
    return 0


def _write_wav(path: Path, frames: Frames, *, gain: float) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        for chunk in _chunks(frames):
            file.writeframes(np.rint(chunk * (gain * INT16_MAX)).astype("<i2").tobytes())
