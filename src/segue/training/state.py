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
from segue.training.config import RunSettings

STATE_NAME: Final = "state.pt"
STATE_VERSION: Final = 2
"""Version 1 are runs of the models with look-back and latents of bars."""

_FIXED: Final = ("size", "model", "levels", "seed")
"""What a run is. All else is how long and how fast it goes, and may change when it is resumed."""

_DAMAGE: Final = (
    OSError, RuntimeError, ValueError, EOFError, LookupError, TypeError, AttributeError,
    pickle.UnpicklingError,
)  # fmt: skip
"""What torch raises over bytes that are no file of its own."""

_KEYS: Final = frozenset(
    ("config", "model", "optimisers", "average", "step", "seconds", "events", "decay_from")
)


def write_state(path: Path, config: RunSettings, state: dict[str, Any]) -> None:
    """Write a state, whole or not at all.

    Raises:
        InputError: the folder cannot be written, or the disk is full.
    """
    settings = json.dumps(to_mapping(config))
    write_tensors(path, {"format_version": STATE_VERSION, "config": settings, **state})


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
        raise CheckpointError(f"{path} is not a file; move it away to begin the run from nothing")
    try:
        return torch.load(path, map_location=device, weights_only=True)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except _DAMAGE as error:
        reason = str(error).partition("\n")[0]
        raise CheckpointError(
            f"{path} cannot be read ({reason}); move it away to begin the run from nothing"
        ) from error


def read_state(path: Path, config: RunSettings, *, device: torch.device) -> dict[str, Any] | None:
    """The state in a file, for a run of `config`; None if there is no such file.

    Raises:
        CheckpointError: it is damaged, of another version, or of another run.
    """
    state = read_tensors(path, device=device)
    if state is None:
        return None
    version = _version_of(state) if isinstance(state, dict) else None
    if version != STATE_VERSION:
        raise CheckpointError(
            f"{path} is of format version {version}, this Segue reads {STATE_VERSION}; go on with "
            "the Segue that wrote it, or give another folder"
        )
    if missing := _KEYS - state.keys():
        raise CheckpointError(
            f"{path} lacks {', '.join(sorted(missing))}: it is not a run's state; "
            "move it away to begin the run from nothing"
        )
    try:
        was = parse_json(state["config"])
        decay_from = state["decay_from"]
        counts = [float(state[name]) for name in ("step", "seconds", "events")]
    except (ValueError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"{path} is damaged ({error}); move it away to begin the run from nothing"
        ) from error
    whole = type(state["step"]) is int and (decay_from is None or type(decay_from) is int)
    if not isinstance(was, dict) or not whole or min(*counts, decay_from or 0) < 0:
        raise CheckpointError(f"{path} is damaged; move it away to begin the run from nothing")
    _check_same_run(path, was, to_mapping(config))
    return dict(state)


def _version_of(state: dict[str, Any]) -> Any:
    """The first files had no number; the weight of their KL, beta, tells them apart."""
    return state.get("format_version", 1 if "beta" in state else STATE_VERSION)


def _check_same_run(path: Path, was: dict[str, Any], now: dict[str, Any]) -> None:
    changed = [
        f"{key} {was.get(key)} (now {now.get(key)})"
        for key in _FIXED
        if was.get(key) != now.get(key)
    ]
    if changed:
        raise CheckpointError(
            f"{path} is of a run with {', '.join(changed)}; give the same, or another folder"
        )
