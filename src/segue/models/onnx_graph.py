"""The decoder as ONNX graphs, with its matrices in whole numbers of 8 bits.

The *body* reads events: from the rows of tables that an event's columns choose, through the layers,
to a hidden state. The *step* does the same for one event of each row, and rows that began with the
same events look back at one copy of them: a step waits for memory, and most of that are keys and
values. The *head* of an attribute goes from a hidden state to its logits. Graphs are made when a
model is loaded, from weights that were checked; nothing of a model's folder is run.

How numbers become whole: a matrix by column, each by its largest; what it is multiplied with by
row, each by its largest, so that what is said of one row does not depend on the others. Sums are
exact. Attention, norms and all that is added stay in float32.

Shapes: R rows, T events, N = R x T, C columns, D width, L layers, H heads, E a head's width, M the
events that there is room for.
"""

import math
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.models.decoder_config import DecoderConfig
from segue.models.onnx_format import Graph, Tensor

Float32Array = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int8 | np.uint8]
Weights = dict[str, Float32Array]

_OURS: Final = "com.microsoft"
_EPSILON: Final = float(np.finfo(np.float32).eps)
"""What torch adds to a mean square."""
_MIDDLE, _MOST = 128, 127
"""Of whole numbers of 8 bits without a sign: what stands for 0, and the most to either side."""


def held_names(layers: int) -> list[str]:
    """What graphs call the keys and values of their layers, in turn."""
    return [f"{what}{layer}" for layer in range(layers) for what in ("keys", "values")]


def body(config: DecoderConfig, weights: Weights, rounding: "Rounding | None" = None) -> bytes:
    """The graph that reads events.

    Inputs: `rows` of the table of columns, (R, T, C), and what is `asked` of each event, (R, T, D);
    `cos` and `sin` of its turns, (N, E / 2), and its `place` among them, (R, T); the keys and the
    values of each layer, (R, H, M, E), which it extends in place; of each row the index of the
    `last` event, (R,), and how many there are in `total`. Output: each event's `hidden` state.
    """
    heads, half = config.heads, config.width // config.heads // 2
    held = held_names(config.layers)
    cache: list[int | str] = ["R", heads, "M", 2 * half]
    graph = Graph(
        [
            Tensor("rows", "int64", ["R", "T", "C"]),
            Tensor("asked", "float32", ["R", "T", config.width]),
            Tensor("cos", "float32", ["N", half]),
            Tensor("sin", "float32", ["N", half]),
            Tensor("place", "int64", ["R", "T"]),
            Tensor("last", "int32", ["R"]),
            Tensor("total", "int32", []),
            *(Tensor(name, "float32", cache) for name in held),
        ],
        [
            Tensor("hidden", "float32", ["R", "T", config.width]),
            *(Tensor(f"{name}_out", "float32", cache) for name in held),
        ],
    )
    writer = _Writer(graph, weights, rounding or Rounding())
    writer.layers(config, writer.grouped_attention)
    return graph.encoded()


def step(config: DecoderConfig, weights: Weights, rounding: "Rounding | None" = None) -> bytes:
    """The graph that reads one more event of each row; rows stand where the body has events.

    Inputs: `rows` of the table of columns, (1, R, C), and what is `asked` of each event, (1, R, D);
    `cos` and `sin` of its turns, (R, E / 2), and its `place` among them, (1, R). Of each layer the
    keys and values of the M events that rows began with, (H, R, M, E), or (H, 1, M, E) where they
    are the same for all, and of those `since` then, (H, R, S, E). What is added for `seeing` each
    of those, and the new event, (M + S + 1,): 0, or minus infinity where there is none. Outputs:
    the `hidden` state of each event, (1, R, D), and its `new` keys and values, (L * 2 * H, R, 1,
    E).
    """
    heads, half = config.heads, config.width // config.heads // 2
    held = held_names(config.layers)
    begun: list[int | str] = [heads, "G", "M", 2 * half]
    since: list[int | str] = [heads, "R", "S", 2 * half]
    graph = Graph(
        [
            Tensor("rows", "int64", [1, "R", "C"]),
            Tensor("asked", "float32", [1, "R", config.width]),
            Tensor("cos", "float32", ["R", half]),
            Tensor("sin", "float32", ["R", half]),
            Tensor("place", "int64", [1, "R"]),
            Tensor("seeing", "float32", ["V"]),
            *(Tensor(name, "float32", begun) for name in held),
            *(Tensor(f"{name}_since", "float32", since) for name in held),
        ],
        [
            Tensor("hidden", "float32", [1, "R", config.width]),
            Tensor("new", "float32", [len(held) * heads, "R", 1, 2 * half]),
        ],
    )
    writer = _Writer(graph, weights, rounding or Rounding())
    writer.layers(config, writer.shared_attention)
    graph.node("Concat", *writer.new, outputs=["new"], axis=0)
    return graph.encoded()


def head(
    config: DecoderConfig, weights: Weights, attribute: int, rounding: "Rounding | None" = None
) -> bytes:
    """The graph of an attribute's logits, without the grammar.

    Input: what is `known` so far of the next event, (R, D). Output: its `logits`, (R, size); of the
    part, those of all instruments and of the end of the bar, then of all numbers.
    """
    out = (
        [f"heads.out.{attribute - 1}"] if attribute else ["heads.out_instrument", "heads.out_part"]
    )
    matrix, bias = (
        np.concatenate([weights[f"{name}.{what}"] for name in out]) for what in ("weight", "bias")
    )
    graph = Graph(
        [Tensor("known", "float32", ["R", config.width])],
        [Tensor("logits", "float32", ["R", len(bias)])],
    )
    writer = _Writer(graph, weights, rounding or Rounding())
    before = f"heads.before.{attribute}"
    normed = writer.normed("known", weights[f"{before}.0.weight"])
    hidden = writer.product(normed, weights[f"{before}.1.weight"])
    (bent,) = graph.node(
        "BiasGelu", hidden, graph.constant(weights[f"{before}.1.bias"]), domain=_OURS
    )
    graph.node("Add", writer.product(bent, matrix), graph.constant(bias), outputs=["logits"])
    return graph.encoded()


def latents(config: DecoderConfig, weights: Weights, rounding: "Rounding | None" = None) -> bytes:
    """The graph of what latents of cells say, each with its level: see `latent_reader`.

    Inputs: `wholes`, all latents of a cell, (C, L x Z + 2), and `parts`, one by one, (C x L, Z +
    2). Outputs: what is added for the cell to its events and to its part, (C, D), and for the place
    `here` and `there`, (C x L, D).
    """
    n_level = weights["latents.slice.weight"].shape[1] - config.latent_width
    wide = config.slices * config.latent_width + n_level
    names = ("event", "part", "here", "there")
    graph = Graph(
        [
            Tensor("wholes", "float32", ["C", wide]),
            Tensor("parts", "float32", ["S", config.latent_width + n_level]),
        ],
        [
            Tensor(name, "float32", ["C" if name in names[:2] else "S", config.width])
            for name in names
        ],
    )
    writer = _Writer(graph, weights, rounding or Rounding())
    for given, layer, said in (("wholes", "whole", names[:2]), ("parts", "slice", names[2:])):
        hidden = writer.product(given, weights[f"latents.{layer}.weight"])
        bias = graph.constant(weights[f"latents.{layer}.bias"])
        (bent,) = graph.node("BiasGelu", hidden, bias, domain=_OURS)
        for name in said:
            found = writer.product(bent, weights[f"latents.{name}.weight"])
            graph.node("Identity", found, outputs=[name])
    return graph.encoded()


class Rounding:
    """Matrices in whole numbers, each rounded once for all graphs that it is in.

    Without a sign, every processor adds their products exactly. With a sign, those that
    `onnx_session.adds_signed_exactly` names do it, and sooner; the sums are the same.
    """

    def __init__(self, *, signed: bool = False) -> None:
        self.nought = np.array(0, np.int8) if signed else np.array(_MIDDLE, np.uint8)
        """What stands for 0."""
        self._found: dict[int, tuple[Float32Array, Whole, Float32Array]] = {}

    def of(self, matrix: Float32Array) -> tuple[Whole, Float32Array]:
        """Of a matrix, (outputs, inputs): its transpose, and what 1 stands for in each column."""
        if id(matrix) not in self._found:  # the matrix is kept, so that no other has its id
            tiny = np.finfo(np.float32).tiny
            scale = np.maximum(np.abs(matrix).max(axis=1), tiny) / np.float32(_MOST)
            whole = (np.round(matrix / scale[:, None]) + self.nought).astype(self.nought.dtype)
            self._found[id(matrix)] = matrix, np.ascontiguousarray(whole.T), scale
        return self._found[id(matrix)][1:]


class _Writer:
    """What graphs are made of."""

    def __init__(self, graph: Graph, weights: Weights, rounding: "Rounding") -> None:
        self.graph, self.weights, self.rounding = graph, weights, rounding
        self.new: list[str] = []
        """Keys and values of the event that is read, layer by layer."""
        self._sizes: str | None = None
        self._last_axis = graph.constant(np.array([-1]))
        self._step = graph.constant(np.array(1 / _MOST, np.float32))
        self._middle = graph.constant(np.array(_MIDDLE, np.uint8))
        self._nought = graph.constant(rounding.nought)

    def layers(self, config: DecoderConfig, attention: "_Attention") -> None:
        """From `rows` and what is `asked` to `hidden` states."""
        graph = self.graph
        table = graph.constant(self.weights["embed.sum.table.weight"])
        # Columns outside: how many there are of other things must not change the order of sums.
        (columns,) = graph.node("Transpose", "rows", perm=[2, 0, 1])
        (found,) = graph.node("Gather", table, columns)
        (summed,) = graph.node("ReduceSum", found, graph.constant(np.array([0])), keepdims=0)
        (x,) = graph.node("Add", summed, "asked")
        added: str | None = None
        for layer in range(config.layers):
            x, added = self.layer(x, added, config, layer, attention)
        self.normed_sum(x, added, "norm.weight", output="hidden")

    def layer(
        self,
        x: str,
        added: str | None,
        config: DecoderConfig,
        number: int,
        attention: "_Attention",
    ) -> tuple[str, str]:
        """A block; what goes on, and what is still to be added to it."""
        graph, weights, name = self.graph, self.weights, f"blocks.{number}"
        x, normed = self.normed_sum(x, added, f"{name}.norm_attention.weight")
        qkv = self.product(normed, weights[f"{name}.query_key_value.weight"])
        mixed = attention(qkv, config, number)
        found = self.product(mixed, weights[f"{name}.attention_out.weight"])
        x, normed = self.normed_sum(x, found, f"{name}.norm_feed.weight")
        wide = self.product(normed, weights[f"{name}.feed_in.weight"])
        (bent,) = graph.node("Gelu", wide, domain=_OURS)
        return x, self.product(bent, weights[f"{name}.feed_out.weight"])

    def grouped_attention(self, qkv: str, config: DecoderConfig, number: int) -> str:
        """Of the events of each row, whose keys and values go where those of the past are."""
        graph = self.graph
        q, k, v = graph.node("Split", qkv, outputs=3, axis=-1, num_outputs=3)
        q = self.turned(q, f"blocks.{number}.norm_query.weight", config)
        k = self.turned(k, f"blocks.{number}.norm_key.weight", config)
        held = [f"keys{number}", f"values{number}"]
        mixed, *_ = graph.node(
            "GroupQueryAttention",
            *(q, k, v, *held, "last", "total"),
            outputs=[graph.new_name(), *(f"{h}_out" for h in held)],
            domain=_OURS,
            num_heads=config.heads,
            kv_num_heads=config.heads,
        )
        return mixed

    def shared_attention(self, qkv: str, config: DecoderConfig, number: int) -> str:
        """Of one event of each row: heads outside and rows inside, each row a product of its own.

        So what all rows began with is fetched from memory once for all of them, and what is said of
        a row does not depend on how many there are.
        """
        graph, heads, name = self.graph, config.heads, f"blocks.{number}"
        wide = config.width // heads
        (parts,) = graph.node("Reshape", qkv, graph.constant(np.array([1, -1, 3 * heads, wide])))
        (parts,) = graph.node("Transpose", parts, perm=[0, 2, 1, 3])  # (1, 3 H, R, E)
        qk, v = graph.node(
            "Split", parts, graph.constant(np.array([2 * heads, heads])), outputs=2, axis=1
        )
        qk = self.normed(qk, gain=np.ones(wide, np.float32))
        query, key = (self.weights[f"{name}.norm_{of}.weight"] for of in ("query", "key"))
        gains = np.stack([query / np.float32(math.sqrt(wide)), key]).repeat(heads, axis=0)
        (qk,) = graph.node("Mul", qk, graph.constant(gains[:, None]))
        (qk,) = graph.node("RotaryEmbedding", qk, "place", "cos", "sin", domain=_OURS, num_heads=0)
        by_row = graph.constant(np.array([heads, -1, 1, wide]))
        q, k = graph.node("Split", qk, outputs=2, axis=1, num_outputs=2)
        q, k, v = (graph.node("Reshape", each, by_row)[0] for each in (q, k, v))
        self.new += [k, v]

        keys, values = held_names(config.layers)[2 * number : 2 * number + 2]
        sides = [(keys, values), (f"{keys}_since", f"{values}_since"), (k, v)]
        scores = [graph.node("FusedMatMul", q, k, domain=_OURS, transB=1)[0] for k, _ in sides]
        (score,) = graph.node("Concat", *scores, axis=-1)
        (seen,) = graph.node("Add", score, "seeing")
        (weight,) = graph.node("Softmax", seen, axis=-1)
        weights = graph.node("Split", weight, self.sizes(), outputs=len(sides), axis=-1)
        mixed = [
            graph.node("MatMul", weight, v)[0]
            for weight, (_, v) in zip(weights, sides, strict=True)
        ]
        (total,) = graph.node("Sum", *mixed)
        (rows,) = graph.node("Transpose", total, perm=[2, 1, 0, 3])  # (1, R, H, E)
        return graph.node("Reshape", rows, graph.constant(np.array([1, -1, config.width])))[0]

    def sizes(self) -> str:
        """How many events there are in the beginning, since then, and new."""
        if self._sizes is None:
            begun, since = (
                self.graph.node("Shape", name, start=2, end=3)[0]
                for name in ("keys0", "keys0_since")
            )
            one = self.graph.constant(np.array([1]))
            (self._sizes,) = self.graph.node("Concat", begun, since, one, axis=0)
        return self._sizes

    def turned(self, x: str, gain: str, config: DecoderConfig) -> str:
        """Queries or keys, normed by head and turned by their place and time."""
        by_head = np.array([0, 0, config.heads, config.width // config.heads])
        together = np.array([0, 0, config.width])
        (x,) = self.graph.node("Reshape", x, self.graph.constant(by_head))
        normed = self.normed(x, self.weights[gain])
        (x,) = self.graph.node("Reshape", normed, self.graph.constant(together))
        turned = self.graph.node(
            "RotaryEmbedding", x, "place", "cos", "sin", domain=_OURS, num_heads=0
        )
        return turned[0]

    def normed(self, x: str, gain: Float32Array) -> str:
        """The root-mean-square norm, with its gain."""
        return self.graph.node(
            "SimplifiedLayerNormalization",
            *(x, self.graph.constant(gain)),
            axis=-1,
            epsilon=_EPSILON,
        )[0]

    def normed_sum(
        self, x: str, added: str | None, gain: str, output: str | None = None
    ) -> tuple[str, str]:
        """The sum of two, or the one, and its norm."""
        if added is None:
            return x, self.normed(x, self.weights[gain])
        normed, total = output or self.graph.new_name(), self.graph.new_name()
        self.graph.node(
            "SkipSimplifiedLayerNormalization",
            *(x, added, self.graph.constant(self.weights[gain])),
            outputs=[normed, "", "", total],
            domain=_OURS,
            epsilon=_EPSILON,
        )
        return total, normed

    def product(self, x: str, matrix: Float32Array) -> str:
        """`x`, (..., inputs), times the transpose of a matrix, (outputs, inputs)."""
        graph = self.graph
        whole, scale = self.rounding.of(matrix)
        (size,) = graph.node("Abs", x)
        (most,) = graph.node("ReduceMax", size, self._last_axis, keepdims=1)
        # Of a row that is 0 all over, the share is not a number: a whole number, times 0.
        (share,) = graph.node("Div", x, most)
        (rounded,) = graph.node("QuantizeLinear", share, self._step, self._middle)
        (found,) = graph.node(
            "MatMulIntegerToFloat",
            *(rounded, graph.constant(whole), self._step, graph.constant(scale)),
            *(self._middle, self._nought),
            domain=_OURS,
        )
        return graph.node("Mul", found, most)[0]


_Attention = Callable[[str, DecoderConfig, int], str]
"""(queries, keys and values; the shape; the layer's number) -> what is mixed of the values."""
