"""What listeners answered to a test that `kit` wrote, held against its key.

*Told apart*: the share of answers that name the real one, ties left out; a half is chance.
*Preferred*: the share that likes the written one better, ties left out. Both with exact (Clopper
and Pearson) 95 % intervals, and the p-value of the exact binomial test against a half. *Trap:*
answers of one listener are kin; with few listeners the intervals are too narrow, so the figures of
each listener stand beside.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from scipy.stats import binomtest

from segue.errors import InputError
from segue.evaluation.listening.kit import KEY_NAME
from segue.files import write_bytes

__all__ = ["Analysis", "Share", "analyse", "write_analysis"]

_QUESTIONS: Final = ("real", "liked")
_CHOICES: Final = ("a", "b", "same")


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share of answers."""

    count: int
    of: int
    """Ties left out."""
    ties: int
    share: float | None
    """None without answers."""
    low: float | None
    high: float | None
    p_value: float | None
    """Of a half."""


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What listeners said."""

    kit: str
    n_listeners: int
    told_apart: Share
    prefer_written: Share
    by_listener: dict[str, dict[str, Share]]

    def to_mapping(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


def analyse(folder: Path, answers: Sequence[Path]) -> Analysis:
    """Hold the saved answers of listeners against the key of their kit.

    Raises:
        InputError: no kit in the folder, or a file that holds no answers to it.
    """
    try:
        key = json.loads((folder / KEY_NAME).read_text(encoding="utf-8"))
        truth: dict[str, str] = key["real"]
        kit, answered_as = str(key["kit"]), str(key["answered_as"])
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{folder}: no listening test of `segue evaluate --listening`") from error
    if not answers:
        raise InputError(f"{folder}: name the files of answers that listeners saved")
    told: dict[str, dict[str, dict[str, str]]] = {}
    for path in answers:
        listener, found = _answers(path, truth, answered_as)
        if listener in told:
            raise InputError(
                f"{path}: {listener} has answered in another of these files; give the latest "
                "alone, or another name to a second listener"
            )
        told[listener] = found
    return Analysis(
        kit=kit,
        n_listeners=len(told),
        told_apart=_told_apart(list(told.values()), truth),
        prefer_written=_preferred(list(told.values()), truth),
        by_listener={
            name: {
                "told_apart": _told_apart([found], truth),
                "prefer_written": _preferred([found], truth),
            }
            for name, found in told.items()
        },
    )


def write_analysis(found: Analysis, folder: Path) -> Path:
    """Write it into the kit's folder as analysis.json; returns the path.

    Raises:
        InputError: it cannot be written.
    """
    path = folder / "analysis.json"
    write_bytes(path, (json.dumps(found.to_mapping(), indent=1) + "\n").encode())
    return path


def _answers(
    path: Path, truth: Mapping[str, str], answered_as: str
) -> tuple[str, dict[str, dict[str, str]]]:
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        kit = saved["kit"]
        found: dict[str, dict[str, str]] = saved["answers"]
        listener = str(saved["listener"]) or path.stem
        wrong = [
            f"pair {pair}: {question} = {choice!r}"
            for pair, given in found.items()
            for question, choice in given.items()
            if pair not in truth or question not in _QUESTIONS or choice not in _CHOICES
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: holds no answers of a listening test's page") from error
    if kit != answered_as:
        raise InputError(f"{path}: answers to another test, {kit}; this one is {answered_as}")
    if wrong:
        raise InputError(f"{path}: no answer to this test: {wrong[0]}")
    return listener, found


def _told_apart(told: Sequence[dict[str, dict[str, str]]], truth: Mapping[str, str]) -> Share:
    choices = [
        (given["real"], truth[pair])
        for found in told
        for pair, given in found.items()
        if "real" in given
    ]
    return _share([choice == real for choice, real in choices if choice != "same"], choices)


def _preferred(told: Sequence[dict[str, dict[str, str]]], truth: Mapping[str, str]) -> Share:
    choices = [
        (given["liked"], truth[pair])
        for found in told
        for pair, given in found.items()
        if "liked" in given
    ]
    return _share([choice != real for choice, real in choices if choice != "same"], choices)


def _share(yes: Sequence[bool], choices: Sequence[object]) -> Share:
    ties = len(choices) - len(yes)
    if not yes:
        return Share(count=0, of=0, ties=ties, share=None, low=None, high=None, p_value=None)
    test = binomtest(sum(yes), len(yes))
    low, high = test.proportion_ci(0.95)
    return Share(
        count=sum(yes),
        of=len(yes),
        ties=ties,
        share=sum(yes) / len(yes),
        low=float(low),
        high=float(high),
        p_value=float(test.pvalue),
    )
