"""A critic: how much a continuation is like real music after the same prompt.

A logistic regression over `metrics.continuation_features`, trained to tell what really came next
from what the model wrote and from the prompt's own bars copied (`scripts/train_critic.py`). It lies
beside the model as `critic.json`, with where it came from. What it says is comparable only between
takes of one prompt, and it knows continuations alone: bars with music after them, or beside them,
are another task. It hears music on the model's grid, so that no file is real for its grid alone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from segue.encoding.roster import Roster
from segue.encoding.table import decode, encode
from segue.errors import CheckpointError
from segue.files import write_bytes
from segue.generation.window import Region
from segue.metrics import CONTINUATION_FEATURES, continuation_features
from segue.reading import read_json
from segue.score import Score, append_bars, slice_bars

__all__ = ["FILE_NAME", "NEW_BARS", "PROMPT_BARS", "Critic", "critic_of", "heard", "write_critic"]

FILE_NAME: Final = "critic.json"
FORMAT_VERSION: Final = 1
PROMPT_BARS: Final = 8
"""The most bars of the prompt that it hears."""
NEW_BARS: Final = 4
"""The most new bars that it hears at once."""
FAR: Final = 3.0
"""Standard deviations from the mean beyond which a feature counts for no more."""
_KINDS: Final = ("mean", "deviation", "weight")

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Critic:
    """What was learned, in the order of `CONTINUATION_FEATURES`."""

    mean: FloatArray
    """Of each feature over what it was trained on, (F,)."""
    deviation: FloatArray
    """Its standard deviation, (F,), above 0."""
    weight: FloatArray
    """In nats a deviation, (F,)."""

    def judge(self, piece: Score, region: Region) -> float | None:
        """The log-odds that a piece's new bars are real, up to a constant of their prompt.

        They are heard some bars at a time, each time after the prompt, and the mean is taken. None
        where there is no prompt.
        """
        if not region.first:
            return None
        begin = max(0, region.first - PROMPT_BARS)
        prompt, n_prompt = slice_bars(piece, begin, region.first), region.first - begin
        odds = []
        for first, last in _stretches(region):
            whole = append_bars(prompt, slice_bars(piece, first, last), at_bar=n_prompt)
            odds.append(self.weigh(heard(whole, n_prompt=n_prompt, n_new=last - first)))
        return float(np.mean(odds))

    def weigh(self, features: FloatArray) -> float:
        """The log-odds of features, (F,)."""
        away = np.clip((features - self.mean) / self.deviation, -FAR, FAR)
        return float(away @ self.weight)


def heard(whole: Score, *, n_prompt: int, n_new: int) -> FloatArray:
    """The features of new bars after a prompt that begins at tick 0, as the critic hears them."""
    roster = Roster.of_score(whole)
    on_grid = decode(encode(whole, roster), whole, roster)
    return continuation_features(on_grid, n_prompt=n_prompt, n_new=n_new)


def write_critic(folder: Path, critic: Critic, card: Mapping[str, Any]) -> Path:
    """Write `critic.json`; the card says what it was trained on and how well it tells.

    Raises:
        InputError: the folder cannot be written, or the disk is full.
    """
    columns = [getattr(critic, kind).tolist() for kind in _KINDS]
    features = {
        name: dict(zip(_KINDS, numbers, strict=True))
        for name, numbers in zip(CONTINUATION_FEATURES, zip(*columns, strict=True), strict=True)
    }
    content = {"format_version": FORMAT_VERSION, "card": dict(card), "features": features}
    write_bytes(folder / FILE_NAME, (json.dumps(content, indent=1) + "\n").encode())
    return folder / FILE_NAME


@lru_cache(maxsize=4)
def critic_of(folder: Path) -> Critic | None:
    """The critic beside a model; None if there is none.

    Raises:
        CheckpointError: the file is damaged, or of another version.
    """
    path = folder / FILE_NAME
    try:
        found = read_json(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _damaged(path, str(error)) from error
    version = found.get("format_version") if isinstance(found, dict) else None
    if version != FORMAT_VERSION:
        raise _damaged(path, f"it is of version {version!r:.40}, this Segue reads {FORMAT_VERSION}")
    try:
        columns = {kind: _column(found["features"], kind) for kind in _KINDS}
    except (LookupError, TypeError, ValueError) as error:
        raise _damaged(path, f"its features are not those of this Segue ({error})") from error
    if not (columns["deviation"] > 0).all():
        raise _damaged(path, "a deviation in it is not above 0")
    return Critic(**columns)


def _column(features: Mapping[str, Any], kind: str) -> FloatArray:
    """One number of every feature."""
    if set(features) != set(CONTINUATION_FEATURES):
        raise ValueError(f"{len(features)} of them")
    column = np.array([features[name][kind] for name in CONTINUATION_FEATURES], np.float64)
    if not np.isfinite(column).all():
        raise ValueError(f"a {kind} is not finite")
    return column


def _damaged(path: Path, why: str) -> CheckpointError:
    return CheckpointError(
        f"{path} cannot be used: {why}; copy it again, make it anew with scripts/train_critic.py, "
        "or remove it: then the model's own probability ranks takes"
    )


def _stretches(region: Region) -> list[tuple[int, int]]:
    """The new bars, `NEW_BARS` at a time, as first and last; the latest stretch ends with them."""
    latest = max(region.first, region.last - NEW_BARS)
    firsts = [min(first, latest) for first in range(region.first, region.last, NEW_BARS)]
    return [(first, min(first + NEW_BARS, region.last)) for first in firsts]
