"""How much of a bar comes back where its surroundings are alike: what `segue.recall` knows.

    python -m scripts.measure_recall CORPUS [--songs N]

Bars of training songs are held against all other bars of their song, with the notes of one track,
or of all, unknown in up to eight bars; a least-squares regression says how alike the unknown notes
will be. On the validation split it prints what the likeliest bar has, beside the bar two before.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import typer

from segue.corpus import CorpusStore
from segue.files import json_bytes, write_bytes
from segue.generation.recall import heard_of
from segue.generation.window import Region
from segue.recall.heard import FEATURES, Played, Where
from segue.recall.likeliest import WEIGHTS
from segue.score import Score, slice_bars

HOLE_BARS: Final = (1, 2, 4, 8)
MOST_BARS: Final = 400
"""Longer songs are left out."""
RIDGE: Final = 1e-3
PROMPT_BARS: Final = 8
"""Of half of the songs that are continued; the others are known from their beginning."""

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Bar:
    """A bar, and those that it may be like, J of them."""

    features: FloatArray
    """(J, F)."""
    alike: FloatArray
    """Note F1 of each with what the bar really has, (J,)."""
    away: npt.NDArray[np.int64]
    """How many bars, (J,)."""


def main(
    corpus: Path,
    songs: Annotated[int, typer.Option(min=10, help="Of the training split.")] = 600,
    valid: Annotated[int, typer.Option(min=10, help="Of the validation split.")] = 200,
) -> None:
    """Fit, write, and print."""
    store = CorpusStore.open(corpus)
    weights: dict[str, dict[str, float]] = {}
    for where in Where:
        train, held_out = (
            [bar for score in scores(store, split, count, seed=1) for bar in bars_of(score, where)]
            for split, count in (("train", songs), ("valid", valid))
        )
        fitted = fit(train)
        weights[where] = dict(zip(FEATURES, fitted.round(4).tolist(), strict=True))
        print(f"{where}: {len(train):,} bars of the training split")
        print_held_out(held_out, fitted)
    about: dict[str, Any] = {"songs": songs, "by": "scripts/measure_recall.py"}
    write_bytes(WEIGHTS, json_bytes({**about, "weights": weights}))


def scores(store: CorpusStore, split: str, count: int, *, seed: int) -> list[Score]:
    """Random songs that are not too long."""
    random, found = np.random.default_rng(seed), []
    for index in random.permutation(store.split(split)).tolist():
        score = store.score(index)
        if 8 <= score.n_bars <= MOST_BARS and len(score.tracks) > 1:
            found.append(score)
        if len(found) == count:
            break
    return found


def bars_of(score: Score, where: Where) -> list[Bar]:
    """The bars of a random hole, or of a continuation, as far as they have notes."""
    score, region = hole_of(score, where)
    heard = heard_of(score, region)
    now, nothing = heard.now, np.zeros(0, np.int64)
    heard = replace(heard, now=Played.of(nothing, nothing, len(heard.lengths)))
    found = []
    for bar in range(region.first, region.last) if heard.where == where else ():
        truth, others = now.of_bar(bar), heard.candidates(bar)
        if len(truth) and len(others):
            alike = now.likeness(truth)[others]
            found.append(Bar(heard.features(bar)[others], alike, others - bar))
        heard = heard.with_bar(bar, truth)
    return found


def hole_of(score: Score, where: Where) -> tuple[Score, Region]:
    """A random hole of a song, and what is known of the song beside it."""
    random = np.random.default_rng(score.n_notes)
    tracks = (int(random.integers(len(score.tracks))),) if where == Where.BESIDE else None
    count, n_bars = int(random.choice(HOLE_BARS)), score.n_bars
    if where == Where.AFTER:
        first = int(random.integers(2, n_bars))
        begin = max(0, first - PROMPT_BARS) if random.random() < 0.5 else 0
        score = slice_bars(score, begin, min(first + count, n_bars))
        first, n_bars = first - begin, score.n_bars
    else:
        first = int(random.integers(max(1, n_bars - count)))
    return score, Region(first, max(first, min(first + count, n_bars)), tracks)


def fit(bars: list[Bar]) -> FloatArray:
    """Least squares; every bar counts as much as another, however many candidates it has."""
    square: FloatArray = np.diag(np.full(len(FEATURES), RIDGE))
    right: FloatArray = np.zeros(len(FEATURES))
    for bar in bars:
        square += np.divide(bar.features.T @ bar.features, len(bar.alike))
        right += np.divide(bar.features.T @ bar.alike, len(bar.alike))
    return np.linalg.solve(square, right).astype(np.float64)


def print_held_out(bars: list[Bar], weights: FloatArray) -> None:
    """Note F1 of the likeliest bar by what was expected, of the bar two before, of the best."""
    expected = [bar.features @ weights for bar in bars]
    got = np.array([bar.alike[np.argmax(e)] for bar, e in zip(bars, expected, strict=True)])
    said = np.array([e.max() for e in expected])
    two = [bar.alike[bar.away == -2].sum() for bar in bars]
    best = [bar.alike.max() for bar in bars]
    print(
        f"  {len(bars)} bars: likeliest {got.mean():.3f}, two before {np.mean(two):.3f}, "
        f"best {np.mean(best):.3f}"
    )
    for low, high in ((-9, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 9)):
        of = (said >= low) & (said < high)
        if of.any():
            print(f"  expected {low:g} to {high:g}: {of.mean():.2f} of bars, {got[of].mean():.3f}")


if __name__ == "__main__":
    typer.run(main)
