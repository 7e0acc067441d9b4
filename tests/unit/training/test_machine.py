"""What a run asks of the machine it is on: its malloc, its number formats, its devices."""

import ctypes
from pathlib import Path
from typing import Any

import pytest
import torch

from segue.errors import InputError
from segue.training import memory, precision
from segue.training.devices import build_fabric


class Libc:
    """A C library that notes how its mallopt is called."""

    def __init__(self, *, is_glibc: bool) -> None:
        self.calls: list[tuple[int, int]] = []
        if is_glibc:
            self.gnu_get_libc_version = object()
        self.mallopt = self.Mallopt(self.calls)

    class Mallopt:
        """Takes any setting."""

        def __init__(self, calls: list[tuple[int, int]]) -> None:
            self.calls = calls

        def __call__(self, name: int, value: int) -> int:
            self.calls.append((name, value))
            return 1


def test_glibc_is_told_to_keep_what_is_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    libc = Libc(is_glibc=True)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: libc)

    assert memory.keep_freed_memory()
    assert libc.calls == [(-4, 0), (-1, -1), (-2, 2**28)]


@pytest.mark.parametrize("error", [None, OSError(), TypeError()])
def test_any_other_c_library_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    libc = Libc(is_glibc=False)

    def load(name: str | None) -> Any:
        if error is not None:
            raise error
        return libc

    monkeypatch.setattr(ctypes, "CDLL", load)
    assert not memory.keep_freed_memory()
    assert libc.calls == []


@pytest.mark.parametrize(
    ("flags", "expected"),
    [("fpu sse2 amx_bf16", "bf16-mixed"), ("avx512_bf16", "bf16-mixed"), ("avx2", "32-true")],
)
def test_bfloat16_is_for_machines_that_compute_in_it(
    monkeypatch: pytest.MonkeyPatch, flags: str, expected: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(Path, "read_text", lambda self, **_: flags)

    assert precision.best_precision() == expected


def test_a_machine_that_does_not_say_computes_in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(self: Path, **_: Any) -> str:
        raise FileNotFoundError

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(Path, "read_text", absent)

    assert precision.best_precision() == "32-true"


def test_more_devices_than_there_are_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)

    with pytest.raises(InputError, match="2 devices were asked for, and there is 1"):
        build_fabric(precision="32-true", devices=2, accelerator="cuda")
