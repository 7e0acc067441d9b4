"""A whole sequence to one vector: recurrent in both directions, or linear layers for comparison.

Conventions: sequences are (B, N, W), all of the same length N; the vector is (B, `width`).
"""

from typing import Final, Literal

import torch
from torch import Tensor, nn

__all__ = ["EncoderKind", "SequenceEncoder"]

EncoderKind = Literal["linear", "rnn", "lstm", "gru"]

_RECURRENT: Final[dict[str, type[nn.RNN | nn.LSTM | nn.GRU]]] = {
    "rnn": nn.RNN,
    "lstm": nn.LSTM,
    "gru": nn.GRU,
}


class SequenceEncoder(nn.Module):
    """The last states of a bidirectional recurrent network, or a perceptron over all steps."""

    def __init__(self, kind: EncoderKind, *, steps: int, inputs: int, hidden: int) -> None:
        """`steps`: N, which only linear layers must know; `inputs`: W; `hidden`: a direction's."""
        super().__init__()
        self.kind = kind
        self.width = 2 * hidden
        self.network: nn.Module
        if kind == "linear":
            self.network = nn.Sequential(
                nn.Flatten(),
                nn.Linear(steps * inputs, self.width),
                nn.ReLU(),
                nn.Linear(self.width, self.width),
                nn.ReLU(),
            )
        else:
            self.network = _RECURRENT[kind](inputs, hidden, batch_first=True, bidirectional=True)

    def forward(self, sequence: Tensor) -> Tensor:
        """(B, N, W) to (B, width)."""
        if self.kind == "linear":
            vector: Tensor = self.network(sequence)
            return vector
        _, state = self.network(sequence)
        last: Tensor = state[0] if self.kind == "lstm" else state
        return torch.cat([last[0], last[1]], dim=-1)
