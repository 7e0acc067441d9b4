"""Random tunes and the versions of them that copyists make, as MIDI files, for tests of corpora.

A tune is two random melodies and a drum pattern; tunes of different seeds have nothing in common.
A `Version` says how a copy differs; the defaults are the tune itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from tarfile import TarInfo
from tarfile import open as open_tar

from tests.strategies import Event, encode_smf

Note = tuple[int, int, int]
"""Onset and duration in sixteenths, and pitch."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """How a copy of a tune differs from it."""

    transpose: int = 0
    ticks_per_quarter: int = 480
    us_per_quarter: int = 500_000
    programs: tuple[int, int] = (0, 40)
    reverse_tracks: bool = False
    wrong_notes: float = 0.0
    """The share of notes that are another pitch."""
    n_notes: int = 120
    """Notes of each melody."""
    title: str = ""


@cache
def tune(seed: int, version: Version | None = None) -> bytes:
    """The MIDI file of a version of the tune number `seed`."""
    version = version or Version()
    melodies = [
        melody(Random(f"{seed} {centre}"), n_notes=version.n_notes, centre=centre)
        for centre in (67, 48)
    ]
    slips = Random(seed + 1)
    tracks = [
        note_events(played(notes, version, slips), version, channel=channel, program=program)
        for channel, (notes, program) in enumerate(zip(melodies, version.programs, strict=True))
    ]
    beat = [(4 * i, 2, 36 + 2 * (i % 2)) for i in range(version.n_notes // 2)]
    tracks.append(note_events(beat, version, channel=9, program=0))
    if version.reverse_tracks:
        tracks.reverse()
    title = version.title.encode()
    tempo = b"\xff\x51\x03" + version.us_per_quarter.to_bytes(3, "big")
    head = [(0, b"\xff\x03" + bytes((len(title),)) + title), (0, tempo), (0, b"\xff\x2f\x00")]
    return encode_smf([head, *tracks], division=version.ticks_per_quarter)


def melody(random: Random, *, n_notes: int, centre: int) -> list[Note]:
    """A random melody around a pitch."""
    notes = []
    onset, pitch = 0, centre
    for _ in range(n_notes):
        duration = random.choice((1, 2, 2, 4))
        step = random.choice((-7, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 7, 9))
        pitch += step if abs(pitch + step - centre) < 14 else -step
        notes.append((onset, duration, pitch))
        onset += duration
    return notes


def played(notes: list[Note], version: Version, slips: Random) -> list[Note]:
    """The notes of a melody as this version has them."""
    return [
        (onset, duration, pitch + version.transpose + (slips.random() < version.wrong_notes))
        for onset, duration, pitch in notes
    ]


def note_events(
    notes: Iterable[Note], version: Version, *, channel: int, program: int
) -> list[Event]:
    """The events of a track."""
    sixteenth = version.ticks_per_quarter // 4
    events: list[tuple[int, int, bytes]] = [(0, -1, bytes((0xC0 | channel, program)))]
    for onset, duration, pitch in notes:
        events.append((onset * sixteenth, 1, bytes((0x90 | channel, pitch, 80))))
        events.append(((onset + duration) * sixteenth, 0, bytes((0x80 | channel, pitch, 0))))
    events.sort(key=lambda event: event[:2])
    end = events[-1][0]
    return [*((tick, message) for tick, _, message in events), (end, b"\xff\x2f\x00")]


def write_folder(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files into a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def write_tar(path: Path, files: dict[str, bytes]) -> Path:
    """Write a tar archive, compressed as its name says."""
    kind = path.suffix.removeprefix(".")
    with open_tar(path, f"w:{'' if kind == 'tar' else kind}") as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = TarInfo(name)
            info.size = len(data)
            archive.addfile(info, BytesIO(data))
    return path
