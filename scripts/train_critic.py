"""Train the critic of a model, which ranks takes, and write it into the model's folder.

    python -m scripts.train_critic CORPUS --model MODEL_FOLDER --work FOLDER

The model continues prompts of the train split; what it writes is kept in the working folder, so
that a stopped run goes on. A logistic regression then learns to tell what really came next from the
takes, and from the prompt's own first or last bars copied: without copies among what is wrong, it
would like nothing better than a copy. Examples are weighed so that real music and all that is not
count alike. Figures on the card are of prompts that were held out in turn.
"""

from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import typer
from rich.progress import track
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from scripts.written_takes import Answered, Asked, read_takes, write_takes
from segue.corpus import CorpusStore
from segue.evaluation.distances.two_sample import area_under_curve
from segue.files import make_folder
from segue.generation.composer import load
from segue.generation.critic import (
    FAR,
    NEW_BARS,
    PROMPT_BARS,
    Critic,
    heard,
    write_critic,
)
from segue.metrics import CONTINUATION_FEATURES
from segue.models.folder import model_folder
from segue.score import Score, append_bars, slice_bars

FloatArray = npt.NDArray[np.float64]

SEED: Final = 71
TAKES: Final = 4
FOLDS: Final = 10
STRENGTHS: Final = (0.01, 0.03, 0.1)
"""Of the weights, inverse; the one that tells held-out takes best is kept."""
COPIES: Final = 0.5
"""What a copy counts beside a take; there are two of each prompt (experiments/LOG.md)."""
REAL, TAKE, COPY = range(3)


class Examples:
    """The features of real and written continuations, what they are and of which prompt."""

    def __init__(self, answered: list[Answered]) -> None:
        rows, kinds, prompts = [], [], []
        for each in track(answered, "measuring"):
            pieces = [(REAL, each.real), *((TAKE, t) for t in each.takes), *copies(each.real)]
            for kind, piece in pieces:
                rows.append(heard(piece, n_prompt=PROMPT_BARS, n_new=NEW_BARS))
                kinds.append(kind)
                prompts.append(each.number)
        self.rows, self.kind, self.prompt = np.stack(rows), np.array(kinds), np.array(prompts)
        wrong = TAKES + 2 * COPIES
        self.weight = np.choose(self.kind, [wrong, 1.0, COPIES])


def copies(real: Score) -> list[tuple[int, Score]]:
    """A prompt with its first, or its last bars once more."""
    prompt = slice_bars(real, 0, PROMPT_BARS)
    firsts = (0, PROMPT_BARS - NEW_BARS)
    bars = [slice_bars(prompt, first, first + NEW_BARS) for first in firsts]
    return [(COPY, append_bars(prompt, copied, at_bar=PROMPT_BARS)) for copied in bars]


def fit(examples: Examples, chosen: npt.NDArray[Any], strength: float) -> Critic:
    """The critic of some examples."""
    rows = examples.rows[chosen]
    mean, deviation = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    away = np.clip((rows - mean) / deviation, -FAR, FAR)
    model = LogisticRegression(C=strength, max_iter=5000)
    model.fit(away, examples.kind[chosen] == REAL, sample_weight=examples.weight[chosen])
    return Critic(mean, deviation, model.coef_[0])


def held_out(examples: Examples, strength: float) -> FloatArray:
    """What is said of each example by a critic that has not seen its prompt."""
    odds = np.zeros(len(examples.rows))
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    for train, test in folds.split(examples.rows, groups=examples.prompt):
        critic = fit(examples, train, strength)
        odds[test] = [critic.weigh(row) for row in examples.rows[test]]
    return odds


def figures(examples: Examples, odds: FloatArray) -> dict[str, float]:
    """How well real continuations are told, over all prompts and beside those of their own."""
    kind, found = examples.kind, {}
    for name, other in (("takes", TAKE), ("copies", COPY)):
        found[f"auc_{name}"] = area_under_curve(odds[kind == other], odds[kind == REAL])
        found[f"beaten_{name}"] = float(
            np.mean([
                area_under_curve(odds[mine & (kind == other)], odds[mine & (kind == REAL)])
                for mine in (examples.prompt == n for n in np.unique(examples.prompt))
            ])
        )  # fmt: skip
    return {name: round(value, 4) for name, value in found.items()}


def main(
    corpus: Annotated[Path, typer.Argument(help="The corpus, as built.")],
    work: Annotated[Path, typer.Option(help="A folder for the takes; a stopped run goes on.")],
    model: Annotated[str, typer.Option(help="A shipped model's name, or a folder.")] = "band",
    out: Annotated[Path | None, typer.Option(help="By default the model's folder.")] = None,
    prompts: Annotated[int, typer.Option(help="Of the train split, with four takes each.")] = 300,
) -> None:
    """Write critic.json, and print the heaviest weights."""
    store, composer = CorpusStore.open(corpus), load(model)
    asked = Asked("train", prompts, TAKES, SEED, PROMPT_BARS, NEW_BARS)
    write_takes(store, composer, asked, work)
    examples = Examples(read_takes(work, asked))
    tried = {c: figures(examples, held_out(examples, c)) for c in STRENGTHS}
    strength = max(tried, key=lambda c: tried[c]["beaten_takes"] + tried[c]["beaten_copies"])
    critic = fit(examples, np.arange(len(examples.rows)), strength)
    card = {
        "what": "A logistic regression that ranks takes: real continuations against written ones.",
        "model": composer.name,
        "trained_on": {
            "split": "train",
            "prompts": len(np.unique(examples.prompt)),
            "takes_of_each": TAKES,
            "copies_of_each": 2,
            "weight_of_a_copy": COPIES,
            "prompt_bars": PROMPT_BARS,
            "new_bars": NEW_BARS,
            "seed": SEED,
        },
        "strength": strength,
        "held_out": tried[strength],
        "made_by": "scripts/train_critic.py",
        "licence": "Apache-2.0",
    }
    path = write_critic(make_folder(out or model_folder(model)), critic, card)
    for c, found in tried.items():
        print(f"strength {c}: {found}")
    for column in np.argsort(-np.abs(critic.weight)):
        print(f"{critic.weight[column]:+.3f} {CONTINUATION_FEATURES[column]}")
    print(path)


if __name__ == "__main__":
    typer.run(main)
