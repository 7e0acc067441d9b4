"""riffly (MIT) trained on Segue's train split by its own means, and eight bars of it a prompt.

    build/peers/env/bin/python benchmarks/baselines/riffly_riffs.py OUT --epochs 100

OUT is what `write_music` wrote. Weights go to OUT/riffly.pt, MIDI files to OUT/riffly, numbered as
prompts are. Needs riffly alone, not Segue: the environment of `benchmarks/peers` will do.
`scripts/ship_baselines.py --riffs OUT/riffly` puts them into `baselines`.

What riffly is, read in its wheel: a convolutional VAE of piano rolls of 32 columns and 22 white
keys, one instrument each, transposed to C major or A minor; a file whose tempo changes, and a part
that is not in one key, has under 106 cells or under 12 pitches, is left out. Its columns are
quarters when it reads and sixteenths when it writes. It reads no prompt, knows no drums (they are
read as keys) and no velocity. So a riff has nothing to do with the prompt but its number: it is
two bars in C, split into melody, chords and bass by riffly's rule, and looped over the eight bars.
"""

import argparse
import random
import time
from pathlib import Path

import numpy as np
import pretty_midi
import torch
from riffly import Riffly
from riffly.processes import MultiTrackPostprocess

BARS = 8
COLUMNS_A_BAR = 16


def main() -> None:
    """Train, if there are no weights yet, and write the riffs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--riffs", type=int, default=1000)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    weights = asked.out / "riffly.pt"
    if not weights.exists():
        _train(asked.out, weights, asked.epochs)
    model = Riffly(str(weights))
    folder = asked.out / "riffly"
    folder.mkdir(exist_ok=True)
    begun = time.process_time()
    for number in range(asked.riffs):
        random.seed(number)  # of its bass patterns
        _looped(model, seed=number).write(str(folder / f"{number + 1:04}.mid"))
    print(f"{asked.riffs} files in {folder}, {time.process_time() - begun:.1f} CPU s")


def _train(out: Path, weights: Path, epochs: int) -> None:
    model = Riffly("convvae")
    begun = time.process_time()
    found = model.train(
        data=str(out.absolute() / "songs"),
        epochs=epochs,
        device="cpu",
        cache_dir=str(out.absolute() / "riffly-cache"),
    )
    model.save(str(weights))
    print(
        f"{found['train_segments']} segments, {epochs} epochs: F1 {found['best_score']:.3f} on "
        f"{found['val_segments']} others, {time.process_time() - begun:.0f} CPU s"
    )


def _looped(model: Riffly, *, seed: int) -> pretty_midi.PrettyMIDI:
    (roll,) = model.generate(n=1, seed=seed)
    times = BARS * COLUMNS_A_BAR // model.columns
    return MultiTrackPostprocess(np.tile(roll.astype(float), (1, times))).midi


if __name__ == "__main__":
    main()
