"""Put a trained model into the package: weights in float16, the card that says what they are, and
the fingerprint of the music that they were trained on.

    python -m scripts.ship_model RUN/model --corpus CORPUS --report report/model-report.json

The card holds what training wrote, the figures of `segue measure`, and in plain words what music
the weights were trained on, what may be done with them, and where they fall short (card.toml beside
this script, whose counts are the corpus's). Nothing in it is typed in by hand that a command
measures.

The critic, which ranks takes, comes along where there is one (`train_critic.py`). It was trained on
takes of this very model: another model's does not stay in the package.

The fingerprint lies beside the model, as `segue corpus fingerprint` wrote it (docs/novelty.md).
Without it no model is shipped: its takes would say nothing of what they quote, or, if another
model's stayed in the package, something false.
"""

import json
import shutil
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from scripts.card_words import card_words
from segue.corpus import CorpusStore
from segue.generation.critic import FILE_NAME as CRITIC
from segue.models.cells.folder import load_cell_vae, save_cell_encoder
from segue.models.decoder_folder import load_decoder, save_decoder
from segue.models.folder import CELLS_KEY, WEIGHTS_NAME, read_card
from segue.novelty.known import FILE_NAME as FINGERPRINT

SHIPPED = Path(__file__).parents[1] / "src/segue/models/shipped"
_MOST_BYTES = 25 * 2**20


def ship(
    folder: Annotated[Path, typer.Argument(help="The model that training wrote.")],
    corpus: Annotated[Path, typer.Option(help="The corpus that it was trained on.")],
    report: Annotated[Path, typer.Option(help="model-report.json of `segue measure`.")],
    cells: Annotated[
        Path | None, typer.Option(help="The VAE of cells whose latents the model reads.")
    ] = None,
    called: Annotated[str, typer.Option("--name", help="What users will load it by.")] = "band",
) -> None:
    """Write src/segue/models/shipped/NAME."""
    if not (folder / FINGERPRINT).is_file():
        raise SystemExit(
            f"{folder} has no {FINGERPRINT}: make it of the corpus that the model was trained on, "
            f"with segue corpus fingerprint CORPUS --index INDEX --out {folder / FINGERPRINT}"
        )
    model, card = load_decoder(folder), read_card(folder)
    card.pop("format_version")
    words = card_words(CorpusStore.open(corpus).manifest)
    for name in (*words, "model", CELLS_KEY):  # what training says of itself is said in words here
        card.pop(name, None)
    figures: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    figures.pop("model")
    target = SHIPPED / called
    save_decoder(model, target, words | card | {"figures": figures}, dtype=torch.float16)
    if model.config.slices:
        if cells is None:
            raise SystemExit(f"{folder} reads latents of cells: say which VAE's, with --cells")
        save_cell_encoder(load_cell_vae(cells), target, dtype=torch.float16)
    shutil.copyfile(folder / FINGERPRINT, target / FINGERPRINT)
    (target / CRITIC).unlink(missing_ok=True)
    if (folder / CRITIC).is_file():
        shutil.copyfile(folder / CRITIC, target / CRITIC)
    size = (target / WEIGHTS_NAME).stat().st_size
    if size > _MOST_BYTES:
        raise SystemExit(f"{target / WEIGHTS_NAME} has {size} bytes, more than {_MOST_BYTES}")
    typer.echo(f"{target}: {size / 2**20:.1f} MiB")


if __name__ == "__main__":
    typer.run(ship)
