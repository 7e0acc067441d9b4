"""Two trainings in one folder: the second is refused, and never goes on from what is outdated."""

import os
from pathlib import Path

import pytest

from segue.errors import CheckpointError, InputError
from segue.locking import held
from segue.training.loop import LOCK_NAME, Report
from tests.unit.training.corpora import trainer


def test_the_second_is_refused_and_writes_nothing(packs: Path, tmp_path: Path) -> None:
    refused = trainer(packs, tmp_path)
    message = rf"process id {os.getpid()}\) trains in .*; wait until it is done"
    with (
        held(tmp_path / LOCK_NAME, doing="trains"),
        pytest.raises(InputError, match=message),
    ):
        refused.run()
    assert list(tmp_path.iterdir()) == []


def test_one_that_waited_does_not_go_on_from_the_old_state(packs: Path, tmp_path: Path) -> None:
    first, second = trainer(packs, tmp_path), trainer(packs, tmp_path)
    first.run()
    with pytest.raises(CheckpointError, match="another process has trained here meanwhile"):
        second.run()


def test_a_damaged_log_stops_no_run(packs: Path, tmp_path: Path) -> None:
    trainer(packs, tmp_path).run()
    for name in ("steps.csv", "validation.csv"):
        (tmp_path / name).write_bytes(b"step,\xff\n\0\0,")
    again = trainer(packs, tmp_path, steps=8)
    seen: list[Report] = []
    again.run(seen.append)
    assert [report.step for report in seen] == [7, 8]
    assert (tmp_path / "validation.csv.damaged").exists()
