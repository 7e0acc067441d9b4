"""Prompts of a corpus, what really came next, and a model's takes, as MIDI files in a folder.

`0001-real.mid` is the first prompt and the bars that follow it in its song, `0001-1.mid` the same
prompt and the model's first take, `0001.json` how probable its takes are to it. What is there is
not written again, so that a stopped run goes on; all of it is a function of corpus, split, seed and
model.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

from segue.corpus import CorpusStore
from segue.evaluation import Excerpt, draw_excerpts
from segue.files import make_folder, write_bytes
from segue.generation.composer import Composer
from segue.midi import read_document, score_to_bytes
from segue.reading import read_json
from segue.score import Score, append_bars, slice_bars


@dataclass(frozen=True)
class Asked:
    """Which prompts, and what is written after them."""

    split: str
    count: int
    """Prompts, each of another song as far as there are enough."""
    takes: int
    seed: int
    prompt_bars: int
    new_bars: int

    def excerpts(self, store: CorpusStore, *, seed: int | None = None) -> list[Excerpt]:
        """What really came after each prompt, or, by another seed, other music of the split."""
        return draw_excerpts(
            store,
            split=self.split,
            count=self.count,
            seed=self.seed if seed is None else seed,
            n_bars=self.new_bars,
            context_bars=self.prompt_bars,
        )


def write_takes(store: CorpusStore, composer: Composer, asked: Asked, folder: Path) -> None:
    """Write what is not there yet."""
    make_folder(folder)
    at = asked.prompt_bars
    for number, excerpt in enumerate(track(asked.excerpts(store), "writing takes"), start=1):
        real = folder / f"{number:04d}-real.mid"
        if real.exists():
            continue
        song = store.score(excerpt.song)
        prompt = slice_bars(song, excerpt.first_bar - at, excerpt.first_bar)
        made = composer.continue_(
            prompt, bars=asked.new_bars, takes=asked.takes, seed=asked.seed + number
        )
        for take in made:
            take.save(folder / f"{number:04d}-{take.number}.mid")
        probabilities = [take.log_probability for take in made]
        write_bytes(folder / f"{number:04d}.json", json.dumps(probabilities).encode())
        whole = append_bars(prompt, excerpt.score, at_bar=at)
        write_bytes(real, score_to_bytes(whole))  # last: what it stands for is complete


@dataclass(frozen=True)
class Answered:
    """A prompt that has its answers."""

    number: int
    """From 1, as the files say."""
    real: Score
    """The prompt and what came next."""
    takes: list[Score]
    """The same of each take."""
    log_probabilities: list[float]
    """Of the takes, in nats an event."""


def read_takes(folder: Path, asked: Asked) -> list[Answered]:
    """The prompts that are complete."""
    found = []
    for number in range(1, asked.count + 1):
        real = folder / f"{number:04d}-real.mid"
        if real.exists():
            paths = [folder / f"{number:04d}-{take}.mid" for take in range(1, asked.takes + 1)]
            takes = [read_document(path).score for path in paths]
            probabilities = read_json(folder / f"{number:04d}.json")
            found.append(Answered(number, read_document(real).score, takes, probabilities))
    return found
