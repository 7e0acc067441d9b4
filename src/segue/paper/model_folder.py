"""A trained model of the paper on disk: `model.safetensors` and `card.json`, never a pickle."""

import json
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save

from segue.config import from_mapping, to_mapping
from segue.errors import CheckpointError, ConfigError
from segue.files import make_folder, write_bytes
from segue.models.paper_vae import PaperModelConfig, PaperVAE
from segue.models.weights import load_weights
from segue.reading import read_json
from segue.vae.columns import Column

__all__ = ["CARD_NAME", "WEIGHTS_NAME", "load_paper_model", "save_paper_model"]

FORMAT_VERSION: Final = 1
WEIGHTS_NAME: Final = "model.safetensors"
CARD_NAME: Final = "card.json"


def save_paper_model(
    model: PaperVAE, folder: Path, about: dict[str, Any], *, dtype: torch.dtype | None = None
) -> None:
    """Write weights and card; either is replaced whole or not at all.

    `about`: facts about the weights for the card; `dtype`: what they are stored as, by default
    what they are.

    Raises:
        InputError: the folder cannot be written, or the disk is full.
    """
    make_folder(folder)
    weights = {name: value.detach().cpu().to(dtype) for name, value in model.state_dict().items()}
    card = {
        "format_version": FORMAT_VERSION,
        "model": to_mapping(model.config),
        "columns": [to_mapping(column) for column in model.embedding.columns],
        **about,
    }
    write_bytes(folder / WEIGHTS_NAME, save(weights))
    write_bytes(folder / CARD_NAME, (json.dumps(card, indent=1) + "\n").encode())


def load_paper_model(folder: Path) -> PaperVAE:
    """The model in a folder, on the CPU.

    Raises:
        CheckpointError: it is missing, damaged, or of another version.
    """
    try:
        card = read_json(folder / CARD_NAME)
        if card["format_version"] != FORMAT_VERSION:
            raise CheckpointError(
                f"{folder} is of format version {card['format_version']}, this Segue reads "
                f"{FORMAT_VERSION}"
            )
        where = str(folder / CARD_NAME)
        config = from_mapping(PaperModelConfig, card["model"], where=where)
        columns = [from_mapping(Column, column, where=where) for column in card["columns"]]
        model = load_weights(
            lambda: PaperVAE(config, columns),
            folder / WEIGHTS_NAME,
            card=CARD_NAME,
            n_least=config.hidden**2 + config.decoder_hidden**2 + config.latents * config.hidden,
        )
        model.eval()
    except (OSError, ValueError, LookupError, TypeError, RuntimeError) as error:
        raise CheckpointError(f"{folder}: holds no model of the paper: {error}") from error
    except ConfigError as error:
        raise CheckpointError(f"{folder}: is damaged: {error}") from error
    return model
