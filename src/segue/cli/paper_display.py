"""What a sweep shows: a bar over all epochs of all models, and a line for each sampling.

Everything goes to standard error. Where that is not a terminal, only the lines are shown.
"""

from typing import TYPE_CHECKING

from segue.cli.progress import StepDisplay

if TYPE_CHECKING:
    from segue.paper.run import EpochReport

__all__ = ["SweepDisplay"]


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
