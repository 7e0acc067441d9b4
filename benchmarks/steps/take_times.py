"""Time takes on this machine: 1, 4 and 8 at once, on one thread and two, in 8 bits and float32.

Prints a Markdown table of medians over prompts, the example prompts unless files are named: seconds
of the wall for eight bars, to the first event and the first bar, notes a second, and seconds of all
threads together. Let nothing else run beside it.

    python -m benchmarks.steps.take_times prompts/*.mid
"""

import argparse
import time
from pathlib import Path
from statistics import median
from unittest.mock import patch

import onnxruntime as ort

from segue.errors import InputError
from segue.evaluation.inside.speed import BARS, TAKES, timed
from segue.examples import NAMES, example_path
from segue.generation.composer import Composer, load
from segue.midi import read_document
from segue.models import onnx_graph
from segue.models.onnx_graph import Float32Array
from segue.score import Score, slice_bars

_TOLD = ("seconds", "first_event_s", "first_bar_s", "notes_per_s", "cpu_s")


def plain_product(self: onnx_graph._Writer, x: str, matrix: Float32Array) -> str:
    """A product of a graph with nothing rounded."""
    return self.graph.node("MatMul", x, self.graph.constant(matrix.T))[0]


def composers(model: str, threads: int) -> dict[str, Composer]:
    """The model in both kinds of numbers."""
    whole = load(model, threads=threads)
    with patch.object(onnx_graph._Writer, "product", plain_product):
        return {"8 bits": whole, "float32": load(model, threads=threads)}


def beginnings(files: list[Path]) -> list[Score]:
    """The first eight bars of each file that can be read."""
    found = []
    for path in files or [example_path(name) for name in NAMES]:
        try:
            score = read_document(path).score
        except InputError as problem:
            print(problem)
            continue
        if score.n_notes:
            found.append(slice_bars(score, 0, min(BARS, score.n_bars)))
    return found


def measured(composer: Composer, prompts: list[Score], takes: int) -> dict[str, float]:
    """Medians over the prompts."""
    runs = []
    for prompt in prompts:
        begun = time.process_time()
        run = timed(composer, prompt, takes)
        runs.append(run | {"cpu_s": time.process_time() - begun})
    return {key: median(run[key] for run in runs) for key in _TOLD}


def main() -> None:
    """Time all and print the table."""
    ort.set_default_logger_severity(3)  # graphs in float32 leave scales unused, and it says so
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--model", default="band")
    parser.add_argument("--takes", type=int, nargs="+", default=list(TAKES))
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    asked = parser.parse_args()
    prompts = beginnings(asked.files)
    print(f"{len(prompts)} prompts, {BARS} bars\n")
    print("| takes | threads | numbers | s | first event, s | first bar, s | notes/s | CPU s |")
    print("|--:|--:|---|--:|--:|--:|--:|--:|")
    for threads in asked.threads:
        for numbers, composer in composers(asked.model, threads).items():
            composer.continue_(prompts[0], bars=1, takes=1)  # the first use of a model is slower
            for takes in asked.takes:
                told = measured(composer, prompts, takes)
                cells = " | ".join(f"{told[key]:.{0 if '_per_' in key else 2}f}" for key in _TOLD)
                print(f"| {takes} | {threads} | {numbers} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
