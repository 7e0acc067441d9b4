"""Songs to train others' models on, and prompts for them to continue, as MIDI files.

    python -m benchmarks.baselines.write_music CORPUS OUT --songs 400 --prompts 100

OUT/songs holds songs of the train split, OUT/prompts eight bars each of songs of the test split,
named 0001.mid and so on: a continuation of the first is to be called 0001.mid or 0001-2.mid.
Songs of a corpus may not be given away: neither may these.
"""

import argparse
from pathlib import Path

import numpy as np

from segue.corpus import CorpusStore
from segue.evaluation.music.excerpts import draw_excerpts
from segue.files import make_folder, write_bytes
from segue.midi import score_to_bytes
from segue.score import slice_bars

BARS = 8


def main() -> None:
    """Write the songs and the prompts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--songs", type=int, default=400)
    parser.add_argument("--prompts", type=int, default=100)
    parser.add_argument("--seed", type=int, default=5)
    asked = parser.parse_args()
    store = CorpusStore.open(asked.corpus)
    songs = make_folder(asked.out / "songs")
    train = np.random.default_rng(asked.seed).permutation(store.split("train"))[: asked.songs]
    for number, song in enumerate(train.tolist(), 1):
        write_bytes(songs / f"{number:05}.mid", score_to_bytes(store.score(song)))
    prompts = make_folder(asked.out / "prompts")
    drawn = draw_excerpts(
        store,
        split="test",
        count=asked.prompts,
        seed=asked.seed,
        n_bars=BARS,
        context_bars=BARS,
    )
    for number, excerpt in enumerate(drawn, 1):
        score = store.score(excerpt.song)
        prompt = slice_bars(score, excerpt.first_bar - BARS, excerpt.first_bar)
        write_bytes(prompts / f"{number:04}.mid", score_to_bytes(prompt))
    print(f"{len(train)} songs, {len(drawn)} prompts in {asked.out}")


if __name__ == "__main__":
    main()
