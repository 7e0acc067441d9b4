"""How often notes are held into a clash, and how often the model says so.

    python -m scripts.measure_clashes CORPUS [--model MODEL] [--windows 64]

Windows of the validation split are read as if all of them had to be written. Before each pitched
note, a length clashes if the note would still sound when a pitch a semitone or a whole tone away
begins (`segue.generation.clashes`): a line gives the probability that the model has for all that
clash together, how often one really came, and the number of nats less that makes the music
likeliest. For pitches see `measure_pitches`.
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
from segue.encoding.sequence import ATTRIBUTES, NOTE_EVENT, Column
from segue.encoding.vocabulary import DRUMS, DURATIONS

TRIED: Final = np.arange(0, 1.51, 0.05)
"""Nats."""
KINDS: Final = ("a semitone", "a whole tone")
_DURATION: Final = ATTRIBUTES.index("duration")


def seen(window: ReadWindow) -> Iterator[tuple[str, float, bool]]:
    """Of each pitched note beside others: the kind of clash, what the model gives to it, and
    whether it came.
    """
    lengths = F.softmax(window.logits[_DURATION], -1).numpy()
    notes = window.target[0].numpy()
    onset, pitch, length = notes[:, [Column.TIME, Column.PITCH, Column.DURATION]].T
    pitched = (notes[:, Column.KIND] == NOTE_EVENT) & (notes[:, Column.INSTRUMENT] != DRUMS)
    for t in np.flatnonzero(pitched):
        for semitones, kind in enumerate(KINDS, 1):
            beside = np.isin((pitch[:t] - pitch[t]) % 12, [semitones, 12 - semitones])
            later = onset[:t][pitched[:t] & beside & (onset[:t] > onset[t])]
            if len(later):
                reach = later.min() - onset[t] < DURATIONS
                yield f"lengths to {kind}", float(lengths[t, reach].sum()), bool(reach[length[t]])


def gain(nats: float, given: npt.NDArray[np.float64], came: npt.NDArray[np.float64]) -> float:
    """By how many nats a note the music is likelier if clashes lose so many."""
    remains = 1 - given * -np.expm1(-nats)
    return float(np.mean(-np.log(np.maximum(remains, 1e-9)) - nats * came))


@torch.no_grad()
def main(
    corpus: Annotated[Path, typer.Argument(help="The corpus, as built.")],
    model: Annotated[str, typer.Option(help="A shipped model's name, or a folder.")] = "band",
    windows: Annotated[int, typer.Option(help="Of the validation split.")] = 64,
) -> None:
    """Print what the model gives to clashes beside how often they come."""
    drawn = read_windows(corpus, model, windows)
    found: dict[str, list[tuple[float, bool]]] = {}
    for window in drawn:
        for kind, given_to_it, came_true in seen(window):
            found.setdefault(kind, []).append((given_to_it, came_true))
    for kind in sorted(found, reverse=True):
        given, came = np.array(found[kind], np.float64).T
        best = max(TRIED, key=lambda nats: gain(float(nats), given, came))
        print(
            f"{kind} away: the model {given.mean():.4f}, music {came.mean():.4f}; "
            f"{best:.2f} nats less gain {gain(float(best), given, came):.4f} nats a note"
        )


if __name__ == "__main__":
    typer.run(main)
