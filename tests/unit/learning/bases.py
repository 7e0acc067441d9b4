"""A model to begin with that is far smaller than any that ships, and a folder to learn from."""

from dataclasses import replace
from pathlib import Path

from segue.models.cells.folder import save_cell_encoder
from segue.models.cells.vae import CellVAE
from segue.models.decoder_config import DecoderConfig
from segue.models.decoder_folder import save_decoder
from tests.tunes import Version, tune, write_folder
from tests.unit.models.cells import SMALL
from tests.unit.models.decoders import random_decoder

WINDOW = 64


def write_base(folder: Path) -> Path:
    """The folder of a tiny model with random weights, which reads latents of cells."""
    tiny = DecoderConfig.for_size("tiny")
    reading = replace(tiny, slices=SMALL.slices, latent_width=SMALL.latent_width)
    save_decoder(random_decoder(shape=replace(reading, context=WINDOW)), folder, {})
    save_cell_encoder(CellVAE(SMALL), folder)
    return folder


def write_music(folder: Path, n_songs: int = 6) -> Path:
    """A folder of MIDI files that have nothing in common."""
    version = Version(n_notes=160)
    return write_folder(folder, {f"{n}.mid": tune(n, version) for n in range(n_songs)})
