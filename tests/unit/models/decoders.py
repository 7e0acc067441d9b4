"""A small decoder with random weights, and windows of random music for it."""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from segue.encoding.roster import Roster
from segue.encoding.sequence import Bars, build_sequence
from segue.encoding.table import Field
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, DRUMS, MAX_PARTS, NO_PART
from segue.models.decoder import Decoder, Windows, true_attributes
from segue.models.decoder_config import DecoderConfig
from segue.nn.norm import RMSNorm

SHAPE = DecoderConfig(width=32, layers=2, heads=2, context=96, max_bars=8)
READING = replace(SHAPE, slices=4, latent_width=3)
"""The same, reading latents of cells."""
ROSTER = Roster(np.array([DRUMS, 33, 0, 0]), np.arange(4))


def random_windows(
    seed: int, *, notes: int = 40, n_bars: int = 4, first: int = 2, roster: Roster = ROSTER
) -> Windows:
    """One window, by default of two pianos among its parts; bars from `first` on are written."""
    rng = np.random.default_rng(seed)
    table = np.zeros((notes, len(Field)), np.int64)
    table[:, Field.BAR] = rng.integers(n_bars, size=notes)
    table[:, Field.PART] = rng.integers(len(roster), size=notes)
    table[:, Field.POSITION] = 6 * rng.integers(16, size=notes)
    table[:, Field.PITCH] = rng.integers(36, 84, size=notes)
    table[:, Field.PITCH] += DRUM_PITCH_OFFSET * roster.is_drum[table[:, Field.PART]]
    table[:, Field.DURATION] = rng.integers(90, size=notes)
    table[:, Field.VELOCITY] = rng.integers(1, 64, size=notes)
    every = np.ones(n_bars, np.int64)
    bars = Bars(96 * every, 4 * every, every, 0 * every)
    masked = table[:, Field.BAR] >= first
    sequence = build_sequence(table, roster, bars, masked, np.arange(n_bars) >= first)
    instruments = np.full((1, MAX_PARTS), NO_PART)
    instruments[0, : len(roster)] = roster.instruments
    masked_parts = np.zeros((1, SHAPE.max_bars, MAX_PARTS), np.float32)
    masked_parts[0, :n_bars] = sequence.masked_parts
    columns = torch.from_numpy(sequence.columns)[None]
    return Windows(
        columns=columns,
        weights=torch.ones(1, columns.shape[1] - 1),
        instruments=torch.from_numpy(instruments),
        masked_parts=torch.from_numpy(masked_parts),
    )


def random_decoder(seed: int = 1, *, shape: DecoderConfig = SHAPE) -> Decoder:
    """Every table says something, those too that begin at zero."""
    torch.manual_seed(seed)
    model = Decoder(shape).eval()
    with torch.no_grad():
        for zero in (model.heads.out_part, model.embed.masked_parts, model.heads.part):
            zero.weight.normal_(std=0.3)
        for norm in (module for module in model.modules() if isinstance(module, RMSNorm)):
            norm.weight.normal_(mean=1, std=0.2)
    return model


def reading_decoder(*, trained: bool = True) -> Decoder:
    """One that reads latents; not trained, what they say is nothing yet."""
    model = random_decoder(shape=READING)
    assert model.latents is not None
    if trained:
        reader = model.latents
        for said in (reader.event, reader.part, reader.here, reader.there):
            nn.init.normal_(said.weight, std=0.3)
    return model


def all_logits(model: Decoder, windows: Windows) -> list[Tensor]:
    """Teacher-forced logits of every event after the first."""
    read, target = windows.columns[:, :-1], windows.columns[:, 1:]
    latents = model.read_latents(windows.latents)
    hidden = model.decode(read, windows.masked_parts, windows.instruments, latents)
    walk = model.heads.walk(hidden, read, windows.instruments, latents)
    truth, _ = true_attributes(target)
    found = []
    for attribute, true in enumerate(truth):
        found.append(walk.logits())
        if attribute < len(truth) - 1:
            walk.choose(true, target if attribute == 0 else None)
    return found
