"""What falls short: where a set is surely worse than real music, or than a baseline.

"Surely" is that the 95 % intervals over excerpts do not overlap; of a figure without one (MGEval's,
the extrapolated distances) nothing is said. That is a coarse rule, with two traps. Of some sixty
figures a few would be found by chance; and what is not found may still fall short, only too little
for so few excerpts. It reads a report's JSON, so that a committed report can be asked anew.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from segue.evaluation.comparison.headlines import HEADLINES
from segue.evaluation.comparison.pairing import BESIDE_PROMPT, BESIDE_REAL
from segue.metrics import METRICS

__all__ = ["shortcomings"]

_ASKED: Final = tuple(headline for headline in HEADLINES if headline.has_interval)
_NOTE_F1: Final = {"note_f1": "note F1"}
Interval = Mapping[str, float]


def shortcomings(report: Mapping[str, Any], name: str) -> list[str]:
    """Of a set, in words: first beside real music, then beside the baselines.

    Args:
        report: `Benchmark.to_mapping`.
        name: the set's.
    """
    by_name = {each["name"]: each for each in report["sets"]}
    found = by_name[name]
    ceiling = next((e for e in report["sets"] if e["kind"] == "ceiling"), None)
    words: list[str] = []
    if ceiling is not None:
        words += _headlines(found, ceiling)
        words += _copying(found, ceiling)
        words += _measures(found, ceiling)
    words += _beside_prompts(found)
    for other in report["sets"]:
        if other["kind"] == "baseline":
            words += _beside_baseline(found, other)
    return words


def _headlines(found: Mapping[str, Any], ceiling: Mapping[str, Any]) -> Iterator[str]:
    for headline in _ASKED:
        own, real = (each["headlines"][headline.name] for each in (found, ceiling))
        if _is_worse(own, real, headline.better):
            digits = headline.digits
            yield f"{headline.title}: {_told(own, digits)}; real music has {_told(real, digits)}"


def _copying(found: Mapping[str, Any], ceiling: Mapping[str, Any]) -> Iterator[str]:
    if found["novelty"] is None or ceiling["novelty"] is None:
        return
    own, real = (each["novelty"]["deserves_attention"] for each in (found, ceiling))
    if _is_worse(own, real, "lower"):
        yield (
            f"excerpts that share a rare passage with the training music: {_told(own, 3)}; of real "
            f"music {_told(real, 3)}"
        )


def _measures(found: Mapping[str, Any], ceiling: Mapping[str, Any]) -> Iterator[str]:
    """Further from both real sets, the one compared with and the ceiling, than intervals allow."""
    for metric in METRICS:
        pair = found["comparison"]["metrics"][metric.name]
        own, compared = pair["generated"], pair["real"]
        real = ceiling["comparison"]["metrics"][metric.name]["generated"]
        if _differs(own, compared) and _differs(own, real):
            yield (
                f"{metric.title}: {_told(own, 3)}; real music has {_told(compared, 3)} and, after "
                f"these prompts, {_told(real, 3)}"
            )


def _beside_prompts(found: Mapping[str, Any]) -> Iterator[str]:
    for name, (title, _) in BESIDE_PROMPT.items():
        measure = (found["paired"] or {}).get(name)
        if measure is not None and _differs(measure["written"], measure["real"]):
            yield (
                f"{title}: {_told(measure['written'], 3)}; what really came next "
                f"has {_told(measure['real'], 3)}"
            )


def _beside_baseline(found: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    for headline in _ASKED:
        own, theirs = (each["headlines"][headline.name] for each in (found, other))
        if _is_worse(own, theirs, headline.better):
            digits = headline.digits
            yield (
                f"{headline.title}: {_told(own, digits)}; the baseline “{other['name']}” "
                f"has {_told(theirs, digits)}"
            )
    if found["paired"] is None or other["paired"] is None:
        return
    for name, title in (_NOTE_F1 | {k: v[0] for k, v in BESIDE_REAL.items()}).items():
        own, theirs = (each["paired"][name]["written"] for each in (found, other))
        better = "lower" if name == "entropy_difference" else "higher"
        if _is_worse(own, theirs, better):
            yield (
                f"{title}: {_told(own, 3)}; the baseline “{other['name']}” has {_told(theirs, 3)}"
            )


def _is_worse(own: Interval | None, other: Interval | None, better: str) -> bool:
    if own is None or other is None or not _differs(own, other):
        return False
    if better == "real":
        return False
    return (own["value"] > other["value"]) == (better == "lower")


def _differs(own: Interval | None, other: Interval | None) -> bool:
    """Whether both are defined, and their intervals do not overlap."""
    if own is None or other is None:
        return False
    return own["low"] > other["high"] or own["high"] < other["low"]


def _told(found: Interval, digits: int) -> str:
    return f"{found['value']:.{digits}f} ({found['low']:.{digits}f} to {found['high']:.{digits}f})"
