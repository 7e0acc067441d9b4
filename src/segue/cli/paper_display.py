"""What a sweep shows: a bar over all epochs of all models, and a line for each sampling.

Everything goes to standard error. Where that is not a terminal, only the lines are shown.
"""

from typing import TYPE_CHECKING

from segue.cli.progress import StepDisplay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segue.paper.latents import Kind
    from segue.paper.run import EpochReport
    from segue.training.loop import Report

__all__ = ["DiffusionDisplay", "SweepDisplay"]


class SweepDisplay(StepDisplay):
    """A context that shows the reports of a sweep."""

    def __init__(self, n_models: int, epochs: int) -> None:
        """`epochs`: of each model."""
        super().__init__(n_models * epochs)
        self._done: dict[tuple[float, int], int] = {}

    def on_epoch(self, report: "EpochReport") -> None:
        """Show an epoch; given to `Sweep.run`."""
        self._done[report.beta, report.seed] = report.epoch
        values = report.values
        whose = f"beta {report.beta:g}, seed {report.seed}, epoch {report.epoch}"
        line = f"{whose}: loss {values['train/total']:,.0f}, test {values['test/total']:,.0f}"
        self.move(sum(self._done.values()), line)
        if "unconditional/columns" in values:
            shown = f"{line}; FID {values['unconditional/columns']:,.0f}"
            if "conditional/columns" in values:
                shown += f", conditional {values['conditional/columns']:,.0f}"
            self.tell(shown)


class DiffusionDisplay(StepDisplay):
    """A context that shows the training of networks on latents, and what is measured then."""

    def __init__(self, kinds: "Sequence[Kind]", steps: int) -> None:
        """`steps`: of each kind."""
        super().__init__(len(kinds) * steps)
        self._before = {kind: at * steps for at, kind in enumerate(kinds)}

    def on_step(self, kind: "Kind", report: "Report") -> None:
        """Show a step; given to `train_diffusion`."""
        values = report.values
        line = f"{kind}, step {report.step:,} of {report.last_step:,}: error {values['error']:.3f}"
        self.move(self._before[kind] + report.step, line)
        if "valid/error" in values:
            self.tell(f"{line}, validation {values['valid/error']:.3f}")

    def on_set(self, kind: "Kind", name: str) -> None:
        """Tell what is measured; given to `measure_diffusion`."""
        self.tell(f"{kind}: measuring {name}")
