"""A decoder whose layers ONNX Runtime computes, to compare: it was tried, and not taken.

One graph reads events and steps; its attention (`GroupQueryAttention`) extends keys and values in
place. Embeddings and heads are NumPy's. `bits=8` keeps the layers' matrices in whole numbers, in
blocks of 32. Needs `pip install onnx onnxruntime`, beside what Segue needs.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from segue.encoding.sequence import Column
from segue.encoding.vocabulary import IntArray
from segue.models.decoder_config import DecoderConfig
from segue.models.numpy_attention import Float32Array
from segue.models.numpy_decoder import NumpyDecoder, Weights

_OURS = "com.microsoft"
_EPSILON = float(np.finfo(np.float32).eps)
_BLOCK = 32


class OnnxDecoder(NumpyDecoder):
    """`NumpyDecoder`, but for its layers."""

    def __init__(self, config: DecoderConfig, weights: Weights, *, bits: int = 32) -> None:
        super().__init__(config, weights)
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        graph = _Graph(config, weights, bits).model()
        self.session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def past(self, rows: int, origin: Sequence[Any] | None = None) -> list[Any]:
        """One for all layers."""
        past = _Past(self, rows)
        if origin is not None:
            past.copy(origin[0])
        return [past]

    def read(
        self, events: IntArray, asked: Float32Array, past: list[Any], *, at: int | None
    ) -> Float32Array:
        """See `NumpyDecoder`."""
        turns = self.turns(events[..., Column.TIME], at or 0)
        found: Float32Array = past[0].read(self.embedded(events, asked), turns, at or 0)
        return found


class _Past:
    """The keys and values of all layers, (R, H, context, E) each, and where a graph finds them."""

    def __init__(self, model: OnnxDecoder, rows: int) -> None:
        config = model.config
        shape = (rows, config.heads, config.context, config.width // config.heads)
        self.session, self.rows, self.config = model.session, rows, config
        self.length = 0
        self.held = {
            f"{what}{layer}": np.empty(shape, np.float32)
            for layer in range(config.layers)
            for what in ("keys", "values")
        }
        self._of_one_event: Any = None

    def copy(self, other: "_Past") -> None:
        self.length = other.length
        for name, held in self.held.items():
            held[:, :, : self.length] = other.held[name][:, :, : self.length]

    def read(self, x: Float32Array, turns: Any, at: int) -> Float32Array:
        count = x.shape[1]
        if count > 1 or self._of_one_event is None:
            bound = self._bound(count)
        else:
            bound = self._of_one_event
        if count == 1:
            self._of_one_event = bound
        given, _, binding = bound
        given["x"][:] = x
        given["cos"][:], given["sin"][:] = (
            part.reshape(-1, turns.shape[-1]) for part in (turns.real, turns.imag)
        )
        given["last"][:] = at + count - 1
        given["total"][...] = self.length = at + count
        self.session.run_with_iobinding(binding)
        found: Float32Array = given["hidden"][:, -1].copy()
        return found

    def _bound(self, count: int) -> tuple[dict[str, Any], list[Any], Any]:
        rows, width = self.rows, self.config.width
        half = width // self.config.heads // 2
        given = {
            "x": np.empty((rows, count, width), np.float32),
            "cos": np.empty((rows * count, half), np.float32),
            "sin": np.empty((rows * count, half), np.float32),
            "place": np.arange(rows * count).reshape(rows, count),
            "last": np.zeros(rows, np.int32),
            "total": np.zeros((), np.int32),
            "hidden": np.empty((rows, count, width), np.float32),
        }
        binding, values = self.session.io_binding(), []
        for name, array in (given | self.held).items():
            value = ort.OrtValue.ortvalue_from_numpy(array)
            values.append(value)
            if name != "hidden":
                binding.bind_ortvalue_input(name, value)
            if name == "hidden" or name in self.held:
                binding.bind_ortvalue_output(name + "_out", value)
        return given, values, binding


class _Graph:
    def __init__(self, config: DecoderConfig, weights: Weights, bits: int) -> None:
        self.config, self.weights, self.bits = config, weights, bits
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def model(self) -> bytes:
        """The whole graph."""
        config = self.config
        self.constant("by head", np.array([0, 0, config.heads, config.width // config.heads]))
        self.constant("together", np.array([0, 0, config.width]))
        x, added = "x", None
        for layer in range(config.layers):
            x, added = self.layer(f"blocks.{layer}.", x, added, layer)
        self.add_and_norm(x, added, "norm.weight", "hidden_out", "end")
        half = config.width // config.heads // 2
        inputs = {
            "x": ("f", ["R", "T", config.width]),
            "cos": ("f", ["N", half]),
            "sin": ("f", ["N", half]),
            "place": ("l", ["R", "T"]),
            "last": ("i", ["R"]),
            "total": ("i", []),
        }
        shape = ["R", config.heads, "M", 2 * half]
        held = [f"{w}{layer}" for layer in range(config.layers) for w in ("keys", "values")]
        inputs |= {name: ("f", shape) for name in held}
        outputs = {name + "_out": ("f", shape) for name in held}
        outputs["hidden_out"] = ("f", ["R", "T", config.width])
        kinds = {"f": TensorProto.FLOAT, "l": TensorProto.INT64, "i": TensorProto.INT32}
        told = [
            [helper.make_tensor_value_info(n, kinds[k], s) for n, (k, s) in side.items()]
            for side in (inputs, outputs)
        ]
        graph = helper.make_graph(self.nodes, "decoder", *told, self.constants)
        versions = [helper.make_opsetid("", 18), helper.make_opsetid(_OURS, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=9)
        found: bytes = model.SerializeToString()
        return found

    def layer(self, name: str, x: str, added: str | None, layer: int) -> tuple[str, str]:
        """A block; what goes on, and what is still to be added to it."""
        heads = self.config.heads
        x, normed = self.add_and_norm(x, added, name + "norm_attention.weight", name + "n", name)
        self.product(normed, name + "query_key_value.weight", name + "qkv")
        self.node("Split", [name + "qkv"], [name + w for w in "qkv"], axis=-1, num_outputs=3)
        for what, norm in (("q", "norm_query"), ("k", "norm_key")):
            self.node("Reshape", [name + what, "by head"], [name + what + "4"])
            self.norm(name + what + "4", name + norm + ".weight", name + what + "5")
            self.node("Reshape", [name + what + "5", "together"], [name + what + "6"])
            turned = [name + what + "6", "place", "cos", "sin"]
            self.node("RotaryEmbedding", turned, [name + what + "7"], _OURS)
        held = [f"keys{layer}", f"values{layer}"]
        self.node(
            "GroupQueryAttention",
            [name + "q7", name + "k7", name + "v", *held, "last", "total"],
            [name + "mixed", *(h + "_out" for h in held)],
            _OURS,
            num_heads=heads,
            kv_num_heads=heads,
        )
        self.product(name + "mixed", name + "attention_out.weight", name + "found")
        x, normed = self.add_and_norm(
            x, name + "found", name + "norm_feed.weight", name + "m", name + "feed"
        )
        self.product(normed, name + "feed_in.weight", name + "wide")
        self.node("Gelu", [name + "wide"], [name + "bent"], _OURS)
        self.product(name + "bent", name + "feed_out.weight", name + "out")
        return x, name + "out"

    def node(
        self, op: str, inputs: list[str], outputs: list[str], domain: str = "", **told: Any
    ) -> None:
        """One more operation."""
        self.nodes.append(helper.make_node(op, inputs, outputs, domain=domain, **told))

    def constant(self, name: str, value: Any) -> str:
        """An array that the graph holds."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def norm(self, x: str, gain: str, out: str) -> None:
        """The root-mean-square norm."""
        gain = self.constant(gain, self.weights[gain])
        self.node("SimplifiedLayerNormalization", [x, gain], [out], axis=-1, epsilon=_EPSILON)

    def add_and_norm(
        self, x: str, added: str | None, gain: str, out: str, name: str
    ) -> tuple[str, str]:
        """The sum and its norm, `out`."""
        if added is None:
            self.norm(x, gain, out)
            return x, out
        inputs = [x, added, self.constant(gain, self.weights[gain])]
        outputs = [out, "", "", name + "sum"]
        self.node("SkipSimplifiedLayerNormalization", inputs, outputs, _OURS, epsilon=_EPSILON)
        return name + "sum", out

    def product(self, x: str, matrix: str, out: str) -> None:
        """`x` times the transpose of a matrix."""
        held = self.weights[matrix]
        if self.bits == 32:
            self.node("MatMul", [x, self.constant(matrix, held.T)], [out])
            return
        outputs, inputs = held.shape
        blocks = held.reshape(outputs, -1, _BLOCK)
        most = 2 ** (self.bits - 1)
        scales = np.abs(blocks).max(axis=2, keepdims=True) / (most - 1)
        whole = np.round(blocks / np.maximum(scales, 1e-30)) + most
        self.node(
            "MatMulNBits",
            [
                x,
                self.constant(matrix, whole.astype(np.uint8)),
                self.constant(matrix + "scales", scales[..., 0]),
            ],
            [out],
            _OURS,
            K=inputs,
            N=outputs,
            bits=self.bits,
            block_size=_BLOCK,
            accuracy_level=4,
        )
