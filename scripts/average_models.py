"""Average the weights of models that were trained on from each other.

    python -m scripts.average_models OUT FOLDER=0.4 FOLDER=0.6

Shares add up to 1. Weights that lie on one way of training can be averaged, and the average often
predicts better than each of them (Izmailov et al., 2018, arXiv:1803.05407; Wortsman et al., 2022,
arXiv:2109.01903). Those of runs that began from different weights cannot. The card, the encoder of
cells and all else are those of the last folder; how much context is read, too.
"""

import math
import shutil
from pathlib import Path
from typing import Annotated

import torch
import typer

from segue.errors import InputError
from segue.models.decoder import Decoder
from segue.models.decoder_folder import load_decoder, save_decoder
from segue.models.folder import CELLS_NAME, read_card


def averaged(models: list[tuple[Decoder, float]]) -> Decoder:
    """A decoder with the mean of some weights, by shares; its shape is that of the last.

    Raises:
        InputError: shares do not add up to 1, or the networks have other weights.
    """
    total = sum(share for _, share in models)
    if not math.isclose(total, 1, abs_tol=1e-6):
        raise InputError(f"shares must add up to 1, these are {total:g} in all")
    weights = [model.state_dict() for model, _ in models]
    sizes = [{name: tensor.shape for name, tensor in each.items()} for each in weights]
    if any(each != sizes[0] for each in sizes):
        raise InputError("only models of one size have weights that can be averaged")
    mean = {
        name: sum(share * each[name] for each, (_, share) in zip(weights, models, strict=True))
        for name in weights[0]
    }
    found = Decoder(models[-1][0].config)
    found.load_state_dict(mean)
    return found


def main(
    out: Annotated[Path, typer.Argument(help="The folder to write.")],
    parts: Annotated[list[str], typer.Argument(metavar="FOLDER=SHARE...")],
) -> None:
    """Write the average of some models."""
    folders, shares = [], []
    for part in parts:
        folder, _, share = part.rpartition("=")
        try:
            shares.append(float(share))
        except ValueError:
            raise SystemExit(f"{part}: say a folder and its share, such as runs/a=0.4") from None
        folders.append(Path(folder))
    with torch.no_grad():
        model = averaged(list(zip(map(load_decoder, folders), shares, strict=True)))
    said = read_card(folders[-1])
    card = {key: said[key] for key in said if key not in ("format_version", "model")}
    save_decoder(model, out, card | {"averaged": shares})
    if (folders[-1] / CELLS_NAME).exists():
        shutil.copyfile(folders[-1] / CELLS_NAME, out / CELLS_NAME)


if __name__ == "__main__":
    typer.run(main)
