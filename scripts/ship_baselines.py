"""Put the trained baselines of `segue evaluate` into `baselines`, a package of data alone.

    python -m scripts.ship_baselines CORPUS --plain RUN/model    # of configs/plain.toml
    python -m scripts.ship_baselines CORPUS --paper RUN          # segue paper run
    python -m scripts.ship_baselines CORPUS --riffs FOLDER       # benchmarks/baselines

Weights are in bfloat16 where training kept them in float32. The music that they were trained on is
that of the shipped model, and what its card says of it holds for them, too.
"""

import io
import zipfile
from pathlib import Path
from typing import Annotated

import torch
import typer

from scripts.card_words import card_words
from segue.corpus import CorpusStore
from segue.evaluation.candidates.trained import PAPER_FOLDER, PLAIN_FOLDER, RIFFS_NAME
from segue.evaluation.music.folders import midi_files
from segue.files import write_bytes
from segue.models.checkpoint import load_model, read_card, save_model
from segue.paper.continuer import PaperContinuer
from segue.paper.data import DATA_FOLDER, open_data
from segue.paper.sweep import open_experiment

TRAINED = Path(__file__).parents[1] / "baselines/segue_baselines"
WHAT = (
    "A baseline of segue evaluate: a plain transformer decoder of band's size, windows and steps, "
    "in the manner of the Multitrack Music Transformer, without latents and look-back."
)
WHAT_PAPER = (
    "A baseline of segue evaluate: the conditional VAE of the paper Multi instrument music "
    "generation using VAEs, at the scale of configs/paper-cpu.toml."
)
_MADE = (2026, 1, 1, 0, 0, 0)
"""The date of what is in the archive: the same riffs give the same bytes."""


def ship(
    corpus: Annotated[Path, typer.Argument(help="The corpus that they were trained on.")],
    plain: Annotated[Path | None, typer.Option(help="The model that training wrote.")] = None,
    paper: Annotated[Path | None, typer.Option(help="A folder of `segue paper run`.")] = None,
    riffs: Annotated[Path | None, typer.Option(help="A folder of MIDI files.")] = None,
) -> None:
    """Write what is given."""
    of_band = card_words(CorpusStore.open(corpus).manifest)
    words = {key: of_band[key] for key in ("licence", "data")}
    if plain is not None:
        card = read_card(plain)
        about = {"name": PLAIN_FOLDER, "what": WHAT, **words}
        about |= {key: card[key] for key in card if key not in ("format_version", "model")}
        save_model(load_model(plain), TRAINED / PLAIN_FOLDER, about, dtype=torch.bfloat16)
    if paper is not None:
        songs = len(open_data(paper / DATA_FOLDER, open_experiment(paper).data).splits["train"])
        data = (
            f"Trained on {songs:,} of the songs that band was trained on. Of band: {words['data']}"
        )
        paper_words = {"what": WHAT_PAPER, **words, "data": data}
        PaperContinuer.open(paper).save(TRAINED / PAPER_FOLDER, paper_words)
    if riffs is not None:
        write_bytes(TRAINED / RIFFS_NAME, packed(midi_files(riffs)))


def packed(paths: list[Path]) -> bytes:
    """The files as a zip archive."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            entry = zipfile.ZipInfo(path.name, date_time=_MADE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return data.getvalue()


if __name__ == "__main__":
    typer.run(ship)
