"""How long a passage new real music shares with the training music: what takes are held against.

Real music quotes, too: a bass that walks, a drum pattern, a cadence, a cover version. So a length
says little by itself. The yardstick is a sample of excerpts of real music that the model was not
trained on, each measured as a take is (`passages`): its bars against the training music, the bars
before them being the prompt. For each kind of line it keeps how much there was to compare (*size*,
fresh grams) and the longest passage (*length*, counted tokens).

**As much.** Of the `NEAREST` excerpts whose size is nearest to a take's, by the ratio, the share
whose length is as much or more. 0 to 1; *direction:* small is a passage longer than new music
has. *Trap:* the excerpts are of the corpus's test songs, of which some are arrangements of training
songs that near-duplicate detection did not see; so does the music of the world quote itself.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.novelty.lines import IntArray, Kind

__all__ = ["NEAREST", "Yardstick"]

NEAREST: Final = 300


@dataclass(frozen=True, eq=False)
class Yardstick:
    """R measured excerpts of each kind; see the module."""

    size: npt.NDArray[np.int32]
    """Fresh grams, (3, R): a row for each `Kind`."""
    length: npt.NDArray[np.int32]
    """The longest counted length in tokens, (3, R)."""

    def as_much(self, kind: Kind, *, size: int, length: int) -> float:
        """The share of excerpts of about this size that share as much or more."""
        near = self.near(kind, size)
        return float((near >= length).mean()) if len(near) else 1.0

    def quantile(self, kind: Kind, *, size: int, share: float) -> float:
        """The length that a share of the excerpts of about this size does not exceed."""
        near = self.near(kind, size)
        return float(np.quantile(near, share)) if len(near) else 0.0

    def near(self, kind: Kind, size: int) -> IntArray:
        """The lengths of the `NEAREST` excerpts whose size is nearest; those without music of
        the kind are no excerpts of it.
        """
        has_some = np.flatnonzero(self.size[kind] > 0)
        distance = np.abs(np.log(self.size[kind][has_some]) - np.log(max(size, 1)))
        nearest = has_some[np.argsort(distance, kind="stable")[:NEAREST]]
        lengths: IntArray = self.length[kind][nearest].astype(np.int64)
        return lengths
