"""The encoder of cells as ONNX Runtime computes it: latents where musicians write, without torch.

A model's folder has its weights in `cells.safetensors`, and their shape in its card. It is the same
as `encoder`, but for the variances, which nothing needs. Shapes: C cells, T notes, L slices, Z, D
width, H heads, E a head's width.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from segue.config import from_mapping
from segue.encoding.cells import Cells
from segue.errors import CheckpointError, ConfigError
from segue.models.cells.columns import CELL_COLUMNS, N_PHASES, NOTE_COLUMNS
from segue.models.cells.config import CellVAEConfig
from segue.models.decoder_shape import rows_of
from segue.models.folder import CARD_NAME, CELLS_KEY, CELLS_NAME, read_card
from segue.models.onnx_format import Graph, Tensor
from segue.models.onnx_session import session
from segue.models.weight_arrays import Float32Array, read_arrays

__all__ = ["CellLatentsOf", "encoder_shapes", "load_cell_encoder"]

_EPSILON: Final = float(np.finfo(np.float32).eps)
_OURS: Final = "com.microsoft"
_MOST_AT_ONCE: Final = 256
"""Cells, so that memory stays small."""


def load_cell_encoder(folder: Path) -> "CellLatentsOf | None":
    """That of a model's folder; None where the model reads no latents.

    Raises:
        CheckpointError: the file is missing or damaged, or the card does not say its shape.
    """
    card = read_card(folder)
    if CELLS_KEY not in card:
        return None
    try:
        config = from_mapping(CellVAEConfig, card[CELLS_KEY], where=CELLS_KEY)
    except ConfigError as error:
        raise CheckpointError(f"{folder / CARD_NAME} describes no cells: {error}") from error
    return CellLatentsOf(config, read_arrays(folder / CELLS_NAME, encoder_shapes(config)))


def encoder_shapes(config: CellVAEConfig) -> dict[str, tuple[int, ...]]:
    """The name and the shape of every weight."""
    width, head = config.width, config.width // config.heads
    shapes: dict[str, tuple[int, ...]] = {
        "embed_notes.table.weight": (rows_of(NOTE_COLUMNS), width),
        "embed_cell.table.weight": (rows_of(CELL_COLUMNS), width),
        "slice.weight": (config.slices, width),
        "norm.weight": (width,),
        "heads.mean.weight": (config.latent_width, width),
        "heads.mean.bias": (config.latent_width,),
        **_feed("of_note", width, 2 * width),
    }
    for layer in range(config.encoder_layers):
        reading = f"between.{layer}"
        shapes |= {
            **{f"{reading}.norm_{of}.weight": (width,) for of in ("reader", "read")},
            **{f"{reading}.norm_{of}.weight": (head,) for of in ("query", "key")},
            f"{reading}.query.weight": (width, width),
            f"{reading}.key_value.weight": (2 * width, width),
            f"{reading}.out.weight": (width, width),
            **_feed(f"within.{layer}", width, 4 * width),
        }
    return shapes


def _feed(name: str, width: int, hidden: int) -> dict[str, tuple[int, ...]]:
    return {
        f"{name}.norm.weight": (width,),
        f"{name}.into.weight": (hidden, width),
        f"{name}.out.weight": (width, hidden),
    }


class CellLatentsOf:
    """What cells are as latents: the means of q(z | cell)."""

    def __init__(self, config: CellVAEConfig, weights: dict[str, Float32Array]) -> None:
        """`weights`: named as `encoder_shapes` does."""
        self.config = config
        self._session = session(_graph(config, weights))

    def __call__(self, cells: Cells) -> Float32Array:
        """Of each cell, (C, L, Z)."""
        config = self.config
        found = np.zeros((len(cells), config.slices, config.latent_width), np.float32)
        for first in range(0, len(cells), _MOST_AT_ONCE):
            some = np.arange(first, min(len(cells), first + _MOST_AT_ONCE))
            found[some] = self._means(cells.take(some))
        return found

    def _means(self, cells: Cells) -> Float32Array:
        notes, n_slices = cells.notes, self.config.slices
        is_note = np.arange(notes.shape[1]) < cells.counts[:, None]
        position, length = notes[..., 0], cells.lengths[:, None]
        of_note = position * n_slices // length
        is_in = (of_note[:, None] == np.arange(n_slices)[:, None]) & is_note[:, None]
        columns = np.concatenate([notes, position[..., None] % N_PHASES], axis=-1)
        about = np.stack([cells.instruments, cells.lengths, cells.numerators], axis=-1)
        (means,) = self._session.run(
            None,
            {
                "notes": columns + _offsets(NOTE_COLUMNS),
                "about": about + _offsets(CELL_COLUMNS),
                "is_in": is_in.astype(np.float32),
            },
        )
        found: Float32Array = means
        return found


def _offsets(columns: Sequence[tuple[int, int]]) -> np.typing.NDArray[np.int64]:
    """Where the values of each column stand in a table of all; its row 0 is silence."""
    return 1 + np.cumsum([0, *(size for _, size in columns[:-1])])


def _graph(config: CellVAEConfig, weights: dict[str, Float32Array]) -> bytes:
    """Inputs: the rows of the tables that `notes`, (C, T, 5), and what is told `about` cells, (C,
    3), choose; which notes each slice `is_in` has, (C, L, T). Output: the `means`, (C, L, Z).
    """
    graph = Graph(
        [
            Tensor("notes", "int64", ["C", "T", len(NOTE_COLUMNS)]),
            Tensor("about", "int64", ["C", len(CELL_COLUMNS)]),
            Tensor("is_in", "float32", ["C", config.slices, "T"]),
        ],
        [Tensor("means", "float32", ["C", config.slices, config.latent_width])],
    )
    writer = _Writer(graph, weights, config)
    about = writer.embedded("about", "embed_cell.table.weight", keep=1)
    notes = writer.sum(writer.embedded("notes", "embed_notes.table.weight", keep=0), about)
    (gathered,) = graph.node("MatMul", "is_in", writer.feed(notes, "of_note"))
    x = writer.sum(writer.sum(gathered, about), graph.constant(weights["slice.weight"]))
    for layer in range(config.encoder_layers):
        x = writer.feed(writer.reading(x, f"between.{layer}"), f"within.{layer}")
    found = writer.product(writer.normed(x, "norm"), "heads.mean")
    graph.node("Add", found, graph.constant(weights["heads.mean.bias"]), outputs=["means"])
    return graph.encoded()


class _Writer:
    """What the graph is made of."""

    def __init__(
        self, graph: Graph, weights: dict[str, Float32Array], config: CellVAEConfig
    ) -> None:
        self.graph, self.weights, self.config = graph, weights, config

    def embedded(self, rows: str, table: str, *, keep: int) -> str:
        """The sum of the rows of a table along the last axis; `keep`: as an axis of one."""
        (found,) = self.graph.node("Gather", self.graph.constant(self.weights[table]), rows)
        axis = self.graph.constant(np.array([-2]))
        return self.graph.node("ReduceSum", found, axis, keepdims=keep)[0]

    def sum(self, one: str, other: str) -> str:
        """One and the other."""
        return self.graph.node("Add", one, other)[0]

    def product(self, x: str, name: str) -> str:
        """`x`, (..., inputs), by a matrix."""
        matrix = np.ascontiguousarray(self.weights[f"{name}.weight"].T)
        return self.graph.node("MatMul", x, self.graph.constant(matrix))[0]

    def normed(self, x: str, name: str) -> str:
        """The root-mean-square norm, with its gain."""
        gain = self.graph.constant(self.weights[f"{name}.weight"])
        node = self.graph.node
        return node("SimplifiedLayerNormalization", x, gain, axis=-1, epsilon=_EPSILON)[0]

    def feed(self, x: str, name: str) -> str:
        """`segue.nn.reading.Feed`."""
        hidden = self.product(self.normed(x, f"{name}.norm"), f"{name}.into")
        (bent,) = self.graph.node("Gelu", hidden, domain=_OURS)
        return self.sum(x, self.product(bent, f"{name}.out"))

    def reading(self, x: str, name: str) -> str:
        """`segue.nn.reading.Reading` of a set by itself."""
        graph, heads = self.graph, self.config.heads
        query = self.product(self.normed(x, f"{name}.norm_reader"), f"{name}.query")
        both = self.product(self.normed(x, f"{name}.norm_read"), f"{name}.key_value")
        key, value = graph.node("Split", both, outputs=2, axis=-1, num_outputs=2)
        by_head = graph.constant(np.array([0, 0, heads, self.config.width // heads]))
        q, k, v = (graph.node("Reshape", each, by_head)[0] for each in (query, key, value))
        q, k = self.normed(q, f"{name}.norm_query"), self.normed(k, f"{name}.norm_key")
        q, v = (graph.node("Transpose", each, perm=[0, 2, 1, 3])[0] for each in (q, v))
        (k,) = graph.node("Transpose", k, perm=[0, 2, 3, 1])
        (scores,) = graph.node("MatMul", q, k)
        scale = np.array(1 / math.sqrt(self.config.width // heads), np.float32)
        (scaled,) = graph.node("Mul", scores, graph.constant(scale))
        (shares,) = graph.node("Softmax", scaled, axis=-1)
        (mixed,) = graph.node("MatMul", shares, v)
        (together,) = graph.node("Transpose", mixed, perm=[0, 2, 1, 3])
        flat = graph.constant(np.array([0, 0, self.config.width]))
        (joined,) = graph.node("Reshape", together, flat)
        return self.sum(x, self.product(joined, f"{name}.out"))
