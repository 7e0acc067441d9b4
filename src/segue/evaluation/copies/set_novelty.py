"""How much a set shares with the music that a model was trained on: the novelty reports of all.

**Deserves attention.** The share of excerpts with a passage that at most `RARE` of new real music
of their size has (`segue.novelty.report`). Unit: 0 to 1. *Direction:* about what real music has,
some 0.05; more is copying. *Trap:* it is said of one model's training music. Excerpts that come
from that very music, as those of a folder may, are told of as copies, rightly.

**Longest.** The median over excerpts of the longest passage in one pitched track, in notes; 0 where
none is known. *Direction:* about what real music has. *Trap:* by a fingerprint it is an upper
bound (docs/novelty.md says how near), and it grows with the number of notes.

What repeats the prompt is not held against an excerpt that was written for one. Excerpts are looked
at as they were written, track by track, as the training music and the yardstick were.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from segue.evaluation.distances.bootstrap import Estimate, mean_interval
from segue.novelty import Kind, KnownMusic, NoveltyReport, SharedPassage
from segue.score import Score

__all__ = ["SetNovelty", "measure_novelty"]

_KINDS: Final = tuple(kind.name.lower() for kind in Kind)


@dataclass(frozen=True, kw_only=True)
class SetNovelty:
    """What a set shares; see the module."""

    deserves_attention: Estimate
    longest: dict[str, float]
    """By kind, "track", "drums", "ensemble": the median, in notes."""

    def to_mapping(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


def measure_novelty(
    scores: Sequence[Score],
    known: KnownMusic,
    *,
    own: Sequence[Sequence[Score]] | None,
    groups: Sequence[int] | None = None,
    seed: int,
    on_excerpt: Callable[[int], None] = lambda _: None,
) -> SetNovelty:
    """Measure a set.

    Args:
        scores: its excerpts as they were written, (N,).
        known: the training music.
        own: the music that was there before each, such as its prompt, (N,), or None.
        groups: what belongs together, (N,), such as the takes of a prompt.
        seed: of the interval.
        on_excerpt: told how many are done.
    """
    reports: list[NoveltyReport] = []
    for number, score in enumerate(scores):
        reports.append(known.report(score, own=() if own is None else own[number]))
        on_excerpt(number + 1)
    rare = np.array([report.deserves_attention for report in reports], np.float64)
    return SetNovelty(
        deserves_attention=mean_interval(rare, seed=seed, groups=groups),
        longest={kind: _median_length(reports, kind) for kind in _KINDS},
    )


def _median_length(reports: Sequence[NoveltyReport], kind: str) -> float:
    passages: list[SharedPassage | None] = [getattr(report, kind) for report in reports]
    lengths = [0 if passage is None else passage.notes for passage in passages]
    return float(np.median(lengths)) if lengths else 0.0
