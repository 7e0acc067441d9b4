"""A wish that leans on what the model says: a key.

The model is given the key as well, but what it hears of the prompt weighs more. So the odds of what
is wished for are raised by a number of nats, a factor of e to that power. It is a leaning, and no
rule: a passing note that the model is sure of stays. `aims` lean in the same way.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, N_PITCH_CLASSES_OF_PARTS
from segue.generation.sampling import FloatArray
from segue.theory.key import scale_of

STRENGTH: Final = 6.0
"""In nats, between a pitch in the scale and one outside it; chosen by measurement
(experiments/LOG.md)."""


def key_leaning(key: int | None) -> npt.NDArray[np.float32] | None:
    """What is added to the logits of pitches, (N_PITCH_CLASSES_OF_PARTS,); None without a key.

    Pitches outside the scale become less likely; those of drums do not.
    """
    if key is None:
        return None
    leaning = np.zeros(N_PITCH_CLASSES_OF_PARTS, np.float32)
    pitches = np.arange(DRUM_PITCH_OFFSET)
    leaning[pitches[~np.isin(pitches % 12, scale_of(key))]] = -STRENGTH
    return leaning


def leaned(log_probability: FloatArray, nats: FloatArray) -> FloatArray:
    """Log-probabilities below 0 with so many nats, (B,) both, added to their log-odds."""
    log_odds = log_probability - np.log(-np.expm1(log_probability)) + nats
    found: FloatArray = -np.logaddexp(0, -log_odds)
    return found
