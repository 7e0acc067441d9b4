"""More notes where more were asked for: the odds lean until a bar of a part has enough.

What the model is told of a wish it hears less than the prompt. So each part has an *aim*, half as
many notes again as it usually has in a bar. While it has fewer, one more note of it is likelier,
and its next onset comes sooner, so that they find their places. Where the aim is met nothing leans.
How many notes a chord has stays the model's choice.
"""

from typing import Final

import numpy as np

from segue.encoding.sequence import NOTE_EVENT, Column
from segue.encoding.vocabulary import MAX_PARTS, MAX_POSITIONS, POSITIONS_PER_QUARTER, IntArray
from segue.generation.network import Float32Array
from segue.generation.sampling import FloatArray, log_sum_exp
from segue.generation.thinning import usual_notes

TIMES: Final = 1.5
"""The notes of a denser bar beside a usual one. The figures here were chosen by measurement
(experiments/LOG.md)."""
STAY: Final = 3.0
"""Nats added to the log-odds of one more note of a part that has too few."""
PACE: Final = 1.0
"""Nats taken from an onset for coming late, for every time that the notes that are still due would
have had their places in between."""
_MOST: Final = 8.0
"""Nats taken from an onset, however late."""
_ROOM: Final = POSITIONS_PER_QUARTER // 4
"""Positions that have to be left in the bar for another note to be likelier."""
_POSITIONS: Final = np.arange(MAX_POSITIONS)


def more_notes(table: IntArray) -> IntArray:
    """How many notes a denser bar of each part has, (MAX_PARTS,); 0 asks nothing.

    `table`: the `PartTable` of the music around the region.
    """
    aims: IntArray = np.ceil(TIMES * usual_notes(table)).astype(np.int64)
    return aims


class Aims:
    """The aims of one group of takes, and what they have to know of what was written."""

    def __init__(self, notes: IntArray | None, rows: int) -> None:
        """`notes`: that a bar of each part is to have, (R, MAX_PARTS), or None; `rows`: R."""
        self._notes = notes
        self._written = np.zeros(rows, np.int64)
        """Notes that the part written last has in its bar, (R,)."""

    def stay(self, latest: IntArray) -> FloatArray | None:
        """What is added to the log-odds of one more note of the part written last, (R,).

        `latest`: the events before, (R, N_COLUMNS). None: nothing, to any.
        """
        if self._notes is None:
            return None
        room = latest[:, Column.LENGTH] - latest[:, Column.POSITION] > _ROOM
        return np.where(room & (self._lacking(latest) > 0), STAY, 0.0)

    def positions(self, logits: Float32Array, latest: IntArray, part: IntArray) -> Float32Array:
        """With late onsets of parts that lack notes less likely; `part`: that was drawn, (R,).

        Of notes at the onset before, the chord, the probability stays as it is.
        """
        if self._notes is None:
            return logits
        lacking = np.where(part == latest[:, Column.PART], self._lacking(latest), 0)
        rows = np.flatnonzero(lacking > 0)
        scores = logits.copy() if len(rows) else logits
        for row in rows.tolist():
            now, length = latest[row, [Column.POSITION, Column.LENGTH]].tolist()
            pace = (length - now) / (lacking[row] + 1)
            after = scores[row, now + 1 :]
            late = PACE * np.maximum(0, _POSITIONS[1 : len(after) + 1] / pace - 1)
            leaning = after - np.minimum(late, _MOST)
            if len(after):
                after[:] = leaning + log_sum_exp(after[None])[0] - log_sum_exp(leaning[None])[0]
        return scores

    def keep(self, rows: IntArray) -> None:
        """Go on with these rows alone."""
        self._notes = None if self._notes is None else self._notes[rows]
        self._written = self._written[rows]

    def written(self, rows: IntArray, notes: IntArray, latest: IntArray) -> None:
        """Rows, (N,), have a note more: events, (N, N_COLUMNS), each after its `latest`."""
        same = (self._written[rows] > 0) & (notes[:, Column.PART] == latest[:, Column.PART])
        self._written[rows] = np.where(same, self._written[rows] + 1, 1)

    def bar_ended(self, row: int) -> None:
        """A row begins another bar."""
        self._written[row] = 0

    def _lacking(self, latest: IntArray) -> IntArray:
        """How many notes the part written last lacks in its bar, (R,)."""
        assert self._notes is not None
        part = np.minimum(latest[:, Column.PART], MAX_PARTS - 1)
        lacking = self._notes[np.arange(len(part)), part] - self._written
        found: IntArray = np.where(latest[:, Column.KIND] == NOTE_EVENT, lacking, 0)
        return found
