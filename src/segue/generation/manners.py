"""How a section is played: by few of its parts, by one after another, or as an end.

Nothing is written here: notes are left out, and at the end held. Scores in, scores out.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from segue.generation.form_plan import in_order_of_entry
from segue.score import Notes, Score, Track
from segue.theory.key import N_KEYS
from segue.units import N_PITCHES, OCTAVE

__all__ = ["ended", "entering", "playing_in", "thinned_out"]

_KICK: Final = 36
_CRASH: Final = 49
_LOUD: Final = 100
_MINOR: Final = N_KEYS // 2
"""The first of the minor keys."""
_FAR: Final = 8
"""Semitones: an end farther than this from what a part has played is in another register."""
_AT_ONCE: Final = 0.25
"""Quarters: what begins within so much of a bar line is its chord, strummed or rolled."""


def playing_in(score: Score, first: int, last: int) -> list[int]:
    """The tracks with a note in the bars [first, last)."""
    start, end = _span(score, first, last)
    return [i for i, t in enumerate(score.tracks) if _inside(t.notes, start, end).any()]


def entering(score: Score, first: int, last: int) -> Score:
    """The parts of a section enter one after another, all of them before its last bar."""
    parts = in_order_of_entry(score.tracks, playing_in(score, first, last))
    steps = np.linspace(first, last, len(parts) + 1)[:-1].round().astype(int).tolist()
    return _silenced(score, first, dict(zip(parts, steps, strict=True)))


def thinned_out(score: Score, first: int, last: int) -> Score:
    """Only half of the parts of a section play, at least one: drums and basses rest first.

    Of the others, those rest that songs let enter last.
    """
    parts = in_order_of_entry(score.tracks, playing_in(score, first, last))
    tones = [part for part in parts if not score.tracks[part].is_drum]
    above = [part for part in tones if score.tracks[part].program not in range(32, 40)]
    kept = (above or tones or parts)[: max(1, len(parts) // 2)]
    return _silenced(score, first, {part: last for part in parts if part not in kept})


def ended(score: Score, bar: int, key: int | None) -> Score:
    """All parts that play in a piece's last three bars stop together in its last, which is `bar`.

    What is pitched holds the chord with which the bar begins, or else its latest one, with each
    tone moved to the nearest of the tonic chord; the lowest part has the tonic. No part leaves the
    register of the two bars before. Drums have one stroke. Without a key the chord stays as it is.
    """
    start, end = _span(score, bar, bar + 1)
    playing = playing_in(score, max(0, bar - 2), bar + 1)
    near = round(_AT_ONCE * score.ticks_per_quarter)
    before_last = _span(score, max(0, bar - 2), bar)
    chords = {i: _chord(score.tracks[i].notes, start, near) for i in playing}
    tones = [i for i in playing if not score.tracks[i].is_drum]
    for i in tones:
        notes = score.tracks[i].notes
        chords[i] = _in_register(chords[i], notes.select(_inside(notes, *before_last)))
    lowest = min(tones, key=lambda i: int(chords[i].pitch.min()), default=None)
    tracks = list(score.tracks)
    for index in playing:
        track = tracks[index]
        before = track.notes.select(track.notes.onset < start)
        held = Notes.of(**before.columns() | {"duration": _until(before, start)})
        last = _last_of(track, chords[index], key, is_lowest=index == lowest)
        size = len(last)
        chord = Notes.of(
            onset=[start] * size,
            duration=[end - start] * size,
            pitch=list(last),
            velocity=list(last.values()),
        )
        tracks[index] = track.with_notes(Notes.concat([held, chord]))
    return score.with_tracks(tracks)


def _last_of(track: Track, chord: Notes, key: int | None, *, is_lowest: bool) -> dict[int, int]:
    """The pitches of the last chord, with their velocities."""
    velocity = int(chord.velocity.max())
    if track.is_drum:
        return {_KICK: velocity, _CRASH: min(velocity, _LOUD)}
    if key is None:
        return dict(zip(chord.pitch.tolist(), chord.velocity.tolist(), strict=True))
    tonic = key % 12
    triad = (tonic, (tonic + (3 if key >= _MINOR else 4)) % 12, (tonic + 7) % 12)
    found: dict[int, int] = {}
    for place, (pitch, loud) in enumerate(sorted(zip(chord.pitch, chord.velocity, strict=True))):
        classes = (tonic,) if is_lowest and place == 0 else triad
        found[_nearest(int(pitch), classes)] = int(loud)
    return found


def _nearest(pitch: int, classes: Sequence[int]) -> int:
    """The nearest pitch of these classes; of two, the lower one."""
    return min(
        (each for each in range(128) if each % 12 in classes),
        key=lambda each: (abs(each - pitch), each),
    )


def _chord(notes: Notes, start: int, near: int) -> Notes:
    """What begins at a bar line, or else what began last before it."""
    at_line = np.abs(notes.onset - start) <= near
    if at_line.any():
        return notes.select(at_line)
    before = notes.onset[notes.onset < start]
    latest = int(before[-1]) if len(before) else int(notes.onset[0])
    return notes.select(notes.onset == latest)


def _in_register(chord: Notes, before: Notes) -> Notes:
    """A chord by octaves as near as it can be to what its part has played, if it is far away."""
    if not len(before):
        return chord
    away = float(np.median(before.pitch)) - float(chord.pitch.mean())
    pitch = chord.pitch.astype(np.int64) + OCTAVE * round(away / OCTAVE)
    if abs(away) <= _FAR or pitch.min() < 0 or pitch.max() >= N_PITCHES:
        return chord
    return Notes.of(**chord.columns() | {"pitch": pitch})


def _until(notes: Notes, end: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The durations, none of them past a tick."""
    return np.asarray(np.minimum(notes.duration, end - notes.onset))


def _silenced(score: Score, first: int, until: dict[int, int]) -> Score:
    """Without what some tracks begin from a bar on until another, each its own."""
    tracks = list(score.tracks)
    for index, bar in until.items():
        start, end = _span(score, first, bar)
        notes = tracks[index].notes
        tracks[index] = tracks[index].with_notes(notes.select(~_inside(notes, start, end)))
    return score.with_tracks(tracks)


def _inside(notes: Notes, start: int, end: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray((notes.onset >= start) & (notes.onset < end))


def _span(score: Score, first: int, last: int) -> tuple[int, int]:
    grid = score.bar_grid(n_bars=last)
    return grid.start(first), grid.start(last)
