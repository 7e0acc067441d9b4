"""What Linux says of a process: its memory and its processor's seconds."""

import os
from pathlib import Path

__all__ = ["cpu_s", "peak_mib"]


def peak_mib(pid: int) -> float:
    """The most memory that a process had resident so far; 0 once it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def cpu_s(pid: int) -> float:
    """Processor seconds of a process so far; 0 once it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    user, system = text.rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
