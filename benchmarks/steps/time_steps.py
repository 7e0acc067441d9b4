"""Time the steps of a decoder's writing in ONNX Runtime and in PyTorch, in turn, in one process.

A step is the next event of each row: its attributes chosen one by one, then read. Prints a Markdown
table: the least and the median of processor milliseconds, and the ratio of the least one to
PyTorch's. One thread; processor time, so that a busy machine disturbs it less.

    python -m benchmarks.steps.time_steps runs/mine/model --repeats 7
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from segue.encoding.sequence import N_COLUMNS, NOTE_EVENT, Column
from segue.encoding.vocabulary import MAX_PARTS, NO_PART, IntArray
from segue.generation.network import Float32Array, Network, Plan, Steps
from segue.generation.onnx_network import load_network as load_onnx
from segue.generation.torch_network import load_network as load_torch

PROMPT, STEPS, TAKES, PARTS, BARS = 500, 320, 4, 6, 32
"""Events of the prompt; those of eight bars of a band, in each of so many takes."""


def music(rows: int, count: int, seed: int = 1) -> IntArray:
    """Notes of random bands, (rows, count, N_COLUMNS)."""
    random = np.random.default_rng(seed)
    events = np.zeros((rows, count, N_COLUMNS), np.int64)
    events[..., Column.KIND] = NOTE_EVENT
    events[..., Column.BAR] = np.arange(count) * BARS // count
    events[..., Column.LENGTH] = 96
    for column, most in (("POSITION", 96), ("PART", PARTS), ("PITCH", 96), ("DURATION", 60)):
        events[..., Column[column]] = random.integers(most, size=(rows, count))
    events[..., Column.TIME] = 96 * events[..., Column.BAR] + events[..., Column.POSITION]
    events[..., Column.INSTRUMENT] = events[..., Column.PART]
    return events


def plan_of(rows: int) -> Plan:
    """A roster of so many programs, of which nothing is asked."""
    instruments = np.full((rows, MAX_PARTS), NO_PART)
    instruments[:, :PARTS] = np.arange(PARTS)
    return Plan(instruments, np.zeros((rows, BARS, MAX_PARTS), bool), np.zeros((rows, 32, 5), int))


def likeliest(_: int, logits: Float32Array) -> IntArray:
    """What sampling would take at temperature 0."""
    found: IntArray = logits.argmax(axis=-1)
    return found


def step(steps: Steps, events: IntArray) -> None:
    """One event of each row, as the writer asks for it."""
    steps.next_event(likeliest)
    steps.step(events)


def cases(network: Network) -> dict[str, Callable[[], object]]:
    """What is timed, by its name."""
    prompt, plan = music(1, PROMPT), plan_of(TAKES)
    read = network.read(prompt, plan.row(0))
    found: dict[str, Callable[[], object]] = {
        f"reading {PROMPT} events": lambda: network.read(prompt, plan.row(0))
    }
    for rows in (1, TAKES, 2 * TAKES):
        forked, events = read.fork(plan_of(rows)), music(rows, STEPS, seed=2)
        for event in range(10):
            step(forked, events[:, event])
        found[f"a step of {rows} rows after {PROMPT} events"] = (
            lambda forked=forked, events=events: step(forked, events[:, 11])  # type: ignore[misc]
        )
    events = music(TAKES, STEPS, seed=3)

    def takes() -> None:
        steps = network.read(prompt, plan.row(0)).fork(plan)
        for event in range(STEPS):
            step(steps, events[:, event])

    found[f"the prompt and {STEPS} steps of {TAKES} rows"] = takes
    return found


def seconds(run: Callable[[], object]) -> float:
    """Of the processor."""
    begun = time.process_time()
    run()
    return time.process_time() - begun


def networks(folder: Path) -> dict[str, Network]:
    """All that compute, by their names."""
    return {
        "PyTorch": load_torch(folder, threads=1),
        "ONNX Runtime": load_onnx(folder, threads=1),
    }


def main() -> None:
    """Time all and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    found = {name: cases(one) for name, one in networks(asked.model).items()}
    print(f"| CPU ms, least (median); ratio to PyTorch | {' | '.join(found)} |")
    print("|---|" + "--:|" * len(found))
    for name in found["PyTorch"]:
        repeats = asked.repeats * (8 if name.startswith("a step") else 1)
        runs = [[1000 * seconds(of[name]) for of in found.values()] for _ in range(repeats + 1)]
        sides = list(zip(*runs[1:], strict=True))
        least = [min(side) for side in sides]
        cells = [
            f"{least[i]:.1f} ({statistics.median(side):.1f}); {least[i] / least[0]:.2f}"
            for i, side in enumerate(sides)
        ]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
