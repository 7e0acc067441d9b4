"""What writing asks of a trained network, whatever computes it: arrays in, arrays out.

A `Network` reads music that is known; the `Steps` that it returns go on from there, one event of
each row at a time, and say what may come next. PyTorch is one way to compute it
(`torch_network`); another needs to know nothing of the rest of this package.

The promise: what is said of a row depends on what that row has read and is told, and on how many
rows there are (matrix products are not the same to the bit for one row and for four), but not on
what the other rows hold.

Shapes: R rows (one a take), T events, C columns of an event (`encoding.sequence.Column`), NB bars
of the window, P parts, Z channels of a bar's latent. The sizes are the network's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from segue.encoding.sequence import BoolArray
from segue.encoding.vocabulary import IntArray

Float32Array = npt.NDArray[np.float32]

Choose = Callable[[int, Float32Array], IntArray]
"""(attribute, the logits of its values (R, size)) -> the values taken, (R,)."""


@dataclass(frozen=True)
class Plan:
    """What each row is told, whatever is written."""

    written: BoolArray
    """The bars of the window that are written, (NB,)."""
    parts: BoolArray
    """The parts to be written in each bar, (R, NB, P), for the events that begin written bars; none
    at all where they are not told.
    """
    controls: IntArray
    """What is asked of each part, in all rows, (P, N_CONTROLS); 0: nothing."""
    latents: Float32Array | None = None
    """z of each bar, (R, NB, Z), of which those of written bars count; None: none is given."""

    def row(self, row: int) -> "Plan":
        """The plan of one row alone."""
        one = slice(row, row + 1)
        latents = None if self.latents is None else self.latents[one]
        return replace(self, parts=self.parts[one], latents=latents)


class Steps(Protocol):
    """Several rows of music that are read event by event."""

    @property
    def length(self) -> int:
        """How many events attention looks back at; the context is the most."""
        ...

    def fork(self, plan: Plan) -> "Steps":
        """What one row has read, as the past of every row of a plan; this one stays as it is."""
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
    def n_latents(self) -> int:
        """Z; 0: it has none."""
        ...

    @property
    def n_parameters(self) -> int:
        """How many numbers it has learned."""
        ...

    def read(self, events: IntArray, plan: Plan) -> Steps:
        """Read what is known, (R, T, C), as the beginning of every row of a plan."""
        ...

    def posterior_means(self, events: IntArray, n_bars: int) -> Float32Array:
        """The mean z of each bar's masked notes in a window's events, (T, C) to (NB, Z)."""
        ...
