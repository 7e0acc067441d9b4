"""What computes graphs, and what it can do on this processor."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from segue.models.onnx_format import Graph, Tensor

__all__ = ["Bound", "adds_signed_exactly", "session"]

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


class Bound:
    """A session, and the arrays that it reads from and writes to, where they are."""

    def __init__(
        self,
        session: ort.InferenceSession,
        inputs: Mapping[str, npt.NDArray[Any]],
        outputs: Mapping[str, npt.NDArray[Any]],
    ) -> None:
        self._session, self._binding = session, session.io_binding()
        self._kept: list[Any] = []
        for name, array in inputs.items():
            self._binding.bind_ortvalue_input(name, self._value(array))
        for name, array in outputs.items():
            self._binding.bind_ortvalue_output(name, self._value(array))

    def run(self) -> None:
        """Compute the outputs."""
        self._session.run_with_iobinding(self._binding)

    def _value(self, array: npt.NDArray[Any]) -> Any:
        value = ort.OrtValue.ortvalue_from_numpy(array)
        self._kept += [array, value]
        return value
