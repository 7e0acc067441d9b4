"""Cutting, joining, transposing and resampling scores: each function returns a new score.

It knows neither undo nor MIDI; `segue.midi` changes a musician's file.

A note belongs to the bar of its onset. Cutting never shortens a note: one that is held over the end
of a range keeps its duration, one that is held into a range from before stays outside.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

import numpy as np

from segue.errors import InputError
from segue.score.columns import Int64Array
from segue.score.metre import BarGrid, MetreMap
from segue.score.notes import Notes
from segue.score.score import MAX_TICKS_PER_QUARTER, Score, Track
from segue.score.tempo import TempoMap

__all__ = ["append_bars", "resample", "slice_bars", "splice", "transpose"]


def slice_bars(score: Score, first: int, last: int) -> Score:
    """Bars `[first, last)` as a score of its own that begins at tick 0.

    Every track stays, empty ones too, so that track indices keep their meaning. The tempo and the
    metre in force at `first` come along. Bars past the score's end are allowed and empty.

    Raises:
        InputError: not 0 <= first <= last.
    """
    grid, start, end = _span(score, first, last)
    tracks = [
        track.with_notes(track.notes.select(_between(track.notes, start, end)).shifted(-start))
        for track in score.tracks
    ]
    return replace(
        score,
        tracks=tuple(tracks),
        tempo_map=_cut_tempo(score.tempo_map, start, end),
        metre_map=_cut_metre(score, grid, first, last),
    )


def append_bars(score: Score, addition: Score, *, at_bar: int | None = None) -> Score:
    """`score` up to bar `at_bar`, then `addition` from there on.

    Track i of `addition` goes on with track i of `score`, whose name and program hold; further
    tracks are new. From the join on, tempo and metre are those of `addition`. Notes of `score` that
    begin at or after the join are replaced; those held over it ring on.

    Args:
        score: the beginning.
        addition: what follows, at the same resolution, its tick 0 at the join.
        at_bar: the bar where `addition` begins; the end of `score` when None.

    Raises:
        InputError: different resolutions, or a negative bar.
    """
    _require_same_resolution(score, addition)
    at_bar = score.n_bars if at_bar is None else at_bar
    _, join, _ = _span(score, at_bar, at_bar)
    kept = [t.with_notes(t.notes.select(t.notes.onset < join)) for t in score.tracks]
    return replace(
        score,
        tracks=_joined(kept, addition.tracks, shift=join),
        tempo_map=_joined_tempo(score.tempo_map, addition.tempo_map, join),
        metre_map=_joined_metre(score, addition, join),
    )


def splice(
    score: Score,
    replacement: Score,
    *,
    first_bar: int,
    last_bar: int,
    tracks: Sequence[int] | None = None,
) -> Score:
    """Replace the notes of some tracks in bars `[first_bar, last_bar)`; nothing else changes.

    Track i of `replacement`, its tick 0 at the start of `first_bar`, gives the new notes of
    track i; tracks past those of `score` are added as new ones. Tempo and metre stay.

    Args:
        score: the piece.
        replacement: the new notes, at the same resolution.
        first_bar: the first bar to replace.
        last_bar: the bar after the last one to replace.
        tracks: indices to replace; all tracks when None.

    Raises:
        InputError: different resolutions, an empty or negative range, an unknown track, or a new
            note that begins outside the range.
    """
    _require_same_resolution(score, replacement)
    _, start, end = _span(score, first_bar, last_bar)
    n_known, n_given = len(score.tracks), len(replacement.tracks)
    chosen = set(range(max(n_known, n_given)) if tracks is None else tracks)
    unknown = sorted(i for i in chosen if not 0 <= i < max(n_known, n_given))
    if unknown:
        raise InputError(f"no track {unknown[0]}; the score has tracks 0..{n_known - 1}")
    emptied = [
        track.with_notes(track.notes.select(~_between(track.notes, start, end)))
        if i in chosen
        else track
        for i, track in enumerate(score.tracks)
    ]
    given = [
        track if i in chosen else track.with_notes(Notes.empty())
        for i, track in enumerate(replacement.tracks)
        if i < n_known or i in chosen
    ]
    last_onset = replacement.with_tracks(given).last_onset
    if last_onset >= end - start:
        raise InputError(
            f"a new note begins at tick {last_onset} of the replacement, but bars "
            f"{first_bar}..{last_bar - 1} are only {end - start} ticks long; slice it first"
        )
    return replace(score, tracks=_joined(emptied, given, shift=start))


def transpose(score: Score, semitones: int) -> Score:
    """All tones `semitones` higher; drums stay.

    Raises:
        InputError: a pitch would leave 0..127 (the track is named).
    """
    tracks = []
    for index, track in enumerate(score.tracks):
        try:
            notes = track.notes if track.is_drum else track.notes.transposed(semitones)
        except InputError as error:
            raise InputError(f"track {index} {track.name!r}: {error}") from error
        tracks.append(track.with_notes(notes))
    return score.with_tracks(tracks)


def resample(score: Score, ticks_per_quarter: int) -> Score:
    """The same music at another resolution.

    Onsets and offsets go to the nearest new tick (halves up), so notes that touched still touch; a
    note that would vanish keeps one tick. Going to a multiple of the old resolution loses nothing.

    Raises:
        InputError: the resolution is outside 1..32767.
    """
    old = score.ticks_per_quarter
    if not 1 <= ticks_per_quarter <= MAX_TICKS_PER_QUARTER:
        raise InputError(
            f"ticks_per_quarter must be 1..{MAX_TICKS_PER_QUARTER}, got {ticks_per_quarter}"
        )
    if ticks_per_quarter == old:
        return score

    def moved(ticks: Int64Array) -> Int64Array:
        return (2 * ticks * ticks_per_quarter + old) // (2 * old)

    tracks = []
    for track in score.tracks:
        notes = track.notes
        onset = moved(notes.onset)
        duration = np.maximum(moved(notes.offset) - onset, 1)
        columns = {"onset": onset, "duration": duration}
        tracks.append(
            track.with_notes(Notes.of(**columns, pitch=notes.pitch, velocity=notes.velocity))
        )
    tempo, metre = score.tempo_map, score.metre_map
    return replace(
        score,
        ticks_per_quarter=ticks_per_quarter,
        tracks=tuple(tracks),
        tempo_map=TempoMap.of(ticks=moved(tempo.ticks), us_per_quarter=tempo.us_per_quarter),
        metre_map=MetreMap.of(
            ticks=moved(metre.ticks), numerator=metre.numerator, denominator=metre.denominator
        ),
    )


def _span(score: Score, first: int, last: int) -> tuple[BarGrid, int, int]:
    """A grid that holds the bars `[first, last)`, and their ticks."""
    if not 0 <= first <= last:
        raise InputError(f"bars {first}..{last} are not a range: 0 <= first <= last must hold")
    grid = score.bar_grid(n_bars=last)
    return grid, grid.start(first), grid.start(last)


def _between(notes: Notes, start: int, end: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return (notes.onset >= start) & (notes.onset < end)


def _cut_tempo(tempo: TempoMap, start: int, end: int) -> TempoMap:
    inside = (tempo.ticks > start) & (tempo.ticks < end)
    return TempoMap.of(
        ticks=np.append(0, tempo.ticks[inside] - start),
        us_per_quarter=np.append(tempo.us_at(start), tempo.us_per_quarter[inside]),
    )


def _cut_metre(score: Score, grid: BarGrid, first: int, last: int) -> MetreMap:
    """The metre of bars `[first, last)`, with the event that cuts the last bar short if any."""
    start, end = grid.start(first), grid.start(last)
    metre = score.metre_map
    inside = (metre.ticks > start) & (metre.ticks < end)
    if last > first:
        over, under = metre.metre_at(grid.start(last - 1))
        if grid.length(last - 1) < 4 * score.ticks_per_quarter * over // under:
            inside |= metre.ticks == end
    numerator, denominator = metre.metre_at(start)
    return MetreMap.of(
        ticks=np.append(0, metre.ticks[inside] - start),
        numerator=np.append(numerator, metre.numerator[inside]),
        denominator=np.append(denominator, metre.denominator[inside]),
    )


def _joined_tempo(before: TempoMap, after: TempoMap, join: int) -> TempoMap:
    """`before` up to the join, then `after`; the join gets an event only if the tempo changes."""
    kept = before.ticks < join
    goes_on = join > 0 and before.us_at(join - 1) == after.us_at(0)
    return TempoMap.of(
        ticks=np.append(before.ticks[kept], after.ticks[int(goes_on) :] + join),
        us_per_quarter=np.append(before.us_per_quarter[kept], after.us_per_quarter[int(goes_on) :]),
    )


def _joined_metre(score: Score, addition: Score, join: int) -> MetreMap:
    """The metre of `score` up to the join, then that of `addition`.

    The join gets an event only if the metre changes or there would be no bar line without it.
    """
    before, after = score.metre_map, addition.metre_map
    kept = before.ticks < join
    goes_on = False
    if join > 0 and before.metre_at(join - 1) == after.metre_at(0):
        alone = MetreMap(
            ticks=before.ticks[kept],
            numerator=before.numerator[kept],
            denominator=before.denominator[kept],
        )
        grid = BarGrid.build(alone, ticks_per_quarter=score.ticks_per_quarter, end_tick=join)
        goes_on = grid.end_tick == join
    return MetreMap.of(
        ticks=np.append(before.ticks[kept], after.ticks[int(goes_on) :] + join),
        numerator=np.append(before.numerator[kept], after.numerator[int(goes_on) :]),
        denominator=np.append(before.denominator[kept], after.denominator[int(goes_on) :]),
    )


def _joined(before: Sequence[Track], after: Sequence[Track], *, shift: int) -> tuple[Track, ...]:
    """Track by track the notes of `before` and the shifted notes of `after`."""
    tracks = []
    for old, new in zip_longest(before, after):
        if new is None:
            tracks.append(old)
            continue
        notes = new.notes.shifted(shift)
        tracks.append(
            new.with_notes(notes)
            if old is None
            else old.with_notes(Notes.concat([old.notes, notes]))
        )
    return tuple(tracks)


def _require_same_resolution(score: Score, other: Score) -> None:
    if score.ticks_per_quarter != other.ticks_per_quarter:
        raise InputError(
            f"cannot join {other.ticks_per_quarter} ticks a quarter to "
            f"{score.ticks_per_quarter}; call resample(score, {score.ticks_per_quarter}) first"
        )
