"""Asked against written: the tables of the trial of obedience.

- *Classes*: of each part and take, the class of the control that was asked, and the usual class of
  the new bars (`trials.facts`). Their rank correlation (Spearman); the share of parts in the asked
  class, and within one; the share that moved the way they were asked to. *Changes* are from the
  usual class of the part in the prompt, so that the register of an instrument counts for nothing.
- *Changes of takes*: notes a bar beside the prompt's, in percent (the mean of logarithms), and
  semitones beside its mean pitch, over the parts that play on, but for drums.
- *Keys*: the share of notes, but for drums, in the scale that was asked.
- *Chords*: the share of the time that notes sound in the chord that was asked, and of beats in
  which more does than does not; that of beats read again with its root (`trials.sounding`).
- *Instruments*: the share of those asked that play in a take, and of the prompt's others.

Beside each figure is the same one of takes with nothing asked.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import rankdata

from segue.encoding.controls import Control
from segue.evaluation.distances.bootstrap import Estimate, mean_interval, statistic_interval
from segue.evaluation.trials.facts import MUSIC, Facts
from segue.evaluation.trials.sounding import followed
from segue.evaluation.trials.trial import Figure, Row, row_of, table_of
from segue.evaluation.trials.wishes import (
    CHORD_WORDS,
    CHORDS,
    INSTRUMENTS,
    KEY,
    KEYS,
    NOTHING,
    TOLD,
    TOLD_CONTROLS,
    TOLD_STEPS,
    Wish,
)
from segue.evaluation.types import FloatArray, IntArray
from segue.generation.options import CHOICES
from segue.metrics import METRICS
from segue.theory.gm import DRUMS
from segue.theory.key import scale_of

__all__ = ["Asking", "Section", "sections_of"]

PLAIN: Final = "nothing asked"
_PLAIN: Final = "_plain"
"""What the names of figures of takes with nothing asked end with."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A table of the report."""

    name: str
    title: str
    figures: Sequence[Figure]
    rows: Sequence[Row]

    def table(self) -> list[list[str]]:
        """See `trial.table_of`."""
        return table_of(self.figures, self.rows)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A wish after a prompt, and what came of it."""

    prompt: int
    wish: Wish
    before: Facts
    """The prompt's."""
    classes: list[list[int]]
    """That are asked of each part, (P, N_CONTROLS); 0 is nothing."""
    takes: Sequence[Facts]


def sections_of(asked: Sequence[Asking], *, seed: int) -> list[Section]:
    """All tables; see the module. `seed`: of the resampling."""
    plain = {each.prompt: each.takes for each in asked if each.wish.kind == NOTHING}
    return [
        _of_classes(asked, plain, seed),
        _of_changes(asked, seed),
        _of_keys(asked, plain, seed),
        _of_chords(asked, plain, seed),
        _of_instruments(asked, plain, seed),
    ]


def _beside(name: str, title: str, better: str, digits: int = 2) -> list[Figure]:
    """A figure, and the same of takes with nothing asked."""
    return [
        Figure(name=name, title=title, better=better, digits=digits),
        Figure(name=name + _PLAIN, title=title, better=PLAIN, digits=digits),
    ]


Plain = dict[int, Sequence[Facts]]
"""The takes with nothing asked of each prompt."""


# ---- classes -------------------------------------------------------------------------------------

_CLASSES: Final = (
    *_beside("rank", "rank correlation of classes", "higher"),
    *_beside("rank_of_changes", "rank correlation of changes", "higher"),
    *_beside("inside", "in the asked class", "higher"),
    *_beside("within_one", "within one class", "higher"),
    *_beside("moved", "moved as asked", "higher"),
)


@dataclass(frozen=True)
class _Parts:
    """Parts of takes, (N,) each."""

    prompt: IntArray
    usual: IntArray
    """The class in the prompt."""
    asked: IntArray
    written: IntArray

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, int, int]]) -> "_Parts":
        columns = np.array(rows, np.int64).reshape(-1, 4).T
        return cls(*columns)


def _parts(each: Asking, takes: Sequence[Facts], control: Control) -> Iterator[tuple[int, ...]]:
    for take in takes:
        for asked, usual, written in zip(
            each.classes, each.before.classes, take.classes, strict=True
        ):
            if asked[control] and usual is not None and written is not None:
                yield each.prompt, usual[control], asked[control], written[control]


def _of_classes(asked: Sequence[Asking], plain: Plain, seed: int) -> Section:
    rows: list[Row] = []
    controls = [(name, Control[name.upper()], choice.values) for name, choice in CHOICES.items()]
    controls += [(TOLD, control, tuple(TOLD_STEPS)) for control in TOLD_CONTROLS]
    for kind, control, every in controls:
        called = f"{control.name.lower()}, told" if kind == TOLD else kind
        for words in (every, *((word,) for word in every)):
            chosen = [e for e in asked if e.wish.kind == kind and e.wish.word in words]
            own = [part for e in chosen for part in _parts(e, e.takes, control)]
            same = [part for e in chosen for part in _parts(e, plain[e.prompt], control)]
            values = _class_figures(_Parts.of(own), seed, whole=len(words) > 1)  # type: ignore[arg-type]
            beside = _class_figures(_Parts.of(same), seed, whole=len(words) > 1)  # type: ignore[arg-type]
            name = called if len(words) > 1 else f"{called}: {words[0]}"
            both = values | {key + _PLAIN: value for key, value in beside.items()}
            rows.append(Row(name=name, n=len(own), values=both))
    return Section(
        name="classes",
        title="Parts of takes: the class that was asked, and the one written",
        figures=_CLASSES,
        rows=rows,
    )


def _class_figures(parts: _Parts, seed: int, *, whole: bool) -> dict[str, Estimate | None]:
    """`whole`: whether these are all words of a choice, and not one of them."""
    names = [figure.name for figure in _CLASSES if not figure.name.endswith(_PLAIN)]
    if not len(parts.prompt):
        return dict.fromkeys(names)
    step, moved = parts.asked - parts.usual, parts.written - parts.usual
    off = np.abs(parts.written - parts.asked)
    to_move = step != 0

    def correlation(first: IntArray, second: IntArray) -> Estimate:
        return statistic_interval(
            lambda rows: rank_correlation(first[rows], second[rows]),
            groups=parts.prompt.tolist(),
            seed=seed,
        )

    def share(of: FloatArray, chosen: FloatArray | None = None) -> Estimate | None:
        kept = np.ones(len(of), bool) if chosen is None else chosen.astype(bool)
        if not kept.any():
            return None
        return mean_interval(
            of[kept].astype(np.float64), seed=seed, groups=parts.prompt[kept].tolist()
        )

    return {
        "rank": correlation(parts.asked, parts.written),
        "rank_of_changes": correlation(step, moved) if whole else None,
        "inside": share(off == 0),
        "within_one": share(off <= 1),
        "moved": share(np.sign(moved) == np.sign(step), to_move),
    }


def rank_correlation(first: IntArray, second: IntArray) -> float:
    """Spearman's, of (N,) and (N,); 0 where either is constant."""
    a, b = rankdata(first), rankdata(second)
    a, b = a - a.mean(), b - b.mean()
    norm = math.sqrt(float((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / norm if norm else 0.0


# ---- takes ---------------------------------------------------------------------------------------


def _of_changes(asked: Sequence[Asking], seed: int) -> Section:
    titles = {metric.name: metric.title for metric in METRICS}
    figures = (
        Figure(name="notes", title="notes a bar, %", better="beside the prompt", digits=0),
        Figure(name="semitones", title="semitones", better="beside the prompt", digits=1),
        *(Figure(name=name, title=titles[name], better="as with nothing asked") for name in MUSIC),
    )
    rows = [_prompts_row(asked, figures, seed)]
    for name in dict.fromkeys(each.wish.name for each in asked):
        chosen = [each for each in asked if each.wish.name == name]
        found = [
            {"notes": _log_notes(e, take), "semitones": _semitones(e, take), **take.music}
            for e in chosen
            for take in e.takes
        ]
        groups = [e.prompt for e in chosen for _ in e.takes]
        row = row_of(name, found, figures=figures, groups=groups, seed=seed)
        values = {**row.values, "notes": _as_percent(row.values["notes"])}
        rows.append(Row(name=f"{name} asked" if name == NOTHING else name, n=row.n, values=values))
    return Section(name="changes", title="Takes beside their prompts", figures=figures, rows=rows)


def _prompts_row(asked: Sequence[Asking], figures: Sequence[Figure], seed: int) -> Row:
    """The prompts themselves, for what their music is like."""
    before = {each.prompt: each.before for each in asked}
    found: list[dict[str, float | None]] = [
        {"notes": None, "semitones": None, **facts.music} for facts in before.values()
    ]
    return row_of("the prompts", found, figures=figures, groups=list(before), seed=seed)


def _log_notes(each: Asking, take: Facts) -> float:
    return math.log(max(take.notes_a_bar, _LEAST) / max(each.before.notes_a_bar, _LEAST))


_LEAST: Final = 0.25
"""Notes a bar, so that silence has a logarithm."""


def _as_percent(log: Estimate | None) -> Estimate | None:
    if log is None:
        return None
    value, low, high = (100 * math.expm1(each) for each in (log.value, log.low, log.high))
    return Estimate(value=value, low=low, high=high)


def _semitones(each: Asking, take: Facts) -> float | None:
    """The mean over the parts that play on, each beside its own pitch in the prompt."""
    drums = [instrument == DRUMS for instrument in each.before.roster]
    moved = [
        after[Control.REGISTER] - before[Control.REGISTER]
        for before, after, is_drum in zip(each.before.values, take.values, drums, strict=True)
        if before is not None and after is not None and not is_drum
    ]
    return float(np.mean(moved)) if moved else None


# ---- keys, chords and instruments ----------------------------------------------------------------


def _of_keys(asked: Sequence[Asking], plain: Plain, seed: int) -> Section:
    return _shares(
        "keys",
        "Keys: notes in the scale that was asked",
        _beside("inside", "share in the scale", "higher", 3),
        {word: [e for e in asked if e.wish.kind == KEY and e.wish.word == word] for word in KEYS},
        lambda each, take: {"inside": _in_scale(each, take)},
        plain,
        seed,
    )


def _in_scale(each: Asking, take: Facts) -> float | None:
    key, counts = each.wish.options.key_number, np.array(take.pitch_classes)
    assert key is not None
    return float(counts[list(scale_of(key))].sum() / counts.sum()) if counts.sum() else None


def _of_chords(asked: Sequence[Asking], plain: Plain, seed: int) -> Section:
    def measured(each: Asking, take: Facts) -> dict[str, float | None]:
        chart = each.wish.options.chart
        assert chart is not None
        return followed(take.beats, chart)

    chosen = [each for each in asked if each.wish.kind == CHORDS]
    return _shares(
        "chords",
        "Chords: what sounds in the chord that was asked",
        [
            *_beside("time", "share of the time in the chord", "higher"),
            *_beside("beats", "beats with more in the chord than outside", "higher"),
            *_beside("roots", "beats read again with its root", "higher"),
        ],
        {word: [e for e in chosen if e.wish.word == word] for word in CHORD_WORDS},
        measured,
        plain,
        seed,
    )


def _of_instruments(asked: Sequence[Asking], plain: Plain, seed: int) -> Section:
    return _shares(
        "instruments",
        "Instruments: half of the prompt's, and one that it does not have",
        [
            *_beside("own", "the prompt's own that were asked play", "higher"),
            *_beside("added", "the one that was added plays", "higher"),
            *_beside("others", "the prompt's others play", "lower"),
        ],
        {"instruments": [e for e in asked if e.wish.kind == INSTRUMENTS]},
        _who_plays,
        plain,
        seed,
    )


def _who_plays(each: Asking, take: Facts) -> dict[str, float | None]:
    before, playing = set(each.before.instruments), set(take.instruments)
    wanted = set(each.wish.options.programs(before) or ())
    return {
        "own": _share(wanted & before, playing),
        "added": _share(wanted - before, playing),
        "others": _share(before - wanted, playing),
    }


def _share(of: set[int], playing: set[int]) -> float | None:
    return len(of & playing) / len(of) if of else None


def _shares(
    name: str,
    title: str,
    figures: list[Figure],
    rows: dict[str, list[Asking]],
    measured: Callable[[Asking, Facts], dict[str, float | None]],
    plain: Plain,
    seed: int,
) -> Section:
    """A row for each name, of takes and, beside them, of takes with nothing asked."""
    found = []
    for word, chosen in rows.items():
        takes = [
            measured(each, own)
            | {key + _PLAIN: value for key, value in measured(each, same).items()}
            for each in chosen
            for own, same in zip(each.takes, plain[each.prompt], strict=True)
        ]
        groups = [each.prompt for each in chosen for _ in each.takes]
        found.append(row_of(word, takes, figures=figures, groups=groups, seed=seed))
    return Section(name=name, title=title, figures=figures, rows=found)
