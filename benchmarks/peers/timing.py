"""What the scripts of this folder have in common: the task, the clock, the answer.

A script is started by `run.py` in an environment of its own, with the path of a task. It says once
how it reads a prompt and how it writes a number of notes after it in several takes, and prints what
that took as one line of JSON. Reading and writing are timed apart, so that writing can be cut short
on a busy machine, and scaled to as many notes as the real bars hold. Nothing of Segue is imported.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Prompt:
    """Eight bars of a test song, as a MIDI file, and what is to be written after them."""

    midi: Path
    prompt_notes: int
    real_notes: int
    """Notes of the eight bars that really came next."""
    notes: int
    """To be written in each take: those, or as many as are allowed."""


@dataclass(frozen=True)
class Task:
    """The same for all."""

    prompts: tuple[Prompt, ...]
    bars: int
    takes: int
    threads: int
    options: dict[str, str]
    """What only one script needs, such as where trained weights are."""


Read = Callable[[Prompt], Any]
"""Takes a prompt in, for all takes."""
Write = Callable[[Any, Prompt], int]
"""Writes all takes after what was read; returns the notes of all of them together."""


def read_task() -> Task:
    """The task that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("task", type=Path)
    task = json.loads(parser.parse_args().task.read_text(encoding="utf-8"))
    prompts = tuple(Prompt(**{**each, "midi": Path(each["midi"])}) for each in task.pop("prompts"))
    return Task(prompts=prompts, **task)


def use_threads(task: Task) -> None:
    """Let PyTorch compute with as many threads as asked."""
    import torch

    torch.set_num_threads(task.threads)


def report(task: Task, *, what: str, weights: str, read: Read, write: Write) -> None:
    """Time every prompt and print the answer; the first prompt goes once without a clock.

    `what`: version and size of the model; `weights`: whether they are trained, and on what.
    """
    write(read(task.prompts[0]), task.prompts[0])
    found = []
    for prompt in task.prompts:
        begun = _clocks()
        read_prompt = read(prompt)
        between = _clocks()
        notes = write(read_prompt, prompt)
        done = _clocks()
        found.append(
            {
                # Seconds by the wall and of the processor.
                "read": [b - a for a, b in zip(begun, between, strict=True)],
                "write": [b - a for a, b in zip(between, done, strict=True)],
                "notes": notes,
                "real_notes": prompt.real_notes,
            }
        )
    json.dump({"what": what, "weights": weights, "runs": found}, sys.stdout)


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()
