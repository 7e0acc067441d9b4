"""A decoder's weights as NumPy arrays, from a folder that is not trusted, without torch.

Numbers are kept in float16, bfloat16 or float32 and read as float32. The file is checked as
`weights` does for PyTorch: it is never larger than its card's model, holds its weights and no
others, and no number that is not finite.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, deserialize

from segue.errors import CheckpointError
from segue.models.decoder_config import DecoderConfig
from segue.models.decoder_shape import weight_shapes
from segue.models.folder import (
    CARD_NAME,
    WEIGHTS_NAME,
    difference,
    least_numbers,
    require_weights,
)
from segue.reading import read_regular

Float32Array = npt.NDArray[np.float32]

_MOST_BYTES: Final = 4
"""Of a number."""
_KINDS: Final = {"F16": "<f2", "F32": "<f4"}
_HEADER_BYTES: Final = 2**20
"""Far more than the names and the shapes of a decoder's weights need."""


def read_weights(folder: Path, config: DecoderConfig) -> dict[str, Float32Array]:
    """The weights of a folder, in float32, by their names.

    Raises:
        CheckpointError: the file is missing or damaged, is of another model, or holds a number that
            is not finite.
    """
    path = folder / WEIGHTS_NAME
    require_weights(path, least_numbers(config))
    return read_arrays(path, weight_shapes(config))


def read_arrays(path: Path, shapes: dict[str, tuple[int, ...]]) -> dict[str, Float32Array]:
    """Arrays of these names and shapes from a file that has them and no others, in float32.

    Raises:
        CheckpointError: as `read_weights`.
    """
    require_weights(path, 0)
    numbers = sum(int(np.prod(shape)) for shape in shapes.values())
    try:
        data = read_regular(path, max_bytes=numbers * _MOST_BYTES + _HEADER_BYTES)
        tensors: dict[str, Any] = dict(deserialize(data))  # type: ignore[no-untyped-call]
    except (OSError, SafetensorError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}; copy or train it again") from error
    found = {name: tuple(tensor["shape"]) for name, tensor in tensors.items()}
    if found != shapes:
        raise CheckpointError(
            f"{path} holds other weights than {CARD_NAME} says: {difference(found, shapes)}; "
            "copy both from one place"
        )
    return {name: _as_float(tensors[name], name, path) for name in shapes}


def _as_float(tensor: dict[str, Any], name: str, path: Path) -> Float32Array:
    kind, data = tensor["dtype"], tensor["data"]
    if kind == "BF16":  # the upper half of a float32
        value = (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32)
    elif kind in _KINDS:
        value = np.frombuffer(data, _KINDS[kind])
    else:
        raise CheckpointError(
            f"{path}: {name} holds numbers of the kind {kind}, not F16, BF16 or F32; copy or "
            "train it again"
        )
    found = value.astype(np.float32, copy=False).reshape(tensor["shape"])
    if not np.isfinite(found).all():
        raise CheckpointError(
            f"{path}: {name} holds a number that is not finite; copy or train it again"
        )
    return found
