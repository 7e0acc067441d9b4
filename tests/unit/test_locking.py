"""Of two processes on one folder the second is refused, with the first one's process id."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from segue.errors import InputError
from segue.locking import held

HOLDS = """
import sys
from pathlib import Path
from segue.locking import held
with held(Path(sys.argv[1]), doing="trains in run"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path / "run" / ".lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with process:  # closes its pipes, and waits
        yield process
        process.kill()


def test_the_second_is_refused_until_the_first_is_done(
    tmp_path: Path, holder: "subprocess.Popen[str]"
) -> None:
    lock = tmp_path / "run" / ".lock"
    message = rf"another process \(process id {holder.pid}\) trains in run; wait"
    with pytest.raises(InputError, match=message), held(lock, doing="trains in run"):
        pass
    assert holder.stdin is not None
    holder.stdin.close()
    holder.wait()
    with held(lock, doing="trains in run"):
        assert lock.read_text() == str(os.getpid())
    assert list(lock.parent.iterdir()) == []


def test_a_kill_leaves_nothing_held(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    holder.kill()
    holder.wait()
    with held(tmp_path / "run" / ".lock", doing="trains in run"):
        pass


def test_an_error_gives_the_lock_back(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with pytest.raises(ZeroDivisionError), held(lock, doing="works"):
        raise ZeroDivisionError
    with held(lock, doing="works"):
        pass


def test_many_at_once_hold_it_one_at_a_time(tmp_path: Path) -> None:
    lock, inside, most = tmp_path / "deep" / "lock", [0], [0]

    def work() -> None:
        for _ in range(50):
            try:
                with held(lock, doing="works"):
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                    inside[0] -= 1
            except InputError:
                continue

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 1


def test_a_lock_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with (
        pytest.raises(InputError, match="file: is a file; give the name of a folder"),
        held(tmp_path / "file" / "lock", doing="works"),
    ):
        pass
