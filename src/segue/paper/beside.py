"""Two experiments beside each other: what differs in their settings, and what came of it.

Made for the paper's failure (its section 5): conditional generation from a song's beginning against
that from its first active bars, with all else the same.
"""

from collections.abc import Mapping

from segue.config import to_mapping
from segue.errors import InputError
from segue.paper.config import ExperimentConfig
from segue.paper.findings import spread
from segue.paper.results import Curves, Results

__all__ = ["beside_rows", "differences"]

_SAMPLED = {
    "conditional FID, final": "conditional/columns",
    "conditional distance that sees order, final": "conditional/order",
    "unconditional FID, final": "unconditional/columns",
    "unconditional distance that sees order, final": "unconditional/order",
}
_TESTED = {
    "conditional L2, test": "test/given_l2",
    "conditional KL, test": "test/given_kl",
    "loss, test": "test/total",
}


def differences(ours: ExperimentConfig, theirs: ExperimentConfig) -> list[tuple[str, str, str]]:
    """Each setting that differs, by its dotted name, with both values."""
    left, right = _flat(to_mapping(ours)), _flat(to_mapping(theirs))
    return [
        (name, str(left.get(name)), str(right.get(name)))
        for name in left
        if left.get(name) != right.get(name)
    ]


def beside_rows(ours: Results, theirs: Results) -> list[tuple[str, str, str]]:
    """A row a beta and measure that both have, over the seeds that both have: the mean, the least
    and the greatest.

    Raises:
        InputError: they have no beta in common.
    """
    betas = [beta for beta in ours.betas if beta in theirs.betas]
    if not betas:
        raise InputError(
            f"nothing to compare: one experiment has beta {ours.betas}, the other {theirs.betas}"
        )
    rows = []
    for beta in betas:
        seeds = [{each.job.seed for each in of.of_beta(beta)} for of in (ours, theirs)]
        both = [[c for c in of.of_beta(beta) if c.job.seed in set.intersection(*seeds)]
                for of in (ours, theirs)]  # fmt: skip
        for label, name in {**_SAMPLED, **_TESTED}.items():
            cells = [spread([_last(each, name) for each in models], 1) for models in both]
            if cells != ["-", "-"]:
                rows.append((f"beta = {beta:g}: {label}", cells[0], cells[1]))
    return rows


def _last(curves: Curves, name: str) -> float:
    """The last value; NaN if there is none."""
    return float(curves.epochs[name][-1]) if name in curves.epochs else curves.final(name)


def _flat(mapping: Mapping[str, object], place: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in mapping.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{place}{name}.")
        else:
            found[place + name] = value
    return found
