"""What writing asks of a trained network, whatever computes it: arrays in, arrays out.

A `Network` reads music that is known; the `Steps` that it returns go on from there, one event of
each row at a time, and say what may come next. PyTorch is one way to compute it
(`torch_network`); another needs to know nothing of the rest of this package.

The promise: what is said of a row depends on what that row has read and is given, and not on what
the other rows hold. Where musicians write (`onnx_network`) it does not depend on how many rows
there are either; products of floating-point matrices (`torch_network`) do, in their last bits.

Shapes: R rows (one a take), T events, C columns of an event (`encoding.sequence.Column`), NB
bars of the window, P the most parts (`encoding.vocabulary.MAX_PARTS`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from segue.encoding.cells import Cells
from segue.encoding.vocabulary import IntArray
from segue.models.latent_arrays import LatentArrays

Float32Array = npt.NDArray[np.float32]

LatentsOf = Callable[[Cells], Float32Array]
"""Cells to their latents, (C, L, Z) each."""
Choose = Callable[[int, Float32Array], IntArray]
"""(attribute, the logits of its values (R, size)) -> the values taken, (R,)."""


@dataclass(frozen=True)
class Plan:
    """What each row is given beforehand, whatever is written."""

    instruments: IntArray
    """Of the roster's parts, (R, P); `NO_PART` where there is none."""
    parts: Float32Array
    """How sure it is, in 0..1, that each part is to be written in each bar, (R, NB, P), read with
    the events that begin written bars; all 0 where it is not given.
    """
    controls: IntArray
    """What is asked of each part, (R, P, N_CONTROLS); 0: nothing."""
    latents: LatentArrays | None = None
    """Those of some of the cells to be written, as the network has learned to read them."""

    def row(self, row: int) -> "Plan":
        """The plan of one row alone."""
        return self.rows(np.array([row]))

    def rows(self, index: IntArray) -> "Plan":
        """The plan of some rows."""
        latents = None if self.latents is None else self.latents.rows(index)
        return Plan(self.instruments[index], self.parts[index], self.controls[index], latents)


class Steps(Protocol):
    """Several rows of music that are read event by event."""

    @property
    def length(self) -> int:
        """How many events attention looks back at; the context is the most."""
        ...

    def fork(self, plan: Plan) -> "Steps":
        """What one row has read, as the past of every row of a plan; this one stays as it is."""
        ...

    def keep(self, rows: IntArray) -> None:
        """Go on with some of the rows alone, by their numbers."""
        ...

    def step(self, events: IntArray) -> None:
        """Read the next event of every row, (R, C)."""
        ...

    def restart(self, events: IntArray) -> None:
        """Make room: look back at these events, (R, T, C), and at no others."""
        ...

    def next_event(self, choose: Choose) -> None:
        """Ask `choose` for each attribute of the rows' next events, in order.

        The logits of an attribute depend on what was chosen before it; what no event may say has a
        logit so low that its probability is 0.
        """
        ...


class Network(Protocol):
    """A trained network."""

    @property
    def context(self) -> int:
        """The most events that it can look back at."""
        ...

    @property
    def max_bars(self) -> int:
        """The most bars of a window."""
        ...

    @property
    def latents_of(self) -> LatentsOf | None:
        """Cells to the latents that a plan may have; None: this network reads none."""
        ...

    @property
    def n_parameters(self) -> int:
        """How many numbers it has learned."""
        ...

    @property
    def threads(self) -> int:
        """How many threads may write with it at the same time, each with `Steps` of its own."""
        ...

    def read(self, events: IntArray, plan: Plan) -> Steps:
        """Read what is known, (R, T, C), as the beginning of every row of a plan.

        What is known is visible, so that the plan does not change what is read.
        """
        ...
