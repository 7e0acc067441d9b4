"""Turn `pip freeze` (standard input) into the constraints of requirements.lock (standard output).

A constraint must hold on every machine, so what belongs to one platform goes: local versions
(`torch==2.13.0+cpu` is `torch==2.13.0`, of which pip takes the wheel that it finds) and the CUDA
packages that PyTorch's Linux wheel pins by itself. What has no wheel of its latest version for one
platform is free there.
"""

import re
import sys

HEADER = """\
# The versions that Segue is developed and tested with, as constraints for pip:
#     pip install --constraint requirements.lock --editable ".[dev]"
# Written by `make lock`; PyTorch pins its CUDA packages itself, so they are not here.
"""
PLATFORM_PACKAGES = re.compile(r"^(nvidia-|cuda-|triton\b)", re.IGNORECASE)

FREE = {"onnxruntime": 'sys_platform != "darwin" or platform_machine == "arm64"'}
"""Packages that are pinned only where this holds: Intel Macs have no later version than 1.23."""


def constraints(frozen: list[str]) -> list[str]:
    """The lines of `pip freeze` that hold on every platform, without local versions."""
    pinned = [line.strip() for line in frozen if "==" in line and not line.startswith("-e")]
    found = [line.split("+")[0] for line in pinned if not PLATFORM_PACKAGES.match(line)]
    conditions = [FREE.get(line.split("==")[0]) for line in found]
    return [f"{line}; {c}" if c else line for line, c in zip(found, conditions, strict=True)]


if __name__ == "__main__":
    sys.stdout.write(HEADER + "\n".join(constraints(sys.stdin.readlines())) + "\n")
