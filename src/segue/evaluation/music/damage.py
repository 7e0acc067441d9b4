"""Excerpts of real music damaged in one way each: what a measure of music has to notice.

A damage takes an excerpt and a generator and gives another excerpt of the same bars; it changes
what its name says and leaves the rest. Measures are tried on them (`sensitivity`), and the encoder
of `embedding` has learned to tell some of them from music.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from segue.score import Notes, Score, Track, slice_bars

__all__ = ["DAMAGES", "Damage", "damaged"]

Damage = Callable[[Score, np.random.Generator], Score]

_WRONG: Final = 0.1
_DROPPED: Final = 1 / 3
_MOST_STEPS: Final = 4
_JITTER_QUARTERS: Final = 1 / 12
_FLAT: Final = 84


def shuffled_in_time(score: Score, generator: np.random.Generator) -> Score:
    """The onsets of each track dealt to its notes again: the same notes, in another order."""
    return _each(score, lambda t: _with(t, onset=generator.permutation(t.notes.onset)))


def bars_shuffled(score: Score, generator: np.random.Generator) -> Score:
    """The bars of the excerpt in another order, all tracks together; of equal bars only."""
    lines = np.asarray(score.bar_grid().starts, np.int64)
    if len(lines) < 3 or len(np.unique(np.diff(lines))) > 1:
        return score
    place = generator.permutation(len(lines) - 1)

    def moved(track: Track) -> Track:
        bar = np.searchsorted(lines, track.notes.onset, side="right") - 1
        return _with(track, onset=track.notes.onset + lines[place[bar]] - lines[bar])

    return _each(score, moved)


def tracks_out_of_step(score: Score, generator: np.random.Generator) -> Score:
    """Each track begun up to four sixteenths late, so that they no longer keep together; what comes
    after the last bar then is cut off, since a bar more would give it away.
    """
    step = score.ticks_per_quarter // 4
    late = _each(
        score,
        lambda t: t.with_notes(t.notes.shifted(step * int(generator.integers(_MOST_STEPS + 1)))),
    )
    return slice_bars(late, 0, score.n_bars)


def tracks_transposed_apart(score: Score, generator: np.random.Generator) -> Score:
    """Each pitched track transposed by an interval of its own, up to a tritone."""

    def transposed(track: Track) -> Track:
        steps = int(generator.integers(-6, 7))
        return _with(track, pitch=np.clip(track.notes.pitch.astype(int) + steps, 0, 127))

    return _each(score, lambda t: t if t.is_drum else transposed(t))


def wrong_notes(score: Score, generator: np.random.Generator) -> Score:
    """Every tenth pitched note a semitone too high."""

    def slipped(track: Track) -> Track:
        wrong = generator.random(len(track.notes)) < _WRONG
        return _with(track, pitch=np.clip(track.notes.pitch + wrong.astype(int), 0, 127))

    return _each(score, lambda t: t if t.is_drum else slipped(t))


def tracks_dropped(score: Score, generator: np.random.Generator) -> Score:
    """A third of the tracks silenced."""
    return _each(
        score,
        lambda t: t.with_notes(Notes.empty()) if generator.random() < _DROPPED else t,
    )


def instruments_exchanged(score: Score, generator: np.random.Generator) -> Score:
    """The pitched tracks' programs dealt to them again: the bass plays the tune's instrument."""
    programs = [t.program for t in score.tracks if not t.is_drum]
    dealt = iter(generator.permutation(programs).tolist())
    return score.with_tracks(
        [t if t.is_drum else Track(notes=t.notes, program=next(dealt)) for t in score.tracks]
    )


def drums_thinned(score: Score, generator: np.random.Generator) -> Score:
    """A third of the drum notes left out."""

    def thinned(track: Track) -> Track:
        return track.with_notes(track.notes.select(generator.random(len(track.notes)) > _DROPPED))

    return _each(score, lambda t: thinned(t) if t.is_drum else t)


def velocity_flattened(score: Score, generator: np.random.Generator) -> Score:
    """Every note equally loud."""
    return _each(score, lambda t: _with(t, velocity=np.full(len(t.notes), _FLAT)))


def onsets_jittered(score: Score, generator: np.random.Generator) -> Score:
    """Every note moved by up to a triplet's third of a quarter, either way; each by itself."""
    reach = max(1, round(score.ticks_per_quarter * _JITTER_QUARTERS))
    end = score.bar_grid().end_tick

    def jittered(track: Track) -> Track:
        moved = track.notes.onset + generator.integers(-reach, reach + 1, len(track.notes))
        return _with(track, onset=np.clip(moved, 0, max(0, end - 1)))

    return _each(score, jittered)


def one_bar_repeated(score: Score, generator: np.random.Generator) -> Score:
    """The first bar in the place of all."""
    lines = np.asarray(score.bar_grid().starts, np.int64)
    if len(lines) < 2:
        return score

    def looped(track: Track) -> Track:
        first = track.notes.select(track.notes.onset < lines[1])
        return track.with_notes(Notes.concat([first.shifted(int(line)) for line in lines[:-1]]))

    return _each(score, looped)


DAMAGES: Final[Mapping[str, Damage]] = MappingProxyType(
    {
        "shuffled in time": shuffled_in_time,
        "bars shuffled": bars_shuffled,
        "tracks out of step": tracks_out_of_step,
        "tracks transposed apart": tracks_transposed_apart,
        "every tenth note wrong": wrong_notes,
        "a third of the tracks dropped": tracks_dropped,
        "instruments exchanged": instruments_exchanged,
        "a third of the drums left out": drums_thinned,
        "velocity flattened": velocity_flattened,
        "onsets jittered": onsets_jittered,
        "one bar repeated": one_bar_repeated,
    }
)
"""By what a table calls them."""


def damaged(score: Score, name: str, *, seed: int) -> Score:
    """The excerpt with one of `DAMAGES` done to it; a function of its arguments."""
    return DAMAGES[name](score, np.random.default_rng(seed))


def _each(score: Score, change: Callable[[Track], Track]) -> Score:
    return score.with_tracks([change(t) if len(t.notes) else t for t in score.tracks])


def _with(track: Track, **columns: Any) -> Track:
    kept = {name: column for name, column in track.notes.columns().items() if name not in columns}
    return track.with_notes(Notes.of(**kept, **columns))
