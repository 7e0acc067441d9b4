"""riffly's ConvVAE: no continuation (it reads no prompt), so two-bar riffs drawn until eight bars.

With trained weights (option `riffly`) where `benchmarks/baselines` made them, else untrained.
"""

from importlib.metadata import version

import torch
from riffly import Riffly
from riffly.processes import MIDIPostprocess
from timing import Prompt, read_task, report, use_threads

COLUMNS_A_BAR = 16


def main() -> None:
    """Time it on the task of standard input."""
    task = read_task()
    use_threads(task)
    trained = task.options.get("riffly")
    model = Riffly(trained or "convvae")
    size = sum(p.numel() for p in model.model.parameters()) / 1e6
    riffs = -(-task.bars * COLUMNS_A_BAR // model.columns)

    def write(_: None, __: Prompt) -> int:
        notes = 0
        with torch.no_grad():
            for roll in model.generate(n=task.takes * riffs):
                notes += len(MIDIPostprocess(roll.astype(float)).instrument.notes)
        return notes

    report(
        task,
        what=f"riffly {version('riffly')}, ConvVAE, {size:.1f} M; reads no prompt",
        weights="trained" if trained else "untrained",
        read=lambda _: None,
        write=write,
    )


if __name__ == "__main__":
    main()
