"""Keys: the tonic and mode that a histogram of pitch classes fits best.

A key is an integer: 0 to 11 are C major to B major, 12 to 23 C minor to B minor. Estimation follows
Krumhansl and Kessler (1982): the correlation of the histogram with each key's profile.
"""

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.errors import InputError

N_KEYS: Final = 24

_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
PROFILES: Final = np.stack(
    [np.roll(profile, tonic) for profile in (_MAJOR, _MINOR) for tonic in range(12)]
)
"""(24, 12): how well each pitch class fits each key."""

_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def key_correlations(histogram: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Correlation with each key's profile, (..., 24); 0 for a flat histogram.

    `histogram`: weights of the twelve pitch classes, (..., 12).
    """
    centred = histogram - histogram.mean(axis=-1, keepdims=True)
    profiles = PROFILES - PROFILES.mean(axis=1, keepdims=True)
    profiles = profiles / np.linalg.norm(profiles, axis=1, keepdims=True)
    norm = np.linalg.norm(centred, axis=-1, keepdims=True)
    return np.asarray(centred / np.maximum(norm, 1e-12) @ profiles.T, dtype=np.float64)


def estimate_key(histogram: npt.NDArray[np.floating]) -> int:
    """The key that fits a histogram of pitch classes, (12,), best; C major for a flat one."""
    return int(key_correlations(histogram).argmax())


def key_name(key: int) -> str:
    """What a musician calls the key: "F# minor"."""
    return f"{_NAMES[key % 12]} {'major' if key < 12 else 'minor'}"


def scale_of(key: int) -> tuple[int, ...]:
    """The pitch classes of a key: of a minor one the natural scale and its leading note."""
    steps = _MAJOR_STEPS if key < 12 else _MINOR_STEPS
    return tuple(sorted((key + step) % 12 for step in steps))


_MAJOR_STEPS: Final = (0, 2, 4, 5, 7, 9, 11)
_MINOR_STEPS: Final = (0, 2, 3, 5, 7, 8, 10, 11)


def transposed_key(key: int, semitones: int) -> int:
    """The key of the same music, moved."""
    return key // 12 * 12 + (key % 12 + semitones) % 12


def parse_key(text: str) -> int:
    """The key that a musician writes: "C", "F# minor", "Bbm", "eb Major".

    Raises:
        InputError: not a key.
    """
    match = _KEY.fullmatch(text.strip())
    if match is None:
        raise InputError(f"no key {text!r}: write it like 'C', 'F# minor' or 'Bbm'")
    letter, sign, mode = match.groups()
    tonic = _LETTERS[letter.upper()] + {"#": 1, "b": -1, "": 0}[sign]
    is_minor = mode is not None and mode.lower() in ("m", "min", "minor")
    return tonic % 12 + 12 * is_minor


_LETTERS: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_KEY: Final = re.compile(r"([A-Ga-g])([#b]?)(?:\s*(m|(?i:min|minor|maj|major)))?")
