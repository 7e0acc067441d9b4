"""What Linux says of a process's memory."""

from pathlib import Path

__all__ = ["forget_peak", "peak_mib"]


def peak_mib(pid: int) -> float:
    """The most memory that a process had resident so far; 0 once it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    _, found, rest = status.partition("VmHWM:")
    return int(rest.split(maxsplit=1)[0]) / 1024 if found else 0.0


def forget_peak() -> None:
    """Let the most memory of this process be what it has now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
