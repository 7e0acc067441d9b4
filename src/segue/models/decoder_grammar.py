"""Which events may follow which: an invalid event has probability 0, in training as in sampling.

Within a bar, notes come in the order of their parts, then of their positions, then of their
pitches, each strictly after the one before; a part is on the window's roster; a position is inside
the bar; drums have drum pitches. All of it follows from the event before and the roster alone, so
that every function takes `previous`, (B, T, N_COLUMNS). Instruments of the roster are (B,
MAX_PARTS), `NO_PART` where there is no part.
"""

import torch
from torch import Tensor

from segue.encoding.sequence import NOTE_EVENT, Column
from segue.encoding.vocabulary import (
    DRUM_PITCH_OFFSET,
    DRUMS,
    MAX_PARTS,
    MAX_POSITIONS,
    N_PITCH_CLASSES_OF_PARTS,
    NO_PART,
)
from segue.models.decoder_shape import FORBIDDEN, HIGHEST_DRUM, HIGHEST_PITCH

__all__ = ["FORBIDDEN", "allowed_parts", "allowed_pitches", "allowed_positions"]


def _after_note(previous: Tensor) -> Tensor:
    return previous[..., Column.KIND] == NOTE_EVENT


def _at_highest_pitch(previous: Tensor) -> Tensor:
    is_drum = previous[..., Column.INSTRUMENT] == DRUMS
    highest = torch.where(is_drum, HIGHEST_DRUM, HIGHEST_PITCH)
    return previous[..., Column.PITCH] == highest


def allowed_parts(previous: Tensor, instruments: Tensor) -> Tensor:
    """(B, T, N_PART_CLASSES) bool: a part not before the last one, or the end of the bar."""
    last = torch.where(_after_note(previous), previous[..., Column.PART], -1)
    at_end = previous[..., Column.POSITION] == previous[..., Column.LENGTH] - 1
    full = _after_note(previous) & at_end & _at_highest_pitch(previous)
    first = (last + full)[..., None]
    parts = torch.arange(MAX_PARTS, device=previous.device)
    allowed = (parts >= first) & (instruments != NO_PART)[:, None]
    return torch.cat([allowed, torch.ones_like(allowed[..., :1])], dim=-1)


def allowed_positions(previous: Tensor, part: Tensor) -> Tensor:
    """(B, T, MAX_POSITIONS) bool, given the part of the note, (B, T)."""
    same = _after_note(previous) & (previous[..., Column.PART] == part)
    first = previous[..., Column.POSITION] + _at_highest_pitch(previous)
    first = torch.where(same, first, 0)[..., None]
    positions = torch.arange(MAX_POSITIONS, device=part.device)
    return (positions >= first) & (positions < previous[..., Column.LENGTH, None])


def allowed_pitches(previous: Tensor, part: Tensor, instrument: Tensor, position: Tensor) -> Tensor:
    """(B, T, 256) bool, given the part, its instrument and the position of the note, (B, T)."""
    together = (
        _after_note(previous)
        & (previous[..., Column.PART] == part)
        & (previous[..., Column.POSITION] == position)
    )
    above = torch.where(together, previous[..., Column.PITCH], -1)[..., None]
    pitches = torch.arange(N_PITCH_CLASSES_OF_PARTS, device=part.device)
    is_drum = (instrument == DRUMS)[..., None]
    return (pitches > above) & ((pitches >= DRUM_PITCH_OFFSET) == is_drum)
