"""How surprised a model is by music that it never saw, beside baselines.

Windows of the test split are scored as if all of them had to be written: every event counts, and
nothing is known beforehand but the bars and the instruments. Figures are in the units of the model,
and in the coarser ones of `segue.training.coarse`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from segue.corpus import CorpusStore
from segue.encoding.sequence import ATTRIBUTES, Column, build_sequence
from segue.errors import InputError
from segue.evaluation.ngrams.event_stream import EventStream
from segue.evaluation.ngrams.likelihood import BaselineReport, ngram_nll, unigram_nll
from segue.models.decoder import Decoder, Terms, Windows
from segue.training.coarse import terms_in_both_units
from segue.training.config import ExampleConfig
from segue.training.examples import Example, Examples, collate
from segue.training.measures import add_terms
from segue.training.packing import pack_split

BATCH: Final = 8


@dataclass(frozen=True)
class Likelihood:
    """Nats of a model on windows; sums divided by events and notes."""

    n_events: int
    n_notes: int
    nll_per_note: dict[str, float]
    """By attribute, and their sum as "note"; the end of a bar is the part's."""
    nll_per_event: float


def windows_of_split(
    store: CorpusStore, *, split: str, count: int, events: int, max_bars: int, seed: int = 11
) -> list[Example]:
    """Windows of a split with everything masked, in the model's order; nothing is asked or moved.

    Raises:
        CorpusError: no song of the split is long enough.
        InputError: the split has no songs.
    """
    if not len(store.split(split)):
        raise InputError(f"the corpus has no songs in its {split} split")
    config = ExampleConfig(events=events, transpose=False)
    with TemporaryDirectory() as folder:
        pack = pack_split(store, split, Path(folder))
        drawn = Examples(pack, config, seed=seed, length=count, max_bars=max_bars)
        return [_all_masked(drawn, number) for number in range(count)]


def _all_masked(drawn: Examples, number: int) -> Example:
    window = drawn.window(number)
    masked = np.ones(len(window.table), bool)
    written = np.ones(len(window.bars), bool)
    sequence = build_sequence(window.table, window.roster, window.bars, masked, written)
    sequence.columns[:, Column.CONTROLS :] = 0
    return Example(
        sequence=sequence,
        weights=np.ones(len(sequence) - 1),
        roster=window.roster,
        masked_parts=np.zeros_like(sequence.masked_parts),
    )


def measure_likelihood(
    model: Decoder, windows: list[Example], *, events: int
) -> tuple[Likelihood, Likelihood]:
    """The model's NLL on windows from `windows_of_split`: (in its own units, in coarser ones)."""
    own: list[Terms] = []
    coarser: list[Terms] = []
    model.eval()
    for batch in _batches(windows, events, model.config.max_bars):
        for terms, found in zip((own, coarser), terms_in_both_units(model, batch), strict=True):
            terms.append(found)
    return _likelihood(add_terms(own)), _likelihood(add_terms(coarser))


def _batches(windows: list[Example], events: int, max_bars: int) -> Iterator[Windows]:
    for begin in range(0, len(windows), BATCH):
        yield collate(windows[begin : begin + BATCH], events=events, max_bars=max_bars)


def _likelihood(total: Terms) -> Likelihood:
    notes, all_events = float(total.notes), float(total.events)
    nll = {name: float(n) / notes for name, n in zip(ATTRIBUTES, total.nll, strict=True)}
    return Likelihood(
        n_events=int(all_events),
        n_notes=int(notes),
        nll_per_note=nll | {"note": sum(nll.values())},
        nll_per_event=float(total.nll.sum()) / all_events,
    )


def baseline_likelihoods(
    store: CorpusStore, windows: list[Example], *, train_notes: int, seed: int = 0
) -> list[BaselineReport]:
    """The unigram and the 5-gram, counted on songs of the train split, on the same windows."""
    train = EventStream.of_songs(store, split="train", seed=seed, max_notes=train_notes)
    test = EventStream.of_sequences((window.sequence, None) for window in windows)
    return [unigram_nll(train, test), ngram_nll(train, test)]
