"""Continuations of a folder of prompts by the paper's model, or by a model of Segue's design.

    python -m benchmarks.baselines.continue_with OUT/prompts OUT/paper --paper RUN
    python -m benchmarks.baselines.continue_with OUT/prompts OUT/plain --model RUN/model --takes 2

RUN is a folder of `segue paper run`, or of `segue train`. Each file is called after its prompt and
holds the eight new bars alone: with the prompt before them, `segue evaluate`, which takes the last
bars of a file, would take the prompt's for those that stayed silent.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import segue
from segue.files import make_folder, write_bytes
from segue.midi import read_document, score_to_bytes
from segue.paper.continuer import PaperContinuer

BARS = 8


def main() -> None:
    """Write the takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prompts", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--paper", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--takes", type=int, default=1)
    asked = parser.parse_args()
    if (asked.paper is None) == (asked.model is None):
        parser.error("give --paper RUN or --model FOLDER")
    make_folder(asked.out)
    begun = time.process_time()
    for path, take, data in _written(asked):
        write_bytes(asked.out / f"{path.stem}-{take}.mid", data)
    count = len(list(asked.out.glob("*.mid")))
    print(f"{count} continuations in {asked.out}, {time.process_time() - begun:.1f} CPU s")


def _written(asked: argparse.Namespace) -> Iterator[tuple[Path, int, bytes]]:
    """Prompt, number of the take, MIDI."""
    paths = sorted(asked.prompts.glob("*.mid"))
    if asked.paper is not None:
        paper = PaperContinuer.open(asked.paper)
        print(f"the paper's model {paper.name}")
        for number, path in enumerate(paths):
            prompt = read_document(path).score
            for take in range(1, asked.takes + 1):
                seed = number * asked.takes + take
                yield path, take, score_to_bytes(paper.continue_(prompt, bars=BARS, seed=seed))
        return
    composer = segue.load(asked.model)
    for number, path in enumerate(paths):
        for made in composer.continue_(path, bars=BARS, takes=asked.takes, seed=number):
            yield path, made.number, score_to_bytes(made.new_bars)


if __name__ == "__main__":
    main()
