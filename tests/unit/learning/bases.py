"""A model to begin with that is far smaller than any that ships, and a folder to learn from."""

from pathlib import Path

from segue.models.decoder_config import DecoderConfig
from segue.models.decoder_folder import save_decoder
from tests.tunes import Version, tune, write_folder
from tests.unit.models.decoders import random_decoder

WINDOW = 64


def write_base(folder: Path) -> Path:
    """The folder of a tiny model with random weights."""
    model = random_decoder(shape=DecoderConfig.for_size("tiny"))
    save_decoder(model, folder, {"training": {"data": {"events": WINDOW}}})
    return folder


def write_music(folder: Path, n_songs: int = 6) -> Path:
    """A folder of MIDI files that have nothing in common."""
    version = Version(n_notes=160)
    return write_folder(folder, {f"{n}.mid": tune(n, version) for n in range(n_songs)})
