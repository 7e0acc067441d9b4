"""Ask pytorch-fid itself for Frechet distances, as golden values for `tests/unit/paper`.

pytorch-fid needs torchvision, and no torchvision imports beside the torch that Segue is pinned to;
its Frechet function needs neither. So this runs in an environment of its own, where what the
function does not use is left out:

    python -m venv build/fid
    build/fid/bin/pip install "scipy<1.16" pillow
    build/fid/bin/pip install --no-deps pytorch-fid==0.3.0
    build/fid/bin/python scripts/write_fid_golden.py

The moments are of made-up note tables at the scale of real ones: pitch, velocity, instrument,
program, onset and duration in seconds.
"""

import json
import sys
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, patch

import numpy as np
from numpy.typing import NDArray

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "pytorch_fid.json"
CASES = 8
NOTES = 500
CENTRES = np.array([60.0, 80.0, 4.0, 40.0, 60.0, 0.4])
SPREADS = np.array([14.0, 20.0, 3.0, 30.0, 50.0, 0.5])


def frechet_function() -> Any:
    """`calculate_frechet_distance`, without the Inception network that stands beside it."""
    unused = ("torch", "torch.nn", "torch.nn.functional", "torchvision", "torchvision.transforms",
              "pytorch_fid.inception")  # fmt: skip
    with patch.dict(sys.modules, {name: MagicMock() for name in unused}):
        from pytorch_fid.fid_score import calculate_frechet_distance
    return calculate_frechet_distance


def table(random: np.random.Generator) -> NDArray[np.float64]:
    """Notes whose columns lean on each other, (NOTES, 6)."""
    mixing = np.eye(6) + 0.4 * random.normal(size=(6, 6))
    centre = CENTRES * random.uniform(0.7, 1.3, 6)
    notes: NDArray[np.float64] = centre + random.normal(size=(NOTES, 6)) @ mixing * SPREADS
    return notes


def main() -> None:
    """Write the file."""
    distance, random, cases = frechet_function(), np.random.default_rng(1), []
    for _ in range(CASES):
        a, b = table(random), table(random)
        moments = [
            {"mean": t.mean(axis=0).tolist(), "covariance": np.cov(t, rowvar=False).tolist()}
            for t in (a, b)
        ]
        found = distance(*(np.array(m[name]) for m in moments for name in ("mean", "covariance")))
        cases.append({"moments": moments, "distance": float(found)})
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps({"by": "pytorch-fid 0.3.0", "cases": cases}, indent=1) + "\n")
    print(GOLDEN)


if __name__ == "__main__":
    main()
