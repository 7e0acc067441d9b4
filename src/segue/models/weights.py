"""A model's weights from a file that is not trusted: what they are is checked before they are held.

Safetensors hold no code, and are never larger than their file. But a card may describe a model of
any size, and a file may hold numbers that are none: both end in a `CheckpointError` here, and not
in a memory that is full, or in an index that goes astray while notes are drawn.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from segue.errors import CheckpointError
from segue.files import write_bytes
from segue.models.folder import difference, require_weights

__all__ = ["load_weights"]

ModelT = TypeVar("ModelT", bound=nn.Module)


def save_weights(model: nn.Module, path: Path, *, dtype: torch.dtype) -> None:
    """Write a model's weights as safetensors, whole or not at all.

    Raises:
        InputError: the file cannot be written, or the disk is full.
    """
    weights = {
        name: value.detach().to(dtype).contiguous() for name, value in model.state_dict().items()
    }
    write_bytes(path, save(weights, metadata={"format": "pt"}))


def load_weights(build: Callable[[], ModelT], path: Path, *, card: str, n_least: int) -> ModelT:
    """A model with the weights of a file, in float32.

    `build`: makes it, with any weights. `card`: what says how the model is, for messages.
    `n_least`: how many numbers such a model has at least, within a small factor: one of which the
    file holds less is never built.

    Raises:
        CheckpointError: the file is missing or damaged, is of another model, or holds a number that
            is not finite.
    """
    require_weights(path, n_least, card)
    model = build()
    weights = _read(path, {name: tuple(v.shape) for name, v in model.state_dict().items()}, card)
    for name, value in weights.items():
        if not torch.isfinite(value).all():
            raise CheckpointError(
                f"{path}: {name} holds a number that is not finite; copy or train it again"
            )
    model.load_state_dict(weights)
    return model


def _read(path: Path, wanted: Mapping[str, tuple[int, ...]], card: str) -> dict[str, Tensor]:
    try:
        with safe_open(path, framework="pt") as file:
            found = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
            if found != wanted:
                raise CheckpointError(
                    f"{path} holds other weights than {card} says: {difference(found, wanted)}; "
                    "copy both from one place"
                )
            return {name: _as_float(file.get_tensor(name), name, path) for name in wanted}
    except (OSError, SafetensorError, RuntimeError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}; copy or train it again") from error


def _as_float(value: Tensor, name: str, path: Path) -> Tensor:
    if not value.is_floating_point():
        raise CheckpointError(f"{path}: {name} holds no real numbers; copy or train it again")
    return value.float()
