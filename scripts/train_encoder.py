"""Train the excerpt encoder and write it, with its card, into `segue.evaluation`.

    python scripts/train_encoder.py CORPUS_DIR [--songs N] [--steps N]

Needs a corpus and, with the defaults, three minutes of a CPU core.
"""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import torch
import typer
from safetensors.torch import save_file

from segue.corpus import CorpusStore
from segue.evaluation.encoder.excerpt_encoder import CARD, WEIGHTS
from segue.evaluation.encoder.training import (
    LEARNED,
    TEMPERATURE,
    EncoderTraining,
    song_readings,
    train_encoder,
)

EVERY = 50


def main(
    corpus: Path,
    songs: Annotated[int, typer.Option(help="Songs of the train split.")] = 2000,
    steps: Annotated[int, typer.Option(help="Of eight songs each.")] = 500,
    threads: Annotated[int, typer.Option(help="CPU threads.")] = 1,
) -> None:
    """Train, print the losses, write weights and card."""
    torch.set_num_threads(threads)
    store = CorpusStore.open(corpus)
    options = EncoderTraining(steps=steps)
    begun = time.process_time()
    read = list(song_readings(store, split="train", count=songs, seed=options.seed))
    print(f"{len(read)} songs read in {time.process_time() - begun:.0f} CPU seconds", flush=True)
    last: list[tuple[float, float]] = []

    def show(step: int, damage: float, song: float) -> None:
        last.append((damage, song))
        if (step + 1) % EVERY == 0:
            mean = [sum(column) / EVERY for column in zip(*last[-EVERY:], strict=True)]
            seconds = time.process_time() - begun
            print(f"{step + 1:5} {mean[0]:.3f} {mean[1]:.3f} {seconds:.0f} s", flush=True)

    encoder = train_encoder(read, options, show)
    weights = {name: value.half() for name, value in encoder.state_dict().items()}
    save_file(weights, WEIGHTS)
    tail = last[-100:]
    card = {
        "what": "The encoder of segue.evaluation.encoder: 64 numbers an excerpt.",
        "parameters": sum(value.numel() for value in weights.values()),
        "stored_as": "float16",
        "trained_on": {
            "corpus_songs": len(store),
            "split": "train",
            "songs": len(read),
            "excerpts_of_each": 2,
            "bars": 8,
        },
        "damages_learned": list(LEARNED),
        "temperature": TEMPERATURE,
        "options": asdict(options),
        "last_100_steps_nats": {
            "damage": round(sum(d for d, _ in tail) / len(tail), 4),
            "song": round(sum(s for _, s in tail) / len(tail), 4),
        },
        "cpu_seconds": round(time.process_time() - begun),
        "made_by": "scripts/train_encoder.py",
        "licence": "Apache-2.0",
    }
    CARD.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
