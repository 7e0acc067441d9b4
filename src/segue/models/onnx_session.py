"""What computes graphs, and what it can do on this processor."""

from functools import cache
from typing import Final

import numpy as np
import onnxruntime as ort

from segue.models.onnx_format import Graph, Tensor

__all__ = ["adds_signed_exactly", "session"]

_MOST: Final = 255
_MOST_SIGNED: Final = 127
_COUNT: Final = 256


def session(graph: bytes) -> ort.InferenceSession:
    """What computes a graph, on one thread."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


@cache
def adds_signed_exactly() -> bool:
    """Whether sums of products of whole numbers, one of them with a sign, are exact here.

    They are on processors with VNNI, and on ARM's. Other x86 processors add two products in 16
    bits, which do not hold the largest.
    """
    graph = Graph([Tensor("x", "uint8", ["R", _COUNT])], [Tensor("sums", "int32", ["R", _COUNT])])
    matrix = graph.constant(np.full((_COUNT, _COUNT), _MOST_SIGNED, np.int8))
    graph.node("MatMulInteger", "x", matrix, outputs=["sums"])
    summing = session(graph.encoded())
    # One row is added up in another way than several.
    sums = [summing.run(None, {"x": np.full((r, _COUNT), _MOST, np.uint8)})[0] for r in (1, 4)]
    return all(np.all(each == _COUNT * _MOST * _MOST_SIGNED) for each in sums)
