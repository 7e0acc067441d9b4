"""Time a step of writing: processor milliseconds an event of a group of takes, with two versions.

Each version writes the same takes in a process of its own, in turn, so that a busy machine disturbs
both alike. A step is counted where the writer asks whether to go on. Prints a Markdown table of
medians, and the ratio of the second version to the first.

    python -m benchmarks.steps.time_steps src ../main/src --repeats 5
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

CASES: dict[str, dict[str, Any]] = {
    "1 take, 4 bars": {"takes": 1, "bars": 4},
    "4 takes, 4 bars": {"takes": 4, "bars": 4},
    "8 takes, 4 bars": {"takes": 8, "bars": 4},
    "4 takes, 16 bars, every bar reported": {"takes": 4, "bars": 16, "music": True},
}


def measure(case: dict[str, Any]) -> dict[str, float]:
    """Write the takes of a case in this process."""
    import segue
    from segue.examples import example_path

    composer = segue.load("band", threads=1)
    prompt = example_path("band")
    composer.continue_(prompt, bars=1, takes=1)  # the first use of a model is slower
    asked = 0

    def counted() -> bool:
        nonlocal asked
        asked += 1
        return False

    more: dict[str, Any] = {"on_music": lambda *_: None} if case.get("music") else {}
    begun = time.process_time()
    composer.continue_(
        prompt, bars=case["bars"], takes=case["takes"], seed=1, cancelled=counted, **more
    )
    seconds = time.process_time() - begun
    return {"s": seconds, "ms": 1000 * seconds / asked}


def run(source: Path, name: str) -> dict[str, float]:
    """The same in a fresh process with a version's sources."""
    code = f"from benchmarks.steps.time_steps import *; print(json.dumps(measure(CASES[{name!r}])))"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(source.resolve())}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Time both and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", type=Path, nargs=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--case", choices=CASES, action="append")
    asked = parser.parse_args()
    print("| | ms a step | ms a step, second | ratio | CPU s | CPU s, second |")
    print("|---|--:|--:|--:|--:|--:|")
    for name in asked.case or CASES:
        runs = [[run(source, name) for source in asked.sources] for _ in range(asked.repeats)]
        first, second = zip(*runs, strict=True)
        ms = [statistics.median(each["ms"] for each in side) for side in (first, second)]
        s = [statistics.median(each["s"] for each in side) for side in (first, second)]
        ratio = statistics.median(b["ms"] / a["ms"] for a, b in runs)
        cells = f"{ms[0]:.1f} | {ms[1]:.1f} | {ratio:.2f} | {s[0]:.2f} | {s[1]:.2f}"
        print(f"| {name} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
