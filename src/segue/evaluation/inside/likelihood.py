"""How surprised a model is by music that it never saw, with latents and without, beside baselines.

Windows of the test split are scored as if all of them had to be written: every event counts. "With
z" the latents of all bars are drawn from their posteriors, once; the NLL alone is then not a bound
on the likelihood: NLL + KL is (the negative ELBO), and it is told too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from segue.corpus import CorpusStore
from segue.encoding.sequence import ATTRIBUTES, Column, Sequence, build_sequence
from segue.errors import InputError
from segue.evaluation.ngrams.event_stream import EventStream
from segue.evaluation.ngrams.likelihood import BaselineReport, ngram_nll, unigram_nll
from segue.models.batch import Batch
from segue.models.segue_vae import SegueVAE, Terms
from segue.training.config import DataConfig
from segue.training.objective import add_terms
from segue.training.windows import Example, Windows, collate
from segue.vae.gaussian import active_dimensions

BATCH: Final = 8


@dataclass(frozen=True)
class Likelihood:
    """Nats of a model on windows; sums divided by events, notes and bars."""

    n_events: int
    n_notes: int
    n_bars: int
    nll_per_note: dict[str, float]
    """By attribute, and their sum as "note"; the end of a bar is the part's."""
    nll_per_event: float
    kl_per_bar: float
    """0 where no latent is given."""
    active_dimensions: int
    """Of the posterior means (Burda et al. 2016); 0 where no latent is given."""
    negative_elbo_per_note: float
    """NLL + KL: a bound on the negative log-likelihood."""


def windows_of_split(
    store: CorpusStore, *, split: str, count: int, events: int, max_bars: int, seed: int = 11
) -> list[Sequence]:
    """Windows of a split with everything masked, in the model's order; nothing is asked or moved.

    Raises:
        InputError: the split has no songs.
    """
    songs = store.split(split)
    if not len(songs):
        raise InputError(f"the corpus has no songs in its {split} split")
    windows = Windows(
        store,
        songs,
        DataConfig(events=events, transpose=False),
        seed=seed,
        length=count,
        max_bars=max_bars,
    )
    return [_all_masked(windows, i) for i in range(count)]


def _all_masked(windows: Windows, index: int) -> Sequence:
    window = windows.window(index)
    masked = np.ones(len(window.table), bool)
    written = np.ones(len(window.bars), bool)
    sequence = build_sequence(window.table, window.bars, masked, written)
    sequence.columns[:, Column.CONTROLS :] = 0
    return sequence


def measure_likelihood(
    model: SegueVAE, sequences: list[Sequence], *, with_latents: bool, events: int
) -> Likelihood:
    """The model's NLL on windows from `windows_of_split`."""
    terms: list[Terms] = []
    means: list[torch.Tensor] = []
    generator = torch.Generator().manual_seed(0)
    model.eval()
    with torch.inference_mode():
        for batch in _batches(sequences, with_latents, events, model.config.max_bars):
            terms.append(model(batch, generator))
            if with_latents:
                means.append(model.encode(batch).mean[batch.latent_given])
    total = add_terms(terms)
    notes, all_events = float(total.notes), float(total.events)
    nll = {name: float(n) / notes for name, n in zip(ATTRIBUTES, total.nll, strict=True)}
    kl = float(total.kl.sum())
    return Likelihood(
        n_events=int(all_events),
        n_notes=int(notes),
        n_bars=sum(len(s.masked_parts) for s in sequences),
        nll_per_note=nll | {"note": sum(nll.values())},
        nll_per_event=float(total.nll.sum()) / all_events,
        kl_per_bar=kl / max(1.0, float(total.bars)),
        active_dimensions=active_dimensions(torch.cat(means)) if with_latents else 0,
        negative_elbo_per_note=(float(total.nll.sum()) + kl) / notes,
    )


def _batches(sequences: list[Sequence], given: bool, events: int, max_bars: int) -> Iterator[Batch]:
    for begin in range(0, len(sequences), BATCH):
        examples = [
            Example(
                sequence=sequence,
                weights=np.ones(len(sequence) - 1),
                masked_parts=np.zeros_like(sequence.masked_parts),
                latent_given=np.full(len(sequence.masked_parts), given),
                look_back=True,
            )
            for sequence in sequences[begin : begin + BATCH]
        ]
        yield collate(examples, events=events, max_bars=max_bars)


def baseline_likelihoods(
    store: CorpusStore, sequences: list[Sequence], *, train_notes: int, seed: int = 0
) -> list[BaselineReport]:
    """The unigram and the 5-gram, counted on songs of the train split, on the same windows."""
    train = EventStream.of_songs(store, split="train", seed=seed, max_notes=train_notes)
    test = EventStream.of_sequences((sequence, None) for sequence in sequences)
    return [unigram_nll(train, test), ngram_nll(train, test)]
