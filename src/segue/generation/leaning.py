"""A key that is asked for: pitches outside its scale become less likely, those of drums do not.

The model is told the key as well, but what it hears of the prompt weighs more. So the logits of
pitches outside the scale are lowered: by `STRENGTH`, a pitch outside against one inside is as
likely as before divided by e to that power. It is a leaning, and no rule: a passing note that the
model is sure of stays.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, N_PITCH_CLASSES_OF_PARTS
from segue.theory.key import scale_of

STRENGTH: Final = 6.0
"""In nats. How it was chosen is in experiments/LOG.md."""


def key_leaning(key: int | None) -> npt.NDArray[np.float32] | None:
    """What is added to the logits of pitches, (N_PITCH_CLASSES_OF_PARTS,); None without a key."""
    if key is None:
        return None
    leaning = np.zeros(N_PITCH_CLASSES_OF_PARTS, np.float32)
    pitches = np.arange(DRUM_PITCH_OFFSET)
    leaning[pitches[~np.isin(pitches % 12, scale_of(key))]] = -STRENGTH
    return leaning
