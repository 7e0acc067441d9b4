"""Carry the plain decoder's weights over to the encoding in which a part is a track.

    python scripts/carry_over.py FOLDER OUT

FOLDER is a model of the design `plain`. Tables keep the rows of what both encodings know; a finer
duration or velocity begins as the class that it was part of; the numbers of parts, and the length
control, begin at zero. So the new decoder predicts at once nearly what the old one did.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

from segue.encoding import vocabulary as older
from segue.encoding.parts.sequence import Column
from segue.encoding.parts.vocabulary import DURATIONS, N_VELOCITIES, velocity_of
from segue.encoding.sequence import Column as OldColumn
from segue.models.checkpoint import load_model
from segue.models.decoder import Decoder
from segue.models.decoder_config import DecoderConfig
from segue.models.decoder_folder import save_decoder
from segue.models.decoder_shape import BAR_COLUMNS, CONTROL_COLUMNS, EVENT_COLUMNS, NOTE_COLUMNS
from segue.models.embedding import ColumnEmbedding

_SAME = ("POSITION", "PITCH", "LENGTH", "NUMERATOR", "TEMPO", "KEY", "KIND", "ROLE")


def carry_over(folder: Path) -> Decoder:
    """A decoder with the weights of a model of the design `plain`."""
    old = load_model(folder)
    shape = old.config
    new = Decoder(
        DecoderConfig(
            width=shape.width, layers=shape.layers, heads=shape.heads, context=shape.context
        )
    )
    durations = torch.from_numpy(older.duration_class(DURATIONS.astype(np.float64)))
    velocities = torch.from_numpy(older.velocity_class(velocity_of(np.arange(N_VELOCITIES))))
    with torch.no_grad():
        new.blocks.load_state_dict(old.blocks.state_dict())
        new.norm.load_state_dict(old.norm.state_dict())
        new.heads.before.load_state_dict(old.heads.before.state_dict())
        _rows(old.embed.sum, new.embed.sum, durations, velocities)
        _rows(old.heads.controls, new.heads.controls, durations, velocities)
        new.embed.masked_instruments.weight[:-1] = old.embed.of_masked_parts.weight.T
        new.heads.out_instrument.load_state_dict(old.heads.out[0].state_dict())
        new.heads.instrument.load_state_dict(old.heads.chosen[0].state_dict())
        for i in (1, 2):
            new.heads.out[i - 1].load_state_dict(old.heads.out[i].state_dict())
            new.heads.chosen[i - 1].load_state_dict(old.heads.chosen[i].state_dict())
        for i, classes in ((3, durations), (4, velocities)):
            finer = torch.bincount(classes)[classes].log()
            begun, out = _linear(old.heads.out[i]), _linear(new.heads.out[i - 1])
            out.weight.copy_(begun.weight[classes])
            out.bias.copy_(begun.bias[classes] - finer)
        _embedding(new.heads.chosen[2]).weight.copy_(
            _embedding(old.heads.chosen[3]).weight[durations]
        )
    return new


def _linear(module: nn.Module) -> nn.Linear:
    assert isinstance(module, nn.Linear)
    return module


def _embedding(module: nn.Module) -> nn.Embedding:
    assert isinstance(module, nn.Embedding)
    return module


def _rows(
    old: ColumnEmbedding, new: ColumnEmbedding, durations: torch.Tensor, velocities: torch.Tensor
) -> None:
    sizes = dict((*EVENT_COLUMNS, *NOTE_COLUMNS, *BAR_COLUMNS, *CONTROL_COLUMNS))
    names: dict[int, int] = {OldColumn[name]: Column[name] for name in _SAME}
    names |= {OldColumn.PART: Column.INSTRUMENT}
    names |= {OldColumn.CONTROLS + i: Column.CONTROLS + i for i in range(4)}
    names |= {OldColumn.DURATION: Column.DURATION, OldColumn.VELOCITY: Column.VELOCITY}
    new.table.weight.zero_()
    for place, column in enumerate(old.columns):
        target = names[column]
        at, begin = int(new.offsets[new.columns.index(target)]), int(old.offsets[place])
        classes = torch.arange(sizes[target])
        if target == Column.DURATION:
            classes = durations
        elif target == Column.VELOCITY:
            classes = velocities
        new.table.weight[at : at + len(classes)] = old.table.weight[begin + classes]


if __name__ == "__main__":
    source, out = map(Path, sys.argv[1:3])
    save_decoder(carry_over(source), out, {"carried_over_from": source.name})
    print(out)
