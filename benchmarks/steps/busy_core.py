"""Time takes alone, and beside a process that keeps one core busy, as a DAW might.

Prints a Markdown table: the median wall seconds of four takes after each example prompt, alone and
beside the busy core, in turn, and the ratio; by threads of the model.

    python -m benchmarks.steps.busy_core --bars 4 --repeats 3 --threads 1 2
"""

import argparse
import statistics
import subprocess
import sys
import time

from segue.examples import NAMES, example_path
from segue.generation.composer import Composer, load
from segue.generation.request import Continue

_BUSY = "while True: pass"


def seconds(composer: Composer, request: Continue) -> float:
    """Of the wall, for takes after all example prompts."""
    begun = time.perf_counter()
    for name in NAMES:
        composer.write(request, example_path(name))
    return time.perf_counter() - begun


def beside_a_busy_core(composer: Composer, request: Continue) -> float:
    """The same, while another process computes without a pause."""
    busy = subprocess.Popen([sys.executable, "-c", _BUSY])
    try:
        return seconds(composer, request)
    finally:
        busy.kill()
        busy.wait()


def main() -> None:
    """Time all and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="band")
    parser.add_argument("--bars", type=int, default=8)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    asked = parser.parse_args()
    request = Continue(bars=asked.bars, takes=4, seed=1)
    print("| threads | alone, s | beside a busy core, s | ratio |\n|--:|--:|--:|--:|")
    for threads in asked.threads:
        composer = load(asked.model, threads=threads)
        composer.write(Continue(bars=1, takes=1, seed=1), example_path(NAMES[0]))
        runs = [
            (seconds(composer, request), beside_a_busy_core(composer, request))
            for _ in range(asked.repeats)
        ]
        alone, beside = (statistics.median(side) for side in zip(*runs, strict=True))
        print(f"| {threads} | {alone:.2f} | {beside:.2f} | {beside / alone:.2f} |", flush=True)


if __name__ == "__main__":
    main()
