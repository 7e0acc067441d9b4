"""Raw sound in files to WAV: one loudness, headroom kept, no silent end, 16 bits.

Synthesizers write 32-bit floats, stereo, interleaved, at `SAMPLE_RATE`. They are brought to the
loudness of `segue.sound.loudness`, so that no take clips and none is louder than another, and the
silent end is cut. Arrays here are (frames, 2).
"""

import wave
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from segue.errors import InputError
from segue.files import replacing
from segue.sound.loudness import CEILING, SAMPLE_RATE, Frames, bent, gain_of, loudness

__all__ = ["SAMPLE_RATE", "Frames", "write_leveled", "write_stems"]

SILENCE: Final = 10 ** (-80 / 20)
"""What is below this part of the peak at the end is cut."""

CHUNK_FRAMES: Final = 1 << 20
INT16_MAX: Final = 32_767


def write_leveled(raw: Path, path: str | Path, *, font: Path) -> float:
    """Write the floats in the file `raw` as the WAV file `path`; return its seconds.

    Raises:
        InputError: there is only silence, for which `font` is named, or `path` cannot be written.
    """
    mix = _Mix([raw], font)
    with replacing(path) as temporary:
        _write_wav(temporary, mix.parts[0], mix.length, lambda chunk: bent(chunk * mix.gain))
    return mix.length / SAMPLE_RATE


def write_stems(raws: Sequence[Path], paths: Sequence[Path], *, font: Path) -> float:
    """Write sounds that belong together, all with one gain and one length; return the seconds.

    Together they are as loud as their mix would be written, unless one alone would then clip.

    Raises:
        InputError: there is only silence, for which `font` is named, or a path cannot be written.
    """
    mix = _Mix(raws, font)
    loudest = max(_peak(_chunks(part)) for part in mix.parts)
    gain = min(float(mix.gain), CEILING / loudest)
    for part, path in zip(mix.parts, paths, strict=True):
        with replacing(path) as temporary:
            _write_wav(temporary, part, mix.length, lambda chunk: chunk * np.float32(gain))
    return mix.length / SAMPLE_RATE


class _Mix:
    """Sounds in files, and what they are together."""

    def __init__(self, raws: Sequence[Path], font: Path) -> None:
        self.parts = [
            np.memmap(raw, dtype="<f4", mode="r").reshape(-1, 2)
            if raw.stat().st_size
            else np.zeros((0, 2), np.float32)
            for raw in raws
        ]
        self.frames = max(map(len, self.parts))
        peak = _peak(self._sums())
        if peak == 0:
            raise InputError(f"{font}: no sound for the instruments of this piece; try another")
        self.length = max(_sounding_length(part, SILENCE * peak) for part in self.parts)
        self.gain = np.float32(gain_of(loudness(self._sums()), peak))

    def _sums(self) -> Iterator[Frames]:
        for start in range(0, self.frames, CHUNK_FRAMES):
            yield sum(
                (
                    _padded(part, start, min(start + CHUNK_FRAMES, self.frames))
                    for part in self.parts
                ),
                np.zeros((1, 2), np.float32),
            )


def _padded(frames: Frames, start: int, end: int) -> Frames:
    """The frames [start, end), silent after the last."""
    found = np.asarray(frames[start:end])
    return np.pad(found, ((0, end - start - len(found)), (0, 0)))


def _peak(chunks: Iterator[Frames]) -> float:
    return max((float(np.abs(chunk).max()) for chunk in chunks), default=0.0)


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


def _write_wav(
    path: Path, frames: Frames, length: int, leveled: Callable[[Frames], Frames]
) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        for start in range(0, length, CHUNK_FRAMES):
            chunk = leveled(_padded(frames, start, min(start + CHUNK_FRAMES, length)))
            file.writeframes(np.rint(chunk * INT16_MAX).astype("<i2").tobytes())
