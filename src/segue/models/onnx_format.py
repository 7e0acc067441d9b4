"""Models in the ONNX format, as bytes: no more of it than a decoder needs.

ONNX is protocol buffers, and these few messages are written here, since the package `onnx` is
larger than the model, and what computes the model (ONNX Runtime) brings no writer. A test reads
them with that package. Fields: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_IR_VERSION: Final = 10
_OPERATORS: Final = {"": 21, "com.microsoft": 1}
"""The domains of operators, and the version of each; the empty name is ONNX's own."""
_KINDS: Final = {"float32": 1, "uint8": 2, "int8": 3, "int32": 6, "int64": 7}
_FLOAT, _INT, _STRING, _INTS = 1, 2, 3, 7
"""The kinds of an attribute."""


@dataclass(frozen=True)
class Tensor:
    """What a graph is given or returns; a dimension is a number, or the name of one that varies."""

    name: str
    kind: str
    """Of its numbers, as NumPy calls it."""
    shape: Sequence[int | str]


@dataclass
class Graph:
    """Operations in the order in which they are computed, and the arrays that they use."""

    inputs: list[Tensor]
    outputs: list[Tensor]
    _nodes: list[bytes] = field(default_factory=list)
    _constants: dict[str, bytes] = field(default_factory=dict)
    _count: int = 0

    def new_name(self) -> str:
        """A name that nothing in the graph has yet."""
        self._count += 1
        return f"v{self._count}"

    def constant(self, value: npt.NDArray[Any]) -> str:
        """An array that the graph holds; returns its name."""
        name = self.new_name()
        little = np.asarray(value, value.dtype.newbyteorder("<"), order="C")
        self._constants[name] = (
            b"".join(_int(1, size) for size in value.shape)
            + _int(2, _KINDS[value.dtype.name])
            + _text(8, name)
            + _bytes(9, little.tobytes())
        )
        return name

    def node(
        self,
        operator: str,
        *inputs: str,
        outputs: int | Sequence[str] = 1,
        domain: str = "",
        **attributes: Any,
    ) -> list[str]:
        """One more operation; returns the names of what it gives.

        `inputs`: the empty name where one is left out. `outputs`: their names, or how many.
        """
        named = [self.new_name() for _ in range(outputs)] if isinstance(outputs, int) else outputs
        self._nodes.append(
            b"".join(_text(1, name) for name in inputs)
            + b"".join(_text(2, name) for name in named)
            + _text(4, operator)
            + b"".join(_bytes(5, _attribute(*item)) for item in attributes.items())
            + _text(7, domain)
        )
        return list(named)

    def encoded(self) -> bytes:
        """The whole model."""
        graph = (
            _all(1, self._nodes)
            + _text(2, "decoder")
            + _all(5, self._constants.values())
            + _all(11, map(_tensor, self.inputs))
            + _all(12, map(_tensor, self.outputs))
        )
        versions = [_text(1, name) + _int(2, version) for name, version in _OPERATORS.items()]
        return _int(1, _IR_VERSION) + _text(2, "segue") + _bytes(7, graph) + _all(8, versions)


def _attribute(name: str, value: float | str | Sequence[int]) -> bytes:
    if isinstance(value, str):
        return _text(1, name) + _text(4, value) + _int(20, _STRING)
    if isinstance(value, float):
        return _text(1, name) + b"\x15" + struct.pack("<f", value) + _int(20, _FLOAT)
    if isinstance(value, int):
        return _text(1, name) + _int(3, value) + _int(20, _INT)
    return _text(1, name) + b"".join(_int(8, each) for each in value) + _int(20, _INTS)


def _tensor(tensor: Tensor) -> bytes:
    sizes = [_text(2, s) if isinstance(s, str) else _int(1, s) for s in tensor.shape]
    shape = _all(1, sizes)
    kind = _int(1, _KINDS[tensor.kind]) + _bytes(2, shape)
    return _text(1, tensor.name) + _bytes(2, _bytes(1, kind))


def _varint(value: int) -> bytes:
    value &= 2**64 - 1  # negative numbers in two's complement
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _int(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _bytes(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode())


def _all(number: int, values: Iterable[bytes]) -> bytes:
    return b"".join(_bytes(number, value) for value in values)
