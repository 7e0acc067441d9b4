"""How pitches are chosen in real music, and how the model says they are.

    python -m scripts.measure_pitches CORPUS [--model MODEL] [--windows 64]

Windows of the validation split are read as if all of them had to be written. Before each pitched
note, the pitches that `segue.generation` makes likelier or less likely are told apart by kind:
steps from the notes before and pitches outside of the register (`lines`), what is new to the part
or to the piece (`habits`), clashes and tritones with what sounds (`clashes`). A line gives the
probability that the model has for each kind, how often it really came, and its nats: all of them
together make the music likeliest, by a log-linear model on top of the network's, fitted by Newton's
method.
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
from segue.encoding.vocabulary import DRUMS, DURATIONS, MAX_PARTS, IntArray
from segue.generation.clashes import CLASSES, clashing, tritones
from segue.generation.lines import OF_USUAL_STEPS, STEPS, USUAL_STEPS, beside, outside
from segue.units import N_PITCHES, OCTAVE

FloatArray = npt.NDArray[np.float64]

KINDS: Final = (
    *(
        "a step of a semitone, by the share of steps",
        "a step of a whole tone, by the share of steps",
    ),
    "an octave outside of the register",
    "new to the part, for each doubling of its notes",
    "of a class that is new to the piece, for each doubling of its notes",
    *("a semitone from what sounds", "a whole tone from what sounds", "a tritone from what sounds"),
)
ROUNDS: Final = 12
_PITCHES: Final = np.arange(N_PITCHES)


class Heard:
    """What a window has played so far; events come one by one."""

    def __init__(self) -> None:
        self._before: list[IntArray] = [np.zeros(0, np.int64)] * MAX_PARTS
        self._latest: list[IntArray] = [np.zeros(0, np.int64)] * MAX_PARTS
        self._at = np.full(MAX_PARTS, -1)
        self._lowest, self._highest = np.full(MAX_PARTS, N_PITCHES), np.full(MAX_PARTS, -1)
        self._lines, self._steps = np.zeros(MAX_PARTS), np.zeros(MAX_PARTS)
        self._notes: list[tuple[int, int, int, int]] = []
        """Onset, end, pitch and part of each."""

    def kinds(self, part: int, time: int) -> FloatArray:
        """What each pitch of a note would be, (N_PITCHES, kinds)."""
        found = np.zeros((N_PITCHES, len(KINDS)))
        before = self._onset_before(part, time)
        if len(before) == 1 and self._at[part] != time:
            share = self._steps[part] + OF_USUAL_STEPS * USUAL_STEPS
            share /= self._lines[part] + OF_USUAL_STEPS
            last = np.isin(_PITCHES, before)[None]
            for kind in range(len(STEPS)):
                found[:, kind] = share * beside(last, kind + 1)[0]
        if self._highest[part] >= 0:
            found[:, 2] = outside(self._lowest[[part]], self._highest[[part]])[0]
        notes = np.array(self._notes, np.int64).reshape(-1, 4)
        own = notes[notes[:, 3] == part, 2]
        found[:, 3] = ~np.isin(_PITCHES, own) * np.log2(1 + len(own))
        found[:, 4] = ~np.isin(CLASSES, notes[:, 2] % OCTAVE) * np.log2(1 + len(notes))
        sounds = notes[(notes[:, 0] <= time) & (notes[:, 1] > time), 2] % OCTAVE
        sounding = np.isin(np.arange(OCTAVE), sounds)[None]
        for kind, classes in enumerate((*clashing(sounding), tritones(sounding)), 5):
            found[:, kind] = classes[0, CLASSES]
        return found

    def hear(self, part: int, time: int, pitch: int, length: int) -> None:
        """Hear a note more."""
        before = self._onset_before(part, time)
        self._lines[part] += len(before) > 0
        self._steps[part] += np.isin(np.abs(before - pitch), (1, 2)).any()
        if self._at[part] != time:
            self._before[part], self._latest[part] = self._latest[part], np.zeros(0, np.int64)
            self._at[part] = time
        self._latest[part] = np.append(self._latest[part], pitch)
        self._lowest[part] = min(self._lowest[part], pitch)
        self._highest[part] = max(self._highest[part], pitch)
        self._notes.append((time, time + length, pitch, part))

    def _onset_before(self, part: int, time: int) -> IntArray:
        return self._before[part] if self._at[part] == time else self._latest[part]


def seen(window: ReadWindow) -> Iterator[tuple[FloatArray, FloatArray, int]]:
    """Of each pitched note to be written: what the model gives to each pitch, in nats,
    (N_PITCHES,), what kinds they are of, (N_PITCHES, kinds), and the pitch that came.
    """
    logits = window.logits[ATTRIBUTES.index("pitch")]
    given = F.log_softmax(logits, -1)[:, :N_PITCHES].double().numpy()
    notes, counts = window.target[0].numpy(), window.batch.weights[0].numpy() > 0
    pitched = (notes[:, Column.KIND] == NOTE_EVENT) & (notes[:, Column.INSTRUMENT] != DRUMS)
    heard = Heard()
    for t in np.flatnonzero(pitched):
        part, time, pitch = (int(notes[t, c]) for c in (Column.PART, Column.TIME, Column.PITCH))
        if counts[t]:
            yield given[t], heard.kinds(part, time), pitch
        heard.hear(part, time, pitch, int(DURATIONS[notes[t, Column.DURATION]]))


def fitted(given: FloatArray, kinds: FloatArray, came: IntArray) -> tuple[FloatArray, float]:
    """The nats of each kind that make what came likeliest, and what they gain, in nats a note.

    `given`: (N, N_PITCHES); `kinds`: (N, N_PITCHES, K); `came`: (N,).
    """
    every, nats = np.arange(len(came)), np.zeros(kinds.shape[-1])
    for _ in range(ROUNDS):
        share = _normal(given + kinds @ nats)
        mean = np.einsum("nv,nvk->nk", share, kinds)
        spread = np.einsum("nv,nvk,nvl->kl", share, kinds, kinds) - mean.T @ mean
        nats += np.linalg.solve(spread, (kinds[every, came] - mean).sum(axis=0))
    after, before = (_normal(scores) for scores in (given + kinds @ nats, given))
    return nats, float(np.mean(np.log(after[every, came] / before[every, came])))


def _normal(scores: FloatArray) -> FloatArray:
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    found: FloatArray = shares / shares.sum(axis=1, keepdims=True)
    return found


@torch.no_grad()
def main(
    corpus: Annotated[Path, typer.Argument(help="The corpus, as built.")],
    model: Annotated[str, typer.Option(help="A shipped model's name, or a folder.")] = "band",
    windows: Annotated[int, typer.Option(help="Of the validation split.")] = 64,
) -> None:
    """Print what the model gives to each kind of pitch beside how often it comes."""
    drawn = read_windows(corpus, model, windows)
    rows = [row for window in drawn for row in seen(window)]
    given, kinds, came = (np.array(column) for column in zip(*rows, strict=True))
    nats, gain = fitted(given, kinds, came)
    share, every = np.exp(given), np.arange(len(came))
    for kind, name in enumerate(KINDS):
        is_one = kinds[:, :, kind] > 0
        says, plays = (share * is_one).sum(axis=1).mean(), is_one[every, came].mean()
        print(f"{name}: the model {says:.4f}, music {plays:.4f}; {nats[kind]:+.2f} nats")
    print(f"{len(came):,} notes; together they gain {gain:.4f} nats a note")


if __name__ == "__main__":
    typer.run(main)
