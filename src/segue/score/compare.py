"""The differences between two scores in words, for tests, error messages and `segue diff`.

It is not a patch format; nothing can be applied. Notes are compared as multisets, track by track.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final, TypeAlias

from segue.score.metre import MetreMap
from segue.score.notes import Notes
from segue.score.score import Score, Track
from segue.score.tempo import TempoMap

__all__ = ["diff"]

_MAX_LINES_A_TRACK: Final = 10

_Row: TypeAlias = tuple[int, int, int, int]


def diff(a: Score, b: Score) -> list[str]:
    """What differs between `a` and `b`, a line each; an empty list when they are equal."""
    lines = [
        f"{what}: {left!r} became {right!r}"
        for what, left, right in (
            ("ticks_per_quarter", a.ticks_per_quarter, b.ticks_per_quarter),
            ("name", a.name, b.name),
            ("number of tracks", len(a.tracks), len(b.tracks)),
        )
        if left != right
    ]
    lines += _map_lines("tempo", _tempo_rows(a.tempo_map), _tempo_rows(b.tempo_map))
    lines += _map_lines("metre", _metre_rows(a.metre_map), _metre_rows(b.metre_map))
    for index, (left, right) in enumerate(zip(a.tracks, b.tracks, strict=False)):
        lines += _track_lines(f"track {index}", left, right)
    return lines


def _track_lines(where: str, a: Track, b: Track) -> Iterator[str]:
    for what in ("name", "program", "is_drum"):
        left, right = getattr(a, what), getattr(b, what)
        if left != right:
            yield f"{where} {what}: {left!r} became {right!r}"
    if a.notes == b.notes:
        return
    left_rows, right_rows = _rows(a.notes), _rows(b.notes)
    changes = [(row, "missing") for row in (left_rows - right_rows).elements()]
    changes += [(row, "new") for row in (right_rows - left_rows).elements()]
    changes.sort()
    for (onset, pitch, duration, velocity), what in changes[:_MAX_LINES_A_TRACK]:
        yield (
            f"{where} {what} note: onset {onset}, pitch {pitch}, duration {duration}, "
            f"velocity {velocity}"
        )
    if len(changes) > _MAX_LINES_A_TRACK:
        yield f"{where}: {len(changes) - _MAX_LINES_A_TRACK} more notes differ"


def _rows(notes: Notes) -> Counter[_Row]:
    columns = (notes.onset, notes.pitch, notes.duration, notes.velocity)
    return Counter(zip(*(column.tolist() for column in columns), strict=True))


def _map_lines(what: str, a: dict[int, str], b: dict[int, str]) -> Iterator[str]:
    for tick in sorted(a.keys() | b.keys()):
        left, right = a.get(tick, "nothing"), b.get(tick, "nothing")
        if left != right:
            yield f"{what} at tick {tick}: {left} became {right}"


def _tempo_rows(tempo: TempoMap) -> dict[int, str]:
    pairs = zip(tempo.ticks.tolist(), tempo.us_per_quarter.tolist(), strict=True)
    return {tick: f"{us} us a quarter" for tick, us in pairs}


def _metre_rows(metre: MetreMap) -> dict[int, str]:
    columns = (metre.ticks, metre.numerator, metre.denominator)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {tick: f"{over}/{under}" for tick, over, under in rows}
