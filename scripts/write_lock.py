"""Turn `pip freeze` (standard input) into the constraints of requirements.lock (standard output).

A constraint must hold on every machine, so what belongs to one platform goes: local versions
(`torch==2.13.0+cpu` is `torch==2.13.0`, of which pip takes the wheel that it finds) and the CUDA
packages that PyTorch's Linux wheel pins by itself.
"""

import re
import sys

HEADER = """\
# The versions that Segue is developed and tested with, as constraints for pip:
#     pip install --constraint requirements.lock --editable ".[dev]"
# Written by `make lock`; PyTorch pins its CUDA packages itself, so they are not here.
"""
PLATFORM_PACKAGES = re.compile(r"^(nvidia-|cuda-|triton\b)", re.IGNORECASE)


def constraints(frozen: list[str]) -> list[str]:
    """The lines of `pip freeze` that hold on every platform, without local versions."""
    pinned = [line.strip() for line in frozen if "==" in line and not line.startswith("-e")]
    return [line.split("+")[0] for line in pinned if not PLATFORM_PACKAGES.match(line)]


if __name__ == "__main__":
    sys.stdout.write(HEADER + "\n".join(constraints(sys.stdin.readlines())) + "\n")
