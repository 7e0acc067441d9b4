"""notochord's network at its default size, untrained: its weights are a download of its own.

It reads and writes MIDI events one by one, a note's beginning and its end, and keeps no batch:
takes are written one after the other from the state after the prompt.
"""

from importlib.metadata import version
from typing import Any

import mido
import torch
from notochord import Notochord
from timing import Prompt, read_task, report, use_threads

EVENTS_A_NOTE = 2
_FIRST_DRUM_KIT = 129


def main() -> None:
    """Time it on the task of standard input."""
    task = read_task()
    use_threads(task)
    torch.manual_seed(1)
    model = Notochord().eval()
    model.reset()
    size = sum(p.numel() for p in model.parameters()) / 1e6

    def read(prompt: Prompt) -> dict[str, torch.Tensor]:
        model.reset()
        for inst, pitch, time, velocity in _events(prompt):
            model.feed(inst, pitch, time, velocity)
        state: dict[str, torch.Tensor] = model.get_state()
        return state

    def write(state: dict[str, Any], prompt: Prompt) -> int:
        for _ in range(task.takes):
            model.reset(state=state)
            model.feed(1, 60, 0.0, 0.0)  # a state alone does not say what comes next
            for _ in range(prompt.notes * EVENTS_A_NOTE):
                model.query_feed()
        return int(task.takes * prompt.notes)

    report(
        task,
        what=f"notochord {version('notochord')}, GRU, {size:.1f} M",
        weights="untrained",
        read=read,
        write=write,
    )


def _events(prompt: Prompt) -> list[tuple[int, int, float, float]]:
    """Instrument, pitch, seconds since the event before, velocity (0: the note's end)."""
    found, waited, program = [], 0.0, [0] * 16
    for message in mido.MidiFile(prompt.midi):
        waited += message.time
        if message.type == "program_change":
            program[message.channel] = message.program
        elif message.type in ("note_on", "note_off"):
            is_drum = message.channel == 9
            inst = _FIRST_DRUM_KIT if is_drum else 1 + program[message.channel]
            velocity = message.velocity if message.type == "note_on" else 0
            found.append((inst, message.note, min(waited, 10.0), float(velocity)))
            waited = 0.0
    return found


if __name__ == "__main__":
    main()
