"""Windows of the validation split as a decoder reads them when all of them have to be written.

What `measure_habits`, `measure_clashes` and `measure_pitches` begin with.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from segue.corpus import CorpusStore
from segue.encoding.sequence import ATTRIBUTES
from segue.evaluation.inside.likelihood import windows_of_split
from segue.models.decoder import Windows, true_attributes
from segue.models.decoder_folder import load_decoder
from segue.models.folder import model_folder
from segue.training.examples import collate

__all__ = ["ReadWindow", "read_windows"]


@dataclass(frozen=True, eq=False)
class ReadWindow:
    """A window that was read, of T events."""

    batch: Windows
    """Of this window alone."""
    target: Tensor
    """The events that are to come, (1, T, N_COLUMNS)."""
    is_note: Tensor
    """Which of them are notes, (1, T)."""
    truth: list[Tensor]
    """The value of each attribute that came, (1, T) each."""
    logits: list[Tensor]
    """What the decoder gives to the values of each attribute, given those before it, (T, values)
    each."""


def read_windows(corpus: Path, model: str, count: int) -> Iterator[ReadWindow]:
    """So many windows, read by a shipped model or one in a folder."""
    decoder = load_decoder(model_folder(model)).eval()
    events, bars = decoder.config.context, decoder.config.max_bars
    drawn = windows_of_split(
        CorpusStore.open(corpus), split="valid", count=count, events=events, max_bars=bars
    )
    for window in drawn:
        batch = collate([window], events=events, max_bars=bars)
        target = batch.columns[:, 1:]
        truth, is_note = true_attributes(target)
        walk, logits = decoder.walk(batch), []
        for attribute, came in enumerate(truth):
            logits.append(walk.logits()[0].float())
            if attribute < len(ATTRIBUTES) - 1:
                walk.choose(came, target if attribute == 0 else None)
        yield ReadWindow(batch, target, is_note, list(truth), logits)
