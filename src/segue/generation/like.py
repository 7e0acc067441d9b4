"""Another piece as a pattern for new bars: its notes, for this piece's tracks, key and registers.

A model that reads latents of cells is told of these notes, and writes its own: what remains is the
other piece's rhythm, contour and way of playing together, as far as it fits what came before. The
idea of following a reference is Choi et al., "ILVR" (2021).
"""

from typing import Final

import numpy as np

from segue.errors import InputError
from segue.generation.assemble import add_notes
from segue.generation.chunks import without
from segue.generation.piece import Piece
from segue.generation.window import Region
from segue.metrics import pitch_class_counts
from segue.score import Notes, Score, Track, resample, slice_bars
from segue.theory.gm import family_of
from segue.theory.key import estimate_key
from segue.units import N_PITCHES, OCTAVE

__all__ = ["patterned", "require_pattern"]

_BARS_BEFORE: Final = 8
"""Of the piece, by which its tracks and its key are known."""
_OTHER_FAMILY: Final = 24.0
"""What an instrument of another family weighs, in semitones between registers."""
_RELATIVE_MAJOR: Final = 3
"""Semitones above the tonic of a minor key."""


def patterned(piece: Piece, score: Score, region: Region, other: Piece) -> Score:
    """The region filled with what another piece plays from its first note on, over and over.

    Each track that plays in the last bars takes the notes of a track of the other piece: drums of
    drums, other tracks of the family and register nearest to their own. `score`: the piece's.

    Raises:
        InputError: a piece has no notes, the bars of the other one are not as long as the new ones,
            or it has nothing for the tracks that play.
    """
    pattern = _pattern(score, region, other)
    if not score.n_notes:
        raise InputError("a piece without notes has no tracks that could play like another piece")
    before = slice_bars(score, max(0, region.first - _BARS_BEFORE), region.first)
    shift = _between_keys(before, pattern)
    grid = score.bar_grid(n_bars=max(score.n_bars, region.last))
    begin, end, length = (
        grid.start(region.first),
        grid.start(region.last),
        grid.length(region.first),
    )
    times = -(-(region.last - region.first) // pattern.n_bars)
    new = {}
    for index, track in enumerate(before.tracks):
        source = _source_of(track, pattern.tracks, shift)
        if source is not None:
            notes = _fitted(source, track, shift)
            again = [notes.shifted(begin + n * pattern.n_bars * length) for n in range(times)]
            whole = Notes.concat(again)
            new[index] = whole.select(whole.onset < end)
    if not new:
        raise InputError(f"{other.name} has nothing for the tracks that play; choose another piece")
    silent = without(score, region)
    return add_notes(silent, new, end=end, channels=np.asarray(piece.channels(silent)))


def require_pattern(other: Piece) -> None:
    """Refuse a piece that nothing can be like.

    Raises:
        InputError: it has no notes.
    """
    if not other.score.n_notes:
        raise InputError(f"{other.name} has no notes, so nothing can be like it")


def _pattern(score: Score, region: Region, other: Piece) -> Score:
    """The other piece from the first bar with notes on, in this one's resolution."""
    require_pattern(other)
    whole = resample(other.score, score.ticks_per_quarter)
    onsets = [track.notes.onset for track in whole.tracks]
    first = int(whole.bar_grid().bar_of(np.concatenate(onsets).min()))
    pattern = slice_bars(whole, first, whole.n_bars)
    lengths = pattern.bar_grid().lengths
    wanted = score.bar_grid(n_bars=max(score.n_bars, region.last)).length(region.first)
    same = int(np.argmin(lengths == wanted)) if (lengths != wanted).any() else len(lengths)
    if not same:
        quarters = (lengths[0] / score.ticks_per_quarter, wanted / score.ticks_per_quarter)
        raise InputError(
            f"the bars of {other.name} have {quarters[0]:g} quarters, and the new ones "
            f"{quarters[1]:g}; choose a piece in the same metre"
        )
    return slice_bars(pattern, 0, same)


def _between_keys(piece: Score, pattern: Score) -> int:
    """How many semitones lead from the pattern's key to the piece's, -6 to 5."""
    tonics = []
    for score in (piece, pattern):
        key = estimate_key(pitch_class_counts(score).astype(np.float64))
        tonics.append(key if key < OCTAVE else key + _RELATIVE_MAJOR)
    return (tonics[0] - tonics[1] + OCTAVE // 2) % OCTAVE - OCTAVE // 2


def _source_of(track: Track, tracks: tuple[Track, ...], shift: int) -> Track | None:
    """The track of the pattern that is most like one of the piece; None where none is."""
    alike = [t for t in tracks if t.is_drum == track.is_drum and len(t.notes)]
    if not len(track.notes) or not alike:
        return None

    def distance(other: Track) -> float:
        families = {family_of(t.program) for t in (track, other)}
        apart = abs(float(np.mean(track.notes.pitch)) - float(np.mean(other.notes.pitch)) - shift)
        return apart + _OTHER_FAMILY * (len(families) > 1)

    return alike[0] if track.is_drum else min(alike, key=distance)


def _fitted(source: Track, track: Track, shift: int) -> Notes:
    """The notes of a track of the pattern in the key and the octave of the piece's."""
    notes = source.notes
    if track.is_drum:
        return notes
    pitch = notes.pitch.astype(np.int64) + shift
    octaves = round((float(np.mean(track.notes.pitch)) - float(np.mean(pitch))) / OCTAVE)
    pitch += OCTAVE * octaves
    kept = (pitch >= 0) & (pitch < N_PITCHES)
    return Notes.of(**notes.select(kept).columns() | {"pitch": pitch[kept]})
