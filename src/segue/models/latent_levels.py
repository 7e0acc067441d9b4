"""The level that says of the latents of a cell how far they are to be trusted.

From 0 to 1 they are the cell's own: at 0 they say all that they know of it, noise takes more of
them with each level (`latent_reader.noised`), and at 1 they say nothing. From -1 down to -2 they
are those of another bar that the cell may be like (`segue.recall`), without noise: at -1 all of its
notes are expected to come back, at -2 none.
"""

import numpy as np
import numpy.typing as npt

__all__ = ["Float32Array", "level_of_recalled", "sureness"]

Float32Array = npt.NDArray[np.float32]


def level_of_recalled(expected: npt.NDArray[np.floating]) -> Float32Array:
    """The level of latents of other bars, of which so many notes are expected to come back.

    `expected`: note F1, in 0..1, any shape.
    """
    return (expected - 2).astype(np.float32)


def sureness(level: Float32Array) -> Float32Array:
    """How sure it is, in 0..1, that a cell plays whose latents are given at a level."""
    return np.where(level < 0, level + 2, 1).astype(np.float32)
