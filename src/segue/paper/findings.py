"""What the paper found, and what an experiment found, in numbers and in words.

The paper's figures are read off its plots, so they are about right and no more: beta = 1 ends near
7,760; beta = 20 is lowest, about 2,450 unconditional and 1,100 conditional; 10, 40, 80 and 100 end
between 8,500 and 14,000.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import spearmanr

from segue.paper.results import Curves, Results
from segue.paper.sweep import jobs_of

__all__ = ["PAPER", "BetaRow", "beta_rows", "spread", "verdicts"]

UNCONDITIONAL: Final = "unconditional/columns"
CONDITIONAL: Final = "conditional/columns"
OUTSIDE_MIDI: Final = "unconditional/outside_midi"
INSTRUMENT_LOSS: Final = "test/cross_entropy/instrument"

_BETWEEN: Final = "8,500 to 14,000 at the end"
PAPER: Final[dict[float, str]] = {
    1.0: "about 7,760 at the end",
    10.0: _BETWEEN,
    20.0: "lowest: about 2,450, conditional about 1,100",
    40.0: _BETWEEN,
    80.0: _BETWEEN,
    100.0: _BETWEEN,
}
"""What the paper's figures 5 and 7 show, by beta."""


@dataclass(frozen=True)
class BetaRow:
    """A row of the table: cells as text, a mean and, of several seeds, the least and greatest."""

    beta: float
    final: str
    best: str
    given_final: str
    given_best: str
    order_final: str
    converged: str
    outside_midi: str
    """Share of sampled notes that MIDI cannot hold, at the last sampling, in percent."""
    paper: str


def beta_rows(results: Results) -> list[BetaRow]:
    """A row a beta."""
    rows = []
    for beta in results.betas:
        models = results.of_beta(beta)
        rows.append(
            BetaRow(
                beta=beta,
                final=spread([each.final(UNCONDITIONAL) for each in models]),
                best=spread([each.best(UNCONDITIONAL) for each in models]),
                given_final=spread([each.final(CONDITIONAL) for each in models]),
                given_best=spread([each.best(CONDITIONAL) for each in models]),
                order_final=spread([each.final("unconditional/order") for each in models], 1),
                converged=spread([_converged(each) for each in models]),
                outside_midi=spread([100 * each.final(OUTSIDE_MIDI) for each in models], 1),
                paper=PAPER.get(beta, "not in the paper"),
            )
        )
    return rows


def verdicts(results: Results) -> list[str]:
    """What did and did not reproduce, a sentence or two each."""
    return [_winner(results), _instruments(results), _state(results)]


def _winner(results: Results) -> str:
    found = []
    for name, column in (("unconditional", UNCONDITIONAL), ("conditional", CONDITIONAL)):
        means = {
            beta: float(np.mean([each.best(column) for each in results.of_beta(beta)]))
            for beta in results.betas
        }
        known = {beta: mean for beta, mean in means.items() if np.isfinite(mean)}
        if len(known) > 1:
            won = min(known, key=lambda beta: known[beta])
            says = "as in the paper" if won == 20 else "where in the paper beta = 20 does"
            found.append(f"By the best {name} FID beta = {won:g} wins ({known[won]:,.0f}), {says}.")
    if not found:
        return "Which beta wins cannot be seen from fewer than two that were sampled."
    seeds = min(len(results.of_beta(beta)) for beta in results.betas)
    caution = "" if seeds >= 3 else (
        f" With {seeds} seed{'s' if seeds > 1 else ''} a beta, it is not known how much of this is"
        " chance."
    )  # fmt: skip
    return " ".join(found) + caution


def _instruments(results: Results) -> str:
    """Whether a better FID goes with an instrument loss that converges later."""
    known = [
        (each.best(UNCONDITIONAL), _converged(each))
        for each in results.curves
        if np.isfinite(each.best(UNCONDITIONAL)) and np.isfinite(_converged(each))
    ]
    if len(known) < 4:
        return (
            "Whether the instruments' loss of good models converges more slowly cannot be seen from"
            f" fewer than four: there are {len(known)}."
        )
    distances, epochs = np.array(known).T
    if np.ptp(epochs) == 0 or np.ptp(distances) == 0:
        return f"The instruments' loss converges in the same epoch ({epochs[0]:g}) in all models."
    correlation, p = spearmanr(distances, epochs)
    slower = "does" if correlation < 0 and p < 0.05 else "does not"
    return (
        "The paper sees the instruments' loss of models with a good FID converge more slowly. Here"
        f" it {slower}: the rank correlation of the best FID with the epoch in which that test loss"
        f" has fallen nine tenths of its way is {correlation:.2f} over {len(known)} models"
        f" (p = {p:.2f}; the paper's claim would be a negative one)."
    )


def _state(results: Results) -> str:
    wanted = len(jobs_of(results.config))
    if not results.missing and not results.unfinished:
        return f"Models that trained to their last epoch: all {wanted}."
    lacking = [f"beta {job.beta:g} seed {job.seed} has not begun" for job in results.missing]
    lacking += [f"beta {job.beta:g} seed {job.seed} is not finished" for job in results.unfinished]
    return (
        f"Of {wanted} models: {'; '.join(lacking)}. Where other seeds of a beta are finished, only "
        "these are shown; else, how far the others are."
    )


def _converged(curves: Curves) -> float:
    return curves.converged(INSTRUMENT_LOSS) if INSTRUMENT_LOSS in curves.epochs else float("nan")


def spread(values: list[float], digits: int = 0) -> str:
    """The mean and, of several, the least and greatest; a dash if none is a finite number."""
    finite = [value for value in values if np.isfinite(value)]
    if not finite:
        return "-"
    mean = f"{np.mean(finite):,.{digits}f}"
    if len(finite) == 1:
        return mean
    return f"{mean} ({min(finite):,.{digits}f} to {max(finite):,.{digits}f})"
