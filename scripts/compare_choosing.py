"""Whether the take that is ranked first is nearer to real music than one at random, and by whom.

    python -m scripts.compare_choosing CORPUS --work FOLDER [--judge-work FOLDER]

Eight takes of each prompt of the validation split are ranked by the model's probability and by its
critic; the sets of what ranks first, and of the best four, are held against other real music of the
split by the report's figures. `at random` is the mean of the eight sets of one take a prompt.

With `--judge-work`, the working folder of `train_critic`, one more judge listens: boosted trees
over the features of the new bars alone, trained on real and written bars of the train split. It is
another classifier on other numbers than the critic, and each take gets its odds, so that a choice
can be compared with the mean of its own prompt's takes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.ensemble import GradientBoostingClassifier

from scripts.train_critic import SEED as TRAIN_SEED
from scripts.train_critic import TAKES as TRAIN_TAKES
from scripts.written_takes import Answered, Asked, read_takes, write_takes
from segue.corpus import CorpusStore
from segue.errors import InputError
from segue.evaluation import comparable, density_overlap, feature_frechet, tell_apart
from segue.evaluation.distances.bootstrap import distance_interval
from segue.evaluation.distances.frechet import MIN_DEVIATION
from segue.evaluation.distances.two_sample import area_under_curve
from segue.evaluation.encoder.excerpt_encoder import embed
from segue.generation.composer import load
from segue.generation.critic import NEW_BARS, PROMPT_BARS, Critic, critic_of
from segue.generation.take import order_of, overlap, places
from segue.generation.window import Region
from segue.metrics import FEATURE_NAMES, feature_matrix
from segue.models.folder import model_folder
from segue.score import Score, slice_bars

FloatArray = npt.NDArray[np.float64]

SPLIT: Final = "valid"
SEED: Final = 83
DRAWN: Final = 8
SHOWN: Final = 4
REGION: Final = Region(PROMPT_BARS, PROMPT_BARS + NEW_BARS)
RESAMPLES: Final = 200
MOST: Final = 10_000
"""More prompts than a working folder has."""
AT_RANDOM: Final = "at random"
MEANS: Final = {
    "repeated": "leap_0",
    "bar again": "repeat_pitched_1",
    "drums again": "repeat_drums_1",
    "entropy": "pitch_class_entropy",
}
"""Columns that show the mean of a feature; real music's are in the first row."""


def new_bars(piece: Score) -> Score:
    """What follows the prompt."""
    return slice_bars(piece, REGION.first, REGION.last)


def odds_of(critic: Critic, answered: list[Answered]) -> FloatArray:
    """What the critic says of each take, (prompts, takes)."""
    return np.array(
        [
            [critic.judge(take, REGION) for take in each.takes]
            for each in track(answered, "the critic listens")
        ]
    )


class Judge:
    """Trees that tell real new bars from written ones, without their prompt."""

    def __init__(self, answered: list[Answered]) -> None:
        rows = [_features([each.real, *each.takes]) for each in track(answered, "the judge learns")]
        real = np.array([take == 0 for each in rows for take in range(len(each))])
        self._trees = GradientBoostingClassifier(
            n_estimators=150, learning_rate=0.08, max_depth=3, subsample=0.5, max_features="sqrt",
            random_state=0,
        )  # fmt: skip
        weight = np.where(real, TRAIN_TAKES, 1)
        self._trees.fit(np.concatenate(rows), real, sample_weight=weight)

    def odds(self, pieces: list[Score]) -> FloatArray:
        """Log-odds that each is real, (N,)."""
        return np.asarray(self._trees.decision_function(_features(pieces)))


def _features(pieces: list[Score]) -> FloatArray:
    return feature_matrix([comparable(new_bars(piece)) for piece in pieces], n_bars=NEW_BARS)


def interval(values: FloatArray) -> str:
    """Mean over prompts, with the half width of its 95 % interval."""
    half = 1.96 * values.std(ddof=1) / np.sqrt(len(values))
    return f"{values.mean():+.3f} ± {half:.3f}"


def likeness(answered: list[Answered], chosen: npt.NDArray[np.int64]) -> float:
    """How much two takes of a prompt have in common, mean over pairs and prompts."""
    found = []
    for each, mine in zip(answered, chosen, strict=True):
        notes = [places(new_bars(each.takes[take])) for take in mine]
        found += [overlap(a, b) for i, a in enumerate(notes) for b in notes[:i]]
    return float(np.mean(found))


@dataclass(frozen=True)
class Measured:
    """What is compared of a set of excerpts."""

    features: FloatArray
    """(N, F)."""
    embeddings: FloatArray
    """Of the excerpt encoder, (N, 64)."""

    @classmethod
    def of(cls, scores: Sequence[Score]) -> "Measured":
        """Of new bars alone, from tick 0."""
        heard = [comparable(score) for score in scores]
        return cls(feature_matrix(heard, n_bars=NEW_BARS), embed(heard, n_bars=NEW_BARS))

    def select(self, rows: npt.NDArray[np.int64]) -> "Measured":
        """Some of them."""
        return Measured(self.features[rows], self.embeddings[rows])


def figures(real: Measured, written: Measured, groups: npt.NDArray[np.int64]) -> dict[str, float]:
    """The report's figures of a set; `groups`: the prompt of each."""
    x, y = real.features, written.features
    auc = tell_apart(x, y, seed=0, groups=groups.tolist(), n_resamples=RESAMPLES).auc
    frechet, gap = (
        distance_interval(
            distance,
            n_real=len(x),
            n_generated=len(y),
            seed=0,
            groups=groups.tolist(),
            n_resamples=RESAMPLES,
        )
        for distance in (
            lambda a, b: feature_frechet(x[a], y[b]),
            lambda a, b: _gap(x[a], y[b]),
        )
    )
    means = dict(zip(FEATURE_NAMES, y.mean(axis=0).tolist(), strict=True))
    return {
        "AUC": auc.value,
        "± AUC": (auc.high - auc.low) / 2,
        "Frechet": frechet.value,
        "± Frechet": (frechet.high - frechet.low) / 2,
        "gap": gap.value,
        "± gap": (gap.high - gap.low) / 2,
        "OA": float(density_overlap(x, y).mean()),
        "encoder": feature_frechet(real.embeddings, written.embeddings),
        **{column: means[name] for column, name in MEANS.items()},
    }


def _gap(x: FloatArray, y: FloatArray) -> float:
    """How far the means of features are apart, in standard deviations of the real ones."""
    deviation = np.maximum(x.std(axis=0), MIN_DEVIATION)
    return float(np.abs((y.mean(axis=0) - x.mean(axis=0)) / deviation).mean())


def show(title: str, rows: dict[str, dict[str, float]]) -> None:
    """Print a table of figures."""
    first = next(iter(rows.values()))
    table = Table("", *first, title=title)
    for name, row in rows.items():
        table.add_row(name, *(f"{value:.3f}" for value in row.values()))
    Console(width=190).print(table)


def judged(judge: Judge, answered: list[Answered], ways: dict[str, npt.NDArray[np.int64]]) -> None:
    """Print what the judge says of each way to choose, against the mean of the same prompt."""
    odds = np.array([judge.odds([each.real, *each.takes]) for each in answered])
    real, takes = odds[:, 0], odds[:, 1:]
    print(f"judge: AUC of real against takes {area_under_curve(takes.ravel(), real):.3f}")
    mean = takes.mean(axis=1)
    print(f"judge: what came next, less the mean take: {interval(real - mean)}")
    for name, chosen in ways.items():
        mine = np.take_along_axis(takes, chosen, axis=1).mean(axis=1)
        beaten = area_under_curve(np.take_along_axis(takes, chosen, axis=1).ravel(), real)
        print(f"judge: {name}: {interval(mine - mean)}, AUC {beaten:.3f}")


def main(
    corpus: Annotated[Path, typer.Argument(help="The corpus, as built.")],
    work: Annotated[Path, typer.Option(help="A folder for the takes; a stopped run goes on.")],
    judge_work: Annotated[Path | None, typer.Option(help="Takes of the train split.")] = None,
    model: Annotated[str, typer.Option(help="A shipped model's name, or a folder.")] = "band",
    prompts: Annotated[int, typer.Option(help="Of the validation split.")] = 60,
) -> None:
    """Print the figures of each way to choose."""
    store, composer = CorpusStore.open(corpus), load(model)
    critic = critic_of(model_folder(model))
    if critic is None:
        raise InputError(f"{model} has no critic; make one with scripts/train_critic.py")
    asked = Asked(SPLIT, prompts, DRAWN, SEED, PROMPT_BARS, NEW_BARS)
    write_takes(store, composer, asked, work)
    answered = read_takes(work, asked)
    n = len(answered)
    probability = np.array([each.log_probabilities for each in answered])
    odds = odds_of(critic, answered)
    notes = [[places(new_bars(take)) for take in each.takes] for each in answered]
    orders = {
        name: np.array([order_of(w, p) for w, p in zip(values.tolist(), notes, strict=True)])
        for name, values in (("probability", probability), ("critic", odds))
    }
    everyone = np.tile(np.arange(DRAWN), (n, 1))
    ones = {f"{AT_RANDOM}, {take + 1}": everyone[:, [take]] for take in range(DRAWN)}
    ones |= {f"first of 8 by {name}": order[:, :1] for name, order in orders.items()}
    ones |= {
        f"first of 4 by {name}": np.argsort(-values[:, :SHOWN], axis=1, kind="stable")[:, :1]
        for name, values in (("probability", probability), ("critic", odds))
    }
    fours = {"takes 1 to 4": everyone[:, :SHOWN], "takes 5 to 8": everyone[:, SHOWN:]}
    fours |= {f"best 4 of 8 by {name}": order[:, :SHOWN] for name, order in orders.items()}
    if judge_work is not None:
        train = Asked("train", MOST, TRAIN_TAKES, TRAIN_SEED, PROMPT_BARS, NEW_BARS)
        judged(Judge(read_takes(judge_work, train)), answered, ones | fours)
    for name, chosen in fours.items():
        print(f"{name}: two takes share {likeness(answered, chosen):.3f} of their notes")
    takes = Measured.of([new_bars(take) for each in answered for take in each.takes])
    came = Measured.of([new_bars(each.real) for each in answered])
    for size, ways in ((1, ones), (SHOWN, fours)):
        other = replace(asked, count=size * n)
        real, more = (
            Measured.of([each.score for each in other.excerpts(store, seed=seed)])
            for seed in (SEED + 1, SEED + 2)
        )
        rows = {"real music": figures(real, more, np.arange(size * n))}
        if size == 1:
            rows["what came next"] = figures(real, came, np.arange(n))
        for name, chosen in ways.items():
            picked = takes.select((chosen + DRAWN * np.arange(n)[:, None]).ravel())
            rows[name] = figures(real, picked, np.repeat(np.arange(n), size))
        show(f"{size} of each of {n} prompts", with_mean(rows))


def with_mean(rows: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """The rows of takes at random as one, their mean."""
    random = [row for name, row in rows.items() if name.startswith(AT_RANDOM)]
    if not random:
        return rows
    mean = {column: float(np.mean([row[column] for row in random])) for column in random[0]}
    kept = {name: row for name, row in rows.items() if not name.startswith(AT_RANDOM)}
    return kept | {f"{AT_RANDOM}, mean of {len(random)}": mean}


if __name__ == "__main__":
    typer.run(main)
