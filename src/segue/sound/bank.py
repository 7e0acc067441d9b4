"""What a SoundFont 2 or 3 file holds: which samples play for a key of a preset, and how.

Numbers of generators are those of the SoundFont 2.04 specification, section 8.1.2. Modulators are
not read. Samples are decoded when they are first asked for: Ogg Vorbis (SoundFont 3) by libsndfile,
16-bit integers (SoundFont 2) here.
"""

import io
import mmap
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from segue.errors import FormatError, InputError

__all__ = ["DRUM_BANK", "Bank", "Sample", "Zone"]

DRUM_BANK: Final = 128

_VORBIS: Final = 0x10
_INSTRUMENT: Final = 41
_KEYS: Final = 43
_VELOCITIES: Final = 44
_SAMPLE: Final = 53
_DEFAULTS: Final = {
    **{8: 13_500, 56: 100, 58: -1},
    **dict.fromkeys((21, 23, *range(25, 29), 30, *range(33, 37), 38), -12_000),
}
"""What generators are where a soundfont says nothing; 0 otherwise."""
_NOT_ADDED: Final = frozenset({_INSTRUMENT, _KEYS, _VELOCITIES, _SAMPLE, 46, 47, 54, 57, 58})
"""Generators that a preset may not change."""

Generators = dict[int, int]
Float32 = npt.NDArray[np.float32]


class Sample(NamedTuple):
    """A recording: its frames, one channel, and the frames between which it is repeated."""

    frames: Float32
    loop: tuple[int, int]
    rate: int
    key: int
    correction: int
    """In cents."""


@dataclass(frozen=True)
class Zone:
    """What one sample does for a range of keys and velocities."""

    generators: Mapping[int, int]
    sample: int

    def __getitem__(self, generator: int) -> int:
        return self.generators.get(generator, _DEFAULTS.get(generator, 0))

    @property
    def ends(self) -> tuple[int, int, int, int]:
        """By how many frames the start, end and loop of the sample are moved."""
        fine, coarse = (0, 1, 2, 3), (4, 12, 45, 50)
        start, end, loop_start, loop_end = (
            self[low] + 32_768 * self[high] for low, high in zip(fine, coarse, strict=True)
        )
        return start, end, loop_start, loop_end

    def seconds(self, generator: int) -> float:
        """A generator in timecents."""
        value = self[generator]
        return float(2 ** (value / 1200)) if value > -12_000 else 0.0


class Bank:
    """The presets and samples of a soundfont."""

    def __init__(self, path: Path) -> None:
        """Read the tables of a soundfont; its samples stay in the file.

        Raises:
            FormatError: it is damaged.
        """
        self._path = path
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._chunks = dict(_leaves(self._data, 12, len(self._data)))
            self._samples = self._table(b"shdr", "<20s5IBbHH")
            self._presets = self._read_presets()
        except (KeyError, IndexError, ValueError, struct.error) as error:
            raise self._damaged("its tables cannot be read") from error
        self.zones = cache(self._zones)
        self.sample = cache(self._sample)

    def _zones(self, bank: int, program: int, key: int, velocity: int) -> tuple[Zone, ...]:
        """What sounds for a key; what has no preset of this bank takes the basic one."""
        basic = (DRUM_BANK, 0) if bank == DRUM_BANK else (0, program)
        preset = self._presets.get((bank, program), self._presets.get(basic, []))
        return tuple(zone for zone in preset if _hears(zone.generators, key, velocity))

    def _sample(self, number: int, ends: tuple[int, int, int, int]) -> Sample:
        """A sample, with its start, end and loop moved by `ends` frames.

        Raises:
            FormatError: it cannot be decoded.
        """
        _, start, end, loop_start, loop_end, rate, key, correction, _, kind = self._samples[number]
        origin, length = self._chunks[b"smpl"]
        if kind & _VORBIS:
            frames = self._decoded(self._data[origin + start : origin + end])
            loop = (loop_start, loop_end)
        else:
            if not 0 <= start <= end <= length // 2:
                raise self._damaged(f"sample {number} lies outside of the file")
            integers = np.frombuffer(self._data, "<i2", end - start, origin + 2 * start)
            frames = integers.astype(np.float32) / np.float32(32_768)
            loop = (loop_start - start, loop_end - start)
        first = max(ends[0], 0)
        frames = frames[first : len(frames) + min(ends[1], 0)]
        loop = (loop[0] + ends[2] - first, min(loop[1] + ends[3] - first, len(frames)))
        loop = loop if 0 <= loop[0] < loop[1] else (0, 0)
        return Sample(frames, loop, max(rate, 1), key if key <= 127 else 60, correction)

    def _decoded(self, data: bytes) -> Float32:
        try:
            import soundfile
        except (ImportError, OSError) as error:
            raise InputError(
                f"the built-in synthesizer cannot decode samples here ({error}); "
                "install the package soundfile again, or FluidSynth"
            ) from error
        try:
            frames: Float32 = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)[0]
        except soundfile.LibsndfileError as error:
            raise self._damaged(f"a sample cannot be decoded: {error}") from error
        return frames[:, 0]

    def _read_presets(self) -> dict[tuple[int, int], list[Zone]]:
        instruments = [
            [(own, own[_SAMPLE]) for own in self._layers(b"ibag", b"igen", first, last, _SAMPLE)]
            for first, last in self._spans(b"inst", "<20sH", 1)
        ]
        rows = self._table(b"phdr", "<20s3H3I")
        presets: dict[tuple[int, int], list[Zone]] = {}
        for row, (first, last) in zip(rows, self._spans(b"phdr", "<20s3H3I", 3), strict=False):
            zones = [
                Zone(merged, sample)
                for added in self._layers(b"pbag", b"pgen", first, last, _INSTRUMENT)
                for own, sample in instruments[added[_INSTRUMENT]]
                if sample < len(self._samples) - 1 and (merged := _merged(own, added)) is not None
            ]
            presets.setdefault((row[2], row[1]), zones)
        return presets

    def _layers(
        self, bags: bytes, generators: bytes, first: int, last: int, end: int
    ) -> Iterator[Generators]:
        """The zones between two rows of `bags`: the global one's generators below their own."""
        starts = self._table(bags, "<HH")
        rows = self._table(generators, "<Hh")
        basis: Generators = {}
        for bag in range(first, last):
            span = rows[starts[bag][0] : starts[bag + 1][0]]
            own: Generators = {row[0]: row[1] for row in span}
            if end in own:
                yield {**basis, **own}
            elif bag == first:
                basis = own

    def _spans(self, name: bytes, layout: str, column: int) -> list[tuple[int, int]]:
        starts = [row[column] for row in self._table(name, layout)]
        return list(pairwise(starts))

    def _table(self, name: bytes, layout: str) -> list[tuple[int, ...]]:
        start, length = self._chunks[name]
        size = struct.calcsize(layout)
        rows = self._data[start : start + length // size * size]
        return list(struct.iter_unpack(layout, rows))

    def _damaged(self, what: str) -> FormatError:
        return FormatError(f"{self._path}: the soundfont is damaged: {what}")


def _leaves(data: mmap.mmap, at: int, end: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """The name of each chunk that holds data, and where that begins and how long it is."""
    while at + 8 <= end:
        name = data[at : at + 4]
        (length,) = struct.unpack_from("<I", data, at + 4)
        if name == b"LIST":
            yield from _leaves(data, at + 12, min(at + 8 + length, end))
        elif at + 8 + length > end:
            raise ValueError(f"{name!r} is cut off")
        else:
            yield name, (at + 8, length)
        at += 8 + length + length % 2


def _span(generators: Mapping[int, int], which: int) -> tuple[int, int]:
    """A range: its lowest value is the low byte, its highest the high one."""
    both = generators.get(which, 0x7F00) & 0xFFFF
    return both & 0xFF, both >> 8


def _hears(generators: Mapping[int, int], key: int, velocity: int) -> bool:
    low, high = _span(generators, _KEYS)
    soft, loud = _span(generators, _VELOCITIES)
    return low <= key <= high and soft <= velocity <= loud


def _merged(own: Generators, added: Generators) -> Generators | None:
    """An instrument's generators with what a preset adds; None where no key is in both."""
    merged = dict(own)
    for which in (_KEYS, _VELOCITIES):
        low, high = _span(own, which)
        lower, higher = _span(added, which)
        low, high = max(low, lower), min(high, higher)
        if low > high:
            return None
        merged[which] = low | high << 8
    for generator, amount in added.items():
        if generator not in _NOT_ADDED:
            merged[generator] = merged.get(generator, _DEFAULTS.get(generator, 0)) + amount
    return merged
