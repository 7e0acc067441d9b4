"""What a continuation does with what its prompt did: numbers that tell real music from written.

A prompt and the new bars after it are measured together, track by track: track i of the new bars
goes on with track i of the prompt. Most numbers say how the new bars differ from the prompt, so
that one piece's habits are not held against another. All are defined for any music, silent music
too (0 where there is nothing to compare), and none is NaN. A *line* is what a track plays in a bar.

- `denser`, `higher`, `longer`, `louder`: by how much tracks that play in both have more notes a bar
  (log2), are higher (octaves), have longer notes (log2) and louder ones (of 127), mean over tracks;
  `*_change`: the mean of its size. `pitch_spread`, `length_spread`, `velocity_spread`: the same of
  the standard deviations of pitch, length and velocity inside a track, with `*_change`, too.
- `silent_tracks`, `joining_tracks`: tracks that play in the prompt's last bars and not in the new
  ones, or only in the new ones, as a share of all that play in either. `gaps`: the share of lines
  that are silent, of tracks that play in the new bars.
- `unheard_*`: the share of notes whose pitch, drum, step of the bar, length (in half octaves),
  velocity (in eighths of the range), or place (step and pitch) its track has not used in the
  prompt; `unheard_*_more`: less the same of the prompt's second half by its first.
  `unheard_chroma`: of pitch classes, whatever the track.
- `chroma_distance`, `step_distance`: half the sum of the absolute differences between the shares of
  pitch classes, or of steps of the bar, in the new bars and in the prompt, 0 to 1.
- `line_*`, `rhythm_*`, of pitched tracks, and `drum_line_*`, `drum_rhythm_*`: the Jaccard index of
  a line with the most similar earlier one of its track, by steps and pitches or by steps alone,
  mean over lines; `literal_*`, `drum_literal_*`: the share of lines that are an earlier one note
  for note. `*_new`: of new lines. `*_more`: less the same of the lines of the prompt's last bars.
- `bar_k_*`: the same of whole bars with the bar k before; `bar_any_*`: with the most similar one.
- `fuller`: log2 of notes a bar in the second half of the new bars over the first half; `entry`: of
  the first new bar over the prompt's last. `together_more`: the share of onsets at which several
  tracks begin, less the prompt's.
- `more_*`: less the prompt's: entropy of pitch classes of all bars and of single ones, scale
  consistency (`tonality`); repeated pitches, steps and leaps of more than a fourth, as shares of
  the intervals in lines (`melody`); seconds, tritones that sound together, polyphony, chord size,
  silence (`texture`).

*Trap:* a prompt's last bars copied literally differ from it in nothing. Real music does more than
that: a classifier that is to be followed must have seen copies (`scripts/train_critic.py`).
"""

from typing import Final

import numpy as np

from segue.metrics.melody import interval_histogram
from segue.metrics.table import BoolArray, FloatArray, IntArray, NoteTable, as_table
from segue.metrics.texture import chord_size, interval_classes, polyphony, silence_rate
from segue.metrics.tonality import (
    bar_pitch_class_entropy,
    pitch_class_counts,
    pitch_class_entropy,
    scale_consistency,
)
from segue.score import Score, slice_bars

__all__ = ["CONTINUATION_FEATURES", "continuation_features"]

RECENT: Final = 4
"""The prompt's last bars."""
_LAGS: Final = (1, 2, 4)
_LITERAL: Final = 1.0

_CHANGES: Final = (
    *("denser", "higher", "longer", "louder"),
    *("pitch_spread", "length_spread", "velocity_spread"),
)
_UNHEARD: Final = ("pitch", "drum", "step", "length", "velocity", "place", "chroma")
_LINES: Final = ("line", "rhythm", "literal")
_TEXTURES: Final = (
    *("entropy", "bar_entropy", "scale", "repeated", "steps", "leaps", "seconds", "tritones"),
    *("polyphony", "chords", "silence"),
)

CONTINUATION_FEATURES: Final[tuple[str, ...]] = (
    *(name + size for name in _CHANGES for size in ("", "_change")),
    *("silent_tracks", "joining_tracks", "gaps"),
    *(f"unheard_{name}{less}" for name in _UNHEARD for less in ("", "_more")),
    *("chroma_distance", "step_distance"),
    *(
        f"{kind}{name}_{which}"
        for kind in ("", "drum_")
        for name in _LINES
        for which in ("new", "more")
    ),
    *(f"bar_{lag}_{which}" for lag in (*_LAGS, "any") for which in ("new", "more")),
    *("fuller", "entry", "together_more"),
    *(f"more_{name}" for name in _TEXTURES),
)
"""The names of the numbers, in the order of the columns."""


def continuation_features(whole: Score, *, n_prompt: int, n_new: int) -> FloatArray:
    """The numbers of a continuation, (F,), in the order of `CONTINUATION_FEATURES`.

    Args:
        whole: the prompt, its first bar at tick 0, and the new bars after it.
        n_prompt: bars of the prompt, at least one.
        n_new: bars after it, at least one.
    """
    table = as_table(whole, n_bars=n_prompt + n_new)
    before = as_table(slice_bars(whole, 0, n_prompt), n_bars=n_prompt)
    after = as_table(slice_bars(whole, n_prompt, n_prompt + n_new), n_bars=n_new)
    found = {
        **_changes(table, n_prompt),
        **_unheard(table, n_prompt),
        **_distances(before, after),
        **_lines(table, n_prompt),
        **_bars(table, n_prompt),
        **_textures(before, after),
    }
    return np.array([found[name] for name in CONTINUATION_FEATURES])


def _mean(values: FloatArray, where: BoolArray) -> float:
    return float(values[where].mean()) if where.any() else 0.0


def _n_tracks(table: NoteTable) -> int:
    return int(table.track.max(initial=-1)) + 1


def _length(table: NoteTable) -> FloatArray:
    """log2 of how long each note is, in 24ths of a quarter and one more."""
    return np.log2(1 + table.duration * 24 / table.ticks_per_quarter)


# ---- tracks against themselves -----------------------------------------------------------------


def _changes(table: NoteTable, n_prompt: int) -> dict[str, float]:
    """Who plays, and how the tracks that play on differ from themselves."""
    tracks, is_new = _n_tracks(table), table.bar >= n_prompt
    sides = (~is_new, is_new)
    old, new = (np.bincount(table.track[side], minlength=tracks) for side in sides)
    late = np.bincount(table.track[~is_new & (table.bar >= n_prompt - RECENT)], minlength=tracks)
    both = (old > 0) & (new > 0)
    pitched = both & (np.bincount(table.track[~table.is_drum], minlength=tracks) > 0)
    playing = max(1, int(((late > 0) | (new > 0)).sum()))
    n_new = table.n_bars - n_prompt
    lines = np.unique(np.stack([table.track[is_new], table.bar[is_new]]), axis=1).shape[1]
    found = {
        "silent_tracks": float(((late > 0) & (new == 0)).sum() / playing),
        "joining_tracks": float(((late == 0) & (new > 0)).sum() / playing),
        "gaps": 1 - lines / max(1, n_new * int((new > 0).sum())) if lines else 0.0,
    }

    def told(name: str, change: FloatArray, where: BoolArray) -> None:
        found[name] = _mean(change, where)
        found[f"{name}_change"] = _mean(np.abs(change), where)

    told("denser", np.log2(1 + new / n_new) - np.log2(1 + old / n_prompt), both)
    for name, spread, values, where in (
        ("higher", "pitch_spread", table.pitch / 12, pitched),
        ("longer", "length_spread", _length(table), pitched),
        ("louder", "velocity_spread", table.velocity / 127, both),
    ):
        (mean, deviation), (mean_new, deviation_new) = (
            _moments(table.track[side], values[side], tracks) for side in sides
        )
        told(name, mean_new - mean, where)
        told(spread, deviation_new - deviation, where)
    return found


def _moments(track: IntArray, values: FloatArray, tracks: int) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of each track's values, (K,)."""
    count = np.maximum(1, np.bincount(track, minlength=tracks))
    mean = np.bincount(track, values, minlength=tracks) / count
    square = np.bincount(track, (values - mean[track]) ** 2, minlength=tracks) / count
    return mean, np.sqrt(square)


def _unheard(table: NoteTable, n_prompt: int) -> dict[str, float]:
    """What tracks do that they have not done before, of tracks that have played."""
    is_drum, track = table.is_drum, table.track
    everything, steps = np.ones(len(table), bool), int(table.bar_steps.max(initial=1))
    kinds = {
        "pitch": (track * 128 + table.pitch, ~is_drum),
        "drum": (track * 128 + table.pitch, is_drum),
        "step": (track * steps + table.step, everything),
        "length": (track * 64 + np.rint(2 * _length(table)).astype(np.int64), ~is_drum),
        "velocity": (track * 8 + table.velocity // 16, everything),
        "place": ((track * 128 + table.pitch) * steps + table.step, everything),
        "chroma": (table.pitch % 12, ~is_drum),
    }
    found: dict[str, float] = {}
    for name, (code, of) in kinds.items():
        now, was = (
            _share_unheard(code[of], track[of], table.bar[of], first, last)
            for first, last in ((n_prompt, table.n_bars), (n_prompt // 2, n_prompt))
        )
        found |= {f"unheard_{name}": now, f"unheard_{name}_more": now - was}
    return found


def _share_unheard(code: IntArray, track: IntArray, bar: IntArray, first: int, last: int) -> float:
    """The share of notes in bars [first, last) whose code is in no bar before."""
    before = bar < first
    here = ~before & (bar < last) & np.isin(track, track[before])
    return float((~np.isin(code[here], code[before])).mean()) if here.any() else 0.0


# ---- both sides as a whole ---------------------------------------------------------------------


def _distances(before: NoteTable, after: NoteTable) -> dict[str, float]:
    steps = int(max(before.bar_steps.max(initial=1), after.bar_steps.max(initial=1)))
    together = [_together(table) for table in (before, after)]
    return {
        "chroma_distance": _apart(*map(pitch_class_counts, (before, after))),
        "step_distance": _apart(*(np.bincount(t.step, minlength=steps) for t in (before, after))),
        "together_more": together[1] - together[0],
    }


def _apart(one: IntArray, other: IntArray) -> float:
    """Half the sum of absolute differences between two distributions."""
    shares = [counts / max(1, counts.sum()) for counts in (one, other)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def _together(table: NoteTable) -> float:
    """The share of onsets at which more than one track begins a note."""
    begins = np.unique(np.stack([table.bar, table.step, table.track]), axis=1)
    _, count = np.unique(begins[:2], axis=1, return_counts=True)
    return float((count > 1).mean()) if len(count) else 0.0


def _textures(before: NoteTable, after: NoteTable) -> dict[str, float]:
    pairs = zip(_TEXTURES, _texture(before), _texture(after), strict=True)
    return {f"more_{name}": new - old for name, old, new in pairs}


def _texture(table: NoteTable) -> tuple[float, ...]:
    """In the order of `_TEXTURES`."""
    leaps, sounding = interval_histogram(table), interval_classes(table)
    return (
        *(pitch_class_entropy(table), bar_pitch_class_entropy(table), scale_consistency(table)),
        *(float(leaps[0]), float(leaps[1:3].sum()), float(leaps[4:].sum())),
        *(float(sounding[:2].sum()), float(sounding[5])),
        *(np.log2(max(1.0, polyphony(table))), np.log2(max(1.0, chord_size(table)))),
        silence_rate(table),
    )


# ---- what comes back ---------------------------------------------------------------------------


def _lines(table: NoteTable, n_prompt: int) -> dict[str, float]:
    """How much lines are like earlier ones of their track."""
    found: dict[str, float] = {}
    for kind, notes in (("", table.pitched()), ("drum_", table.drums())):
        tracks, n_bars = np.unique(notes.track), table.n_bars
        plays = np.zeros((len(tracks), n_bars), bool)
        line, rhythm = np.zeros((2, len(tracks), n_bars))
        for row, track in enumerate(tracks):
            mine = notes.track == track
            bar, step = notes.bar[mine], notes.step[mine]
            plays[row, bar] = True
            line[row] = _most_like_earlier(_alike(bar, step * 128 + notes.pitch[mine], n_bars))
            rhythm[row] = _most_like_earlier(_alike(bar, step, n_bars))
        literal = (line == _LITERAL).astype(np.float64)
        for name, values in zip(_LINES, (line, rhythm, literal), strict=True):
            found |= _new_and_more(f"{kind}{name}", values, plays, n_prompt)
    return found


def _bars(table: NoteTable, n_prompt: int) -> dict[str, float]:
    """How much bars are like earlier ones, and how full they are."""
    n_bars, steps = table.n_bars, int(table.bar_steps.max(initial=1))
    alike = _alike(table.bar, (table.track * steps + table.step) * 128 + table.pitch, n_bars)
    notes = np.bincount(table.bar, minlength=n_bars)
    plays = notes > 0
    found: dict[str, float] = {}
    for lag in _LAGS:
        earlier = np.append(np.zeros(min(lag, n_bars)), np.diagonal(alike, -lag))
        either = plays | np.append(np.zeros(min(lag, n_bars), bool), plays[:-lag])
        found |= _new_and_more(f"bar_{lag}", earlier, either, n_prompt)
    found |= _new_and_more("bar_any", _most_like_earlier(alike), plays, n_prompt)
    new = notes[n_prompt:]
    half = len(new) // 2
    return found | {
        "fuller": _log_ratio(new[half:].mean(), new[:half].mean()) if half else 0.0,
        "entry": _log_ratio(new[0], notes[n_prompt - 1]),
    }


def _log_ratio(one: float, other: float) -> float:
    return float(np.log2((1 + one) / (1 + other)))


def _alike(bar: IntArray, code: IntArray, n_bars: int) -> FloatArray:
    """The Jaccard index of every two bars by the codes in them, (n_bars, n_bars); 0 of silence."""
    codes, place = np.unique(code, return_inverse=True)
    has = np.zeros((n_bars, len(codes)), np.float32)
    has[bar, place] = 1
    shared, size = has @ has.T, has.sum(axis=1)
    return np.asarray(shared / np.maximum(1, size[:, None] + size - shared), np.float64)


def _most_like_earlier(alike: FloatArray) -> FloatArray:
    """How much each bar is like the most similar bar before it, (n_bars,)."""
    most: FloatArray = np.tril(alike, -1).max(axis=1)
    return most


def _new_and_more(
    name: str, values: FloatArray, where: BoolArray, n_prompt: int
) -> dict[str, float]:
    """Means of the new bars, and less those of the prompt's last; bars are the last axis."""
    late = slice(max(0, n_prompt - RECENT), n_prompt)
    new = _mean(values[..., n_prompt:], where[..., n_prompt:])
    return {f"{name}_new": new, f"{name}_more": new - _mean(values[..., late], where[..., late])}
