"""The folder of a trained model: `model.safetensors` and `card.json`, found and read without torch.

The card says what the weights are: format version, configuration, what they were trained on and
how they measured. What is not here: the weights (`weights` for PyTorch, `weight_arrays` without).
"""

import re
from collections.abc import Mapping
from importlib import resources
from itertools import count
from pathlib import Path
from typing import Any, Final

from segue.config import from_mapping
from segue.errors import CheckpointError, ConfigError
from segue.files import user_folder
from segue.hub import is_address
from segue.models.decoder_config import DecoderConfig
from segue.reading import is_regular, read_json

WEIGHTS_NAME: Final = "model.safetensors"
CARD_NAME: Final = "card.json"
CELLS_NAME: Final = "cells.safetensors"
"""The encoder of cells, of a model that reads their latents."""
CELLS_KEY: Final = "cells"
"""Of its card: the encoder's shape."""
FILE_NAMES: Final = (WEIGHTS_NAME, CARD_NAME, CELLS_NAME, "critic.json", "novelty.npz")
"""All files that may be in the folder."""
REPORT_FOLDER, REPORT_PICTURE = "report", "rolls.png"
"""Where a personal model says what was learned, and the picture there."""
_LONGEST_NAME: Final = 60
_LEAST_BYTES: Final = 2
"""Of a number: weights are kept in float16, bfloat16 or float32."""
FORMAT_VERSION: Final = 2
"""Of decoders; version 1 are the models with look-back and latents of bars."""


def shipped_models() -> list[str]:
    """The names of the models inside the package."""
    folder = resources.files("segue.models") / "shipped"
    return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []


def personal_folder() -> Path:
    """Where the models are that were trained on somebody's own music, each under its name.

    It may not exist yet.
    """
    return user_folder() / "models"


def personal_models() -> list[str]:
    """The names of those models."""
    try:
        return sorted(path.parent.name for path in personal_folder().glob(f"*/{CARD_NAME}"))
    except OSError:
        return []


def new_personal_folder(wish: str) -> Path:
    """Where a personal model goes that is to be called something: so, or `WISH-2`, `WISH-3`, ..."""
    name = re.sub(r"[^\w .-]+", " ", wish)[:_LONGEST_NAME].strip(" .") or "mine"
    taken = {*shipped_models(), *(path.name for path in _entries(personal_folder()))}
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    return personal_folder() / next(each for each in names if each not in taken)


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def model_folder(name: str) -> Path:
    """The folder of a model: a shipped or personal one by its name, a folder by its path, or
    `hf://USER/NAME`.

    Raises:
        CheckpointError: there is no such model.
        InputError: it cannot be fetched from the hub.
    """
    if is_address(name):
        from segue.models.hub import fetch_model

        return fetch_model(name)
    shipped = shipped_models()
    if name in shipped:
        return Path(str(resources.files("segue.models") / "shipped" / name))
    if Path(name).is_dir():
        return Path(name)
    personal = personal_models()
    if name in personal:
        return personal_folder() / name
    known = [*shipped, *personal]
    raise CheckpointError(
        f"no model {name!r}: give a folder that training wrote, hf://USER/NAME"
        + (f", or one of {', '.join(known)}" if known else "")
    )


def read_card(folder: Path) -> dict[str, Any]:
    """The card of a model.

    Raises:
        CheckpointError: there is none, it is damaged, or of another format version.
    """
    path = folder / CARD_NAME
    try:
        card = read_json(path)
    except FileNotFoundError:
        raise CheckpointError(
            f"{folder} holds no model ({CARD_NAME} is missing); give the folder that training wrote"
        ) from None
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}; copy it again") from error
    found = card.get("format_version") if isinstance(card, dict) else None
    if found != FORMAT_VERSION:
        raise CheckpointError(
            f"{path} is of format version {found!r:.40}, this Segue reads {FORMAT_VERSION}; "
            "use the Segue that wrote it, or train again"
        )
    return dict(card)


def read_config(folder: Path) -> DecoderConfig:
    """The shape of a decoder, by its card.

    Raises:
        CheckpointError: as `read_card`; or the card describes no decoder.
    """
    try:
        return from_mapping(DecoderConfig, read_card(folder).get("model", {}), where="model")
    except ConfigError as error:
        raise CheckpointError(f"{folder / CARD_NAME} describes no model: {error}") from error


def least_numbers(config: DecoderConfig) -> int:
    """How many numbers a decoder has at least, within a small factor.

    A file of weights that holds less is refused before memory is taken for what its card says.
    """
    return config.layers * config.width**2


def require_weights(path: Path, n_least: int, card: str = CARD_NAME) -> None:
    """Refuse a file of weights before memory is taken for what its card says.

    `n_least`: how many numbers such a model has at least. `card`: what says how the model is.

    Raises:
        CheckpointError: the file is missing, is no regular file, or is too small.
    """
    if not path.exists():
        raise CheckpointError(f"{path} is missing; copy the whole folder of the model")
    if not is_regular(path):
        raise CheckpointError(f"{path} cannot be read: it is no file; copy or train it again")
    if path.stat().st_size < n_least * _LEAST_BYTES:
        raise CheckpointError(
            f"{path} holds other weights than {card} says, which are {n_least:,} at least; "
            "copy both from one place"
        )


def difference(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """The first weight, by name, whose shape is not as it should be."""
    name = min(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
    if name not in found:
        return f"{name} is not there"
    if name not in wanted:
        return f"nothing is called {name[:60]!r}"
    return f"{name} has the shape {found[name]} instead of {wanted[name]}"
