"""All that a run needs to go on as if it had never stopped, in one file.

The file is torch's own format, read with `weights_only`: tensors and plain values, no code. Its
configuration is compared with the one that the run is resumed with.
"""

import io
import json
import pickle
from pathlib import Path
from typing import Any, Final

import torch

from segue.config import to_mapping
from segue.errors import CheckpointError
from segue.files import write_bytes
from segue.reading import is_regular, parse_json
from segue.training.config import TrainingConfig

STATE_NAME: Final = "state.pt"
STATE_VERSION: Final = 1
"""Files of before there was a number are of this version too."""

_FIXED: Final = {"size": None, "design": "segue", "seed": None}
"""What a run is, each with what it was where an older file does not tell it. All else is how long
and how fast it goes, and may change when it is resumed."""

_DAMAGE: Final = (
    OSError, RuntimeError, ValueError, EOFError, LookupError, TypeError, AttributeError,
    pickle.UnpicklingError,
)  # fmt: skip
"""What torch raises over bytes that are no file of its own."""

_KEYS: Final = frozenset(
    ("config", "model", "optimisers", "average", "beta", "step", "seconds", "events")
)


def write_state(path: Path, config: TrainingConfig, state: dict[str, Any]) -> None:
    """Write a state, whole or not at all.

    Raises:
        InputError: the folder cannot be written, or the disk is full.
    """
    told = json.dumps(to_mapping(config))
    write_tensors(path, {"format_version": STATE_VERSION, "config": told, **state})


def write_tensors(path: Path, content: dict[str, Any]) -> None:
    """Write tensors and plain values, whole or not at all.

    Raises:
        InputError: the folder cannot be written, or the disk is full.
    """
    buffer = io.BytesIO()
    torch.save(content, buffer)
    write_bytes(path, buffer.getvalue())


def read_tensors(path: Path, *, device: torch.device) -> Any:
    """What `write_tensors` wrote, the tensors on `device`; None if there is no such file.

    Raises:
        CheckpointError: the file is damaged.
    """
    if path.exists() and not is_regular(path):
        raise CheckpointError(f"{path} is no file; move it away to begin the run anew")
    try:
        return torch.load(path, map_location=device, weights_only=True)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except _DAMAGE as error:
        reason = str(error).partition("\n")[0]
        raise CheckpointError(
            f"{path} cannot be read ({reason}); move it away to begin the run anew"
        ) from error


def read_state(
    path: Path, config: TrainingConfig, *, device: torch.device
) -> dict[str, Any] | None:
    """The state in a file, for a run of `config`; None if there is no such file.

    Raises:
        CheckpointError: it is damaged, of another version, or of another run.
    """
    state = read_tensors(path, device=device)
    if state is None:
        return None
    version = state.get("format_version", STATE_VERSION) if isinstance(state, dict) else None
    if version != STATE_VERSION:
        raise CheckpointError(
            f"{path} is of format version {version}, this Segue reads {STATE_VERSION}; go on with "
            "the Segue that wrote it, or give another folder"
        )
    if missing := _KEYS - state.keys():
        raise CheckpointError(
            f"{path} lacks {', '.join(sorted(missing))}: it is no run's state; "
            "move it away to begin the run anew"
        )
    try:
        was = parse_json(state["config"])
        counts = [float(state[name]) for name in ("step", "seconds", "events", "beta")]
    except (ValueError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"{path} is damaged ({error}); move it away to begin the run anew"
        ) from error
    if not isinstance(was, dict) or type(state["step"]) is not int or min(counts) < 0:
        raise CheckpointError(f"{path} is damaged; move it away to begin the run anew")
    _check_same_run(path, was, to_mapping(config))
    return dict(state)


def _check_same_run(path: Path, was: dict[str, Any], now: dict[str, Any]) -> None:
    changed = [
        f"{key} {was.get(key, before)} (now {now[key]})"
        for key, before in _FIXED.items()
        if was.get(key, before) != now[key]
    ]
    if changed:
        raise CheckpointError(
            f"{path} is of a run with {', '.join(changed)}; give the same, or another folder"
        )
