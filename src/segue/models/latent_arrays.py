"""What latents of cells say to a decoder, without torch: the same as `latent_reader`.

Shapes: R rows, C cells, L slices of a bar, Z, NB bars, P parts, T events, D width.
"""

import math
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from segue.encoding.sequence import MASKED, NOTE_EVENT, Column
from segue.encoding.vocabulary import MAX_PARTS, IntArray
from segue.models.latent_levels import sureness

__all__ = ["LatentArrays", "SaidOfLatents", "read_latents"]

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class LatentArrays:
    """The latents of some cells that each row is to write, noised already."""

    z: Float32Array
    """(R, C, L, Z)."""
    level: Float32Array
    """Of each cell (`latent_levels`), (R, C)."""
    of_cell: IntArray
    """Which are those of a bar and part, (R, NB, P); C: none are given."""

    @property
    def parts(self) -> Float32Array:
        """How sure it is that each part plays in each bar, (R, NB, P)."""
        sure = np.pad(sureness(self.level), [(0, 0), (0, 1)])
        found: Float32Array = sure[np.arange(len(sure))[:, None, None], self.of_cell]
        return found

    def rows(self, index: IntArray) -> "LatentArrays":
        """Those of some rows."""
        return LatentArrays(self.z[index], self.level[index], self.of_cell[index])


@dataclass(frozen=True)
class SaidOfLatents:
    """What latents say; the last cell stands for none, and says nothing."""

    of_event: Float32Array
    """(R, C + 1, D), as is `of_part`."""
    of_part: Float32Array
    here: Float32Array
    """(R, C + 1, L, D), as is `there`."""
    there: Float32Array
    of_cell: IntArray

    def rows(self, index: IntArray) -> "SaidOfLatents":
        """That of some rows."""
        return SaidOfLatents(*(getattr(self, f.name)[index] for f in fields(self)))

    def cells(self, bar: IntArray, part: IntArray) -> IntArray:
        """The index of each row's latents of bars and parts, (R, T) each; the last for none."""
        n_bars, none = self.of_cell.shape[1], self.of_event.shape[1] - 1
        every = np.arange(len(bar))[:, None]
        found = self.of_cell[every, np.minimum(bar, n_bars - 1), np.minimum(part, MAX_PARTS - 1)]
        cells: IntArray = np.where((part < MAX_PARTS) & (bar < n_bars), found, none)
        return cells

    def at(
        self, said: Float32Array, cells: IntArray, position: IntArray, lengths: IntArray
    ) -> Float32Array:
        """What `here` or `there` says of positions in bars of these lengths, (R, T): (R, T, D)."""
        n_slices = said.shape[2]
        slices = np.minimum(position * n_slices // np.maximum(lengths, 1), n_slices - 1)
        found: Float32Array = said[np.arange(len(cells))[:, None], cells, slices]
        return found

    def of_events(self, events: IntArray) -> Float32Array:
        """What is added to events (R, T, N_COLUMNS), (R, T, D)."""
        written = events[..., Column.KIND] == NOTE_EVENT
        written &= events[..., Column.ROLE] == MASKED
        part = np.where(written, events[..., Column.PART], MAX_PARTS)
        cells = self.cells(events[..., Column.BAR], part)
        said = self.at(self.here, cells, events[..., Column.POSITION], events[..., Column.LENGTH])
        said += self.of_event[np.arange(len(cells))[:, None], cells]
        return said


def read_latents(reader: ort.InferenceSession, latents: LatentArrays) -> SaidOfLatents:
    """What latents say, by the graph `onnx_graph.latents`."""
    rows, count, n_slices, width = latents.z.shape
    angle = latents.level * np.float32(math.pi / 2)
    told = np.stack([np.cos(angle), np.sin(angle)], axis=-1).astype(np.float32)
    by_slice = np.broadcast_to(told[:, :, None], (rows, count, n_slices, told.shape[-1]))
    wholes = np.concatenate([latents.z.reshape(rows, count, n_slices * width), told], axis=-1)
    parts = np.concatenate([latents.z, by_slice], axis=-1)
    of_event, of_part, here, there = reader.run(
        None,
        {
            "wholes": wholes.reshape(rows * count, -1),
            "parts": parts.reshape(rows * count * n_slices, -1),
        },
    )
    nothing = [(0, 0), (0, 1)]
    of_event, of_part = (
        np.pad(each.reshape(rows, count, -1), (*nothing, (0, 0))) for each in (of_event, of_part)
    )
    here, there = (
        np.pad(each.reshape(rows, count, n_slices, -1), (*nothing, (0, 0), (0, 0)))
        for each in (here, there)
    )
    return SaidOfLatents(of_event, of_part, here, there, latents.of_cell)
