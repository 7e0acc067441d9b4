"""Small pieces written by hand: a track is a list of (onset, duration, pitch[, velocity])."""

from collections.abc import Sequence

from segue.score import MetreMap, Notes, Score, Track

TPQ = 480
SIXTEENTH, EIGHTH, QUARTER, BAR = 120, 240, 480, 1920

Row = tuple[int, ...]


def track(rows: Sequence[Row], *, program: int = 0, is_drum: bool = False) -> Track:
    """A track of notes in ticks at 480 a quarter; velocity 80 where a row does not say."""
    full = [(*row, 80) if len(row) == 3 else row for row in rows]
    onset, duration, pitch, velocity = zip(*full, strict=True) if full else ((), (), (), ())
    notes = Notes.of(onset=onset, duration=duration, pitch=pitch, velocity=velocity)
    return Track(notes=notes, program=program, is_drum=is_drum)


def piece(*tracks: Track | Sequence[Row], metre: tuple[int, int] = (4, 4)) -> Score:
    """A score of tracks; bare lists of rows become piano tracks."""
    return Score(
        ticks_per_quarter=TPQ,
        tracks=tuple(each if isinstance(each, Track) else track(each) for each in tracks),
        metre_map=MetreMap.constant(numerator=metre[0], denominator=metre[1]),
    )


def melody(*pitches: int, step: int = QUARTER) -> list[Row]:
    """Notes one after the other, each `step` ticks long."""
    return [(index * step, step, pitch) for index, pitch in enumerate(pitches)]


SILENCE = piece([])
"""A track without notes."""
