"""The decoder as ONNX graphs, with its matrices in whole numbers of 8 bits.

The *body* reads events: from the rows of tables that an event's columns choose, through the layers,
to a hidden state. The *head* of an attribute goes from there to its logits. Graphs are made when a
model is loaded, from weights that were checked; nothing of a model's folder is run.

How numbers become whole: a matrix by column, each by its largest; what it is multiplied with by
row, each by its largest, so that what is said of one row does not depend on the others. Sums are
exact. Attention, norms and all that is added stay in float32.

Shapes: R rows, T events, N = R x T, D width, H heads, E a head's width, M the context.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from segue.models.decoder_config import DecoderConfig
from segue.models.onnx_format import Graph, Tensor

Float32Array = npt.NDArray[np.float32]
Weights = dict[str, Float32Array]

_OURS: Final = "com.microsoft"
_EPSILON: Final = float(np.finfo(np.float32).eps)
"""What torch adds to a mean square."""
_MIDDLE, _MOST = 128, 127
"""Of whole numbers of 8 bits without a sign: what stands for 0, and the most to either side."""


def body(config: DecoderConfig, weights: Weights) -> bytes:
    """The graph that reads events.

    Inputs: `rows` of the table of columns, (R, T, C), and what is `asked` of each event, (R, T, D);
    `cos` and `sin` of its turns, (N, E / 2), and its `place` among them, (R, T); the keys and the
    values of each layer, (R, H, M, E), which it extends in place; of each row the index of the
    `last` event, (R,), and how many there are in `total`. Output: each event's `hidden` state.
    """
    heads, half = config.heads, config.width // config.heads // 2
    held = [f"{what}{layer}" for layer in range(config.layers) for what in ("keys", "values")]
    cache: list[int | str] = ["R", heads, config.context, 2 * half]
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
    writer = _Writer(graph, weights)
    table = graph.constant(weights["embed.sum.table.weight"])
    (found,) = graph.node("Gather", table, "rows")
    (summed,) = graph.node("ReduceSum", found, graph.constant(np.array([2])), keepdims=0)
    (x,) = graph.node("Add", summed, "asked")
    added: str | None = None
    for layer in range(config.layers):
        x, added = writer.layer(f"blocks.{layer}", x, added, config, layer)
    writer.normed_sum(x, added, "norm.weight", output="hidden")
    return graph.encoded()


def head(config: DecoderConfig, weights: Weights, attribute: int) -> bytes:
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
    writer = _Writer(graph, weights)
    before = f"heads.before.{attribute}"
    normed = writer.normed("known", f"{before}.0.weight")
    hidden = writer.product(normed, weights[f"{before}.1.weight"])
    (bent,) = graph.node(
        "BiasGelu", hidden, graph.constant(weights[f"{before}.1.bias"]), domain=_OURS
    )
    graph.node("Add", writer.product(bent, matrix), graph.constant(bias), outputs=["logits"])
    return graph.encoded()


class _Writer:
    """What graphs are made of."""

    def __init__(self, graph: Graph, weights: Weights) -> None:
        self.graph, self.weights = graph, weights
        self._last_axis = graph.constant(np.array([-1]))
        self._least = graph.constant(np.array([np.finfo(np.float32).tiny]))
        self._step = graph.constant(np.array(1 / _MOST, np.float32))
        self._middle = graph.constant(np.array(_MIDDLE, np.uint8))

    def layer(
        self, name: str, x: str, added: str | None, config: DecoderConfig, number: int
    ) -> tuple[str, str]:
        """A block; what goes on, and what is still to be added to it."""
        graph, weights = self.graph, self.weights
        x, normed = self.normed_sum(x, added, f"{name}.norm_attention.weight")
        qkv = self.product(normed, weights[f"{name}.query_key_value.weight"])
        q, k, v = graph.node("Split", qkv, outputs=3, axis=-1, num_outputs=3)
        q = self.turned(q, f"{name}.norm_query.weight", config)
        k = self.turned(k, f"{name}.norm_key.weight", config)
        held = [f"keys{number}", f"values{number}"]
        mixed, *_ = graph.node(
            "GroupQueryAttention",
            *(q, k, v, *held, "last", "total"),
            outputs=[graph.new_name(), *(f"{h}_out" for h in held)],
            domain=_OURS,
            num_heads=config.heads,
            kv_num_heads=config.heads,
        )
        found = self.product(mixed, weights[f"{name}.attention_out.weight"])
        x, normed = self.normed_sum(x, found, f"{name}.norm_feed.weight")
        wide = self.product(normed, weights[f"{name}.feed_in.weight"])
        (bent,) = graph.node("Gelu", wide, domain=_OURS)
        return x, self.product(bent, weights[f"{name}.feed_out.weight"])

    def turned(self, x: str, gain: str, config: DecoderConfig) -> str:
        """Queries or keys, normed by head and turned by their place and time."""
        by_head = np.array([0, 0, config.heads, config.width // config.heads])
        together = np.array([0, 0, config.width])
        (x,) = self.graph.node("Reshape", x, self.graph.constant(by_head))
        (x,) = self.graph.node("Reshape", self.normed(x, gain), self.graph.constant(together))
        turned = self.graph.node(
            "RotaryEmbedding", x, "place", "cos", "sin", domain=_OURS, num_heads=0
        )
        return turned[0]

    def normed(self, x: str, gain: str) -> str:
        """The root-mean-square norm, with the gain of this name."""
        gain = self.graph.constant(self.weights[gain])
        return self.graph.node("SimplifiedLayerNormalization", x, gain, axis=-1, epsilon=_EPSILON)[
            0
        ]

    def normed_sum(
        self, x: str, added: str | None, gain: str, output: str | None = None
    ) -> tuple[str, str]:
        """The sum of two, or the one, and its norm."""
        if added is None:
            return x, self.normed(x, gain)
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
        scale = np.maximum(np.abs(matrix).max(axis=1), np.finfo(np.float32).tiny) / _MOST
        whole = (np.round(matrix / scale[:, None]) + _MIDDLE).astype(np.uint8)
        (size,) = graph.node("Abs", x)
        (largest,) = graph.node("ReduceMax", size, self._last_axis, keepdims=1)
        (most,) = graph.node("Max", largest, self._least)
        (share,) = graph.node("Div", x, most)
        (rounded,) = graph.node("QuantizeLinear", share, self._step, self._middle)
        (found,) = graph.node(
            "MatMulIntegerToFloat",
            *(rounded, graph.constant(whole.T), self._step, graph.constant(scale)),
            *(self._middle, self._middle),
            domain=_OURS,
        )
        return graph.node("Mul", found, most)[0]
