"""Music from a trained model of the paper: samples, continuations, and long pieces.

What a model makes is a note table; notes that MIDI cannot hold are left out and counted. In a
continuation the given notes are the song's own and only the others are the model's, whereas the
distances judge all that the decoder makes (see `run`).

A long piece grows: the last notes are given to the conditional decoder, and what it puts after them
is added, until the piece is long enough. A model that is not conditional, or that adds nothing, is
followed by an unconditional sample.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from segue.encoding.paper import (
    CATEGORICAL,
    TIMES,
    NoteOrder,
    first_rows,
    held_by_midi,
    score_from_table,
)
from segue.errors import InputError
from segue.evaluation.types import FloatArray
from segue.models.paper_vae import PaperVAE
from segue.paper.representation import Representation
from segue.score import Score

__all__ = ["Sample", "Sampler", "playable"]

_MOST_ROUNDS: Final = 200
_ONSET, _DURATION = TIMES.start, TIMES.start + 1


@dataclass(frozen=True, eq=False)
class Sample:
    """A piece."""

    table: FloatArray
    """Its notes, (n, 6), all of which MIDI can hold."""
    left_out: int
    """Notes that it cannot."""

    @property
    def score(self) -> Score:
        """The music."""
        return score_from_table(self.table)

    @property
    def seconds(self) -> float:
        """When the last note ends."""
        return float(self.table[:, TIMES].sum(axis=1).max(initial=0.0))


class Sampler:
    """Draws music from a model."""

    def __init__(
        self, model: PaperVAE, representation: Representation, *, order: NoteOrder, seed: int
    ) -> None:
        """`order`: of the notes in the tables that the model was trained on.

        Raises:
            InputError: the encoding is not one of note tables.
        """
        if len(representation.columns) != 6:
            raise InputError("music is sampled from models of note tables, not of octuples")
        self._model, self._representation, self._order = model.eval(), representation, order
        self._generator = torch.Generator().manual_seed(seed)

    def sample(self) -> Sample:
        """A piece of z ~ N(0, I)."""
        return playable(self._notes(self._model.sample(1, self._generator)))

    def continuation(self, raw: FloatArray) -> Sample:
        """The first notes of a raw table, (N, 6), as they are, and the model's after them."""
        given = self._model.config.partial_notes
        made = self._given(np.asarray(raw[:given], dtype=np.float64))
        return playable(np.concatenate([raw[:given], made[given:]]))

    def following(self, partial: FloatArray) -> Sample:
        """What the conditional decoder puts after the first notes of a raw table.

        Args:
            partial: the notes, (partial_notes, 6), in the order that the model was trained on.
        """
        made = self._given(np.asarray(partial, dtype=np.float64))
        return playable(made[self._model.config.partial_notes :])

    def long_piece(self, seconds: float) -> Sample:
        """A piece of at least so many seconds; see the module.

        Raises:
            InputError: the model makes too little that MIDI can hold to get there.
        """
        piece = self.sample()
        for _ in range(_MOST_ROUNDS):
            if piece.seconds >= seconds:
                return piece
            piece = self._longer(piece)
        raise InputError(
            f"the model made {piece.seconds:.1f} s of music in {_MOST_ROUNDS} rounds, not "
            f"{seconds:g}; train it longer"
        )

    def _longer(self, piece: Sample) -> Sample:
        given = self._model.config.partial_notes
        rows = piece.table[np.argsort(piece.table[:, _ONSET], kind="stable")]
        added, left_out = np.zeros((0, 6)), 0
        if self._model.config.conditional and len(rows) >= given:
            last = rows[-given:].copy()
            start = last[0, _ONSET]
            last[:, _ONSET] -= start
            end = last[-1, _ONSET]
            last = last[first_rows(last[:, 2], last[:, _ONSET], order=self._order)]
            made = self.following(last)
            added, left_out = made.table[made.table[:, _ONSET] > end].copy(), made.left_out
            added[:, _ONSET] += start
        if not len(added):
            made = self.sample()
            added, left_out = made.table.copy(), made.left_out
            if len(added):  # without the silence that it may begin with
                added[:, _ONSET] += piece.seconds - added[:, _ONSET].min()
        return Sample(np.concatenate([piece.table, added]), piece.left_out + left_out)

    def _given(self, partial: FloatArray) -> FloatArray:
        """What the conditional decoder makes of the first notes, all N of them, (N, 6)."""
        coded = torch.from_numpy(self._representation.code(partial[None]))
        return self._notes(self._model.sample_given(coded, self._generator))

    def _notes(self, coded: torch.Tensor) -> FloatArray:
        return np.asarray(self._representation.notes(coded.numpy())[0], dtype=np.float64)


def playable(table: FloatArray) -> Sample:
    """A table's notes that MIDI can hold, categories rounded, at least a millisecond long."""
    good = held_by_midi(table)
    kept = table[good].astype(np.float64)
    kept[:, CATEGORICAL] = np.round(kept[:, CATEGORICAL])
    kept[:, _DURATION] = np.maximum(kept[:, _DURATION], 0.001)
    return Sample(kept, int((~good).sum()))
