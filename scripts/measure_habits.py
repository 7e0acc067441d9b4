"""How rarely a part does something for the first time, and how rarely the model says so.

    python -m scripts.measure_habits CORPUS [--model MODEL] [--windows 32]

Windows of the validation split are read as if all of them had to be written. Before each note, a
value is new if its part has not used it in the window so far: a line gives the probability that the
model has for all new values together, how often one really came, and the number of nats for each
doubling of the part's notes that makes the music likeliest. `segue.generation.habits` begins from
these.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import torch
import typer
from torch.nn import functional as F

from scripts.read_windows import ReadWindow, read_windows
from segue.encoding.sequence import ATTRIBUTES
from segue.encoding.vocabulary import DRUMS, MAX_PARTS

FloatArray = npt.NDArray[np.float64]

TRIED: Final = np.arange(0, 1.01, 0.05)
"""Nats for each doubling."""
KINDS: Final = ("pitched", "drums")


def seen(window: ReadWindow) -> Iterator[tuple[int, bool, int, float, bool]]:
    """Of each choice: the attribute, whether drums play, the notes of the part before, what the
    model gives to new values, and whether one came.
    """
    counted = (window.is_note[0] * window.batch.weights[0] > 0).numpy()
    is_drum = (window.batch.instruments[0] == DRUMS).numpy()
    part = window.truth[0][0].numpy()
    for attribute in range(1, len(ATTRIBUTES)):
        probability = F.softmax(window.logits[attribute], -1).numpy()
        value = window.truth[attribute][0].numpy()
        new = np.ones((MAX_PARTS, probability.shape[-1]), bool)
        notes = np.zeros(MAX_PARTS, np.int64)
        for t in np.flatnonzero(counted):
            p, v = part[t], value[t]
            given = float(probability[t, new[p]].sum())
            yield attribute, bool(is_drum[p]), int(notes[p]), given, bool(new[p, v])
            new[p, v], notes[p] = False, notes[p] + 1


def gain(nats: float, notes: FloatArray, given: FloatArray, new: FloatArray) -> float:
    """By how many nats the music is likelier if new values lose so many for each doubling."""
    lost = nats * np.log2(1 + notes)
    remains = 1 - given * -np.expm1(-lost)
    return float((-np.log(np.maximum(remains, 1e-9)) - lost * new).sum())


@torch.no_grad()
def main(
    corpus: Annotated[Path, typer.Argument(help="The corpus, as built.")],
    model: Annotated[str, typer.Option(help="A shipped model's name, or a folder.")] = "band",
    windows: Annotated[int, typer.Option(help="Of the validation split.")] = 32,
) -> None:
    """Print what the model gives to new values beside how often they come."""
    drawn = read_windows(corpus, model, windows)
    rows = np.array([row for window in drawn for row in seen(window)])
    for attribute in range(1, len(ATTRIBUTES)):
        for drums, kind in enumerate(KINDS):
            _, _, notes, given, new = rows[(rows[:, 0] == attribute) & (rows[:, 1] == drums)].T
            best = max(TRIED, key=lambda nats: gain(float(nats), notes, given, new))
            print(f"{ATTRIBUTES[attribute]}, {kind}: {best:.2f} nats for each doubling")
            for low in 2 ** np.arange(0, 9, 2):
                here = (notes >= low) & (notes < 4 * low)
                if here.any():
                    figures = f"the model {given[here].mean():.4f}, music {new[here].mean():.4f}"
                    print(f"  after {low} to {4 * low - 1} notes: {figures}")


if __name__ == "__main__":
    typer.run(main)
