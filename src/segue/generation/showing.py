"""A wish for another register is shown: the model sees the part where it is wished to be.

Told alone, a register changes little, because the prompt says another. So where takes are to be
higher or lower, the model is shown each part, but for drums, an octave from where it is, and goes
on from there in its own way: with its own voicing, in its own key. The musician's notes stay as
they are; only what the model sees of them is moved. Parts that have no octave left stay where they
are, with what the model is told alone.
"""

import numpy as np

from segue.encoding.sequence import BoolArray
from segue.encoding.table import Field
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, MAX_PARTS, IntArray
from segue.generation.options import Register
from segue.generation.window import Region
from segue.score import Notes, Score
from segue.units import OCTAVE

_LOWEST, _HIGHEST = 24, 103
"""A part that is moved lies between these pitches, C1 and G7."""


def octaves_of(table: IntArray, register: Register | None, written: BoolArray) -> IntArray | None:
    """By how many semitones each part is moved, (MAX_PARTS,); None where no register is wished.

    Args:
        table: the `PartTable` of the music around the region.
        register: where the parts are wished to be.
        written: the parts that the wish is for, (P,); others stay.
    """
    if register is None:
        return None
    by = OCTAVE if register == "higher" else -OCTAVE
    moves = np.zeros(MAX_PARTS, np.int64)
    for part in np.flatnonzero(written).tolist():
        pitch = table[table[:, Field.PART] == part, Field.PITCH]
        if not len(pitch) or pitch.max() >= DRUM_PITCH_OFFSET:
            continue
        if pitch.min() + by >= _LOWEST and pitch.max() + by <= _HIGHEST:
            moves[part] = by
    return moves


def shown(score: Score, moves: IntArray | None, region: Region) -> Score:
    """A score of parts as the model sees it: moved by so many semitones outside the region.

    `moves`: of each part, (MAX_PARTS,). What was written in the region is there already.
    """
    if moves is None or not moves.any():
        return score
    bars = score.bar_grid(n_bars=max(score.n_bars, region.last))
    first, last = bars.start(region.first), bars.start(region.last)
    tracks = []
    for part, track in enumerate(score.tracks):
        notes, by = track.notes, int(moves[part])
        outside = (notes.onset < first) | (notes.onset >= last)
        pitch = notes.pitch.astype(np.int64) + np.where(outside, by, 0)
        tracks.append(track.with_notes(_with_pitch(notes, pitch)) if by else track)
    return score.with_tracks(tracks)


def _with_pitch(notes: Notes, pitch: IntArray) -> Notes:
    """Other pitches; those that there are not stay in the nearest octave."""
    pitch = np.where(pitch > 127, pitch - OCTAVE, np.where(pitch < 0, pitch + OCTAVE, pitch))
    return Notes.of(
        onset=notes.onset, duration=notes.duration, pitch=pitch, velocity=notes.velocity
    )
