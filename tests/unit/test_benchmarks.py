"""What the benchmarks compute from what was timed; the peers themselves are not needed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.peers.run import MARKS, PEERS, TAKES, _rate, _seconds, _table
from benchmarks.studio.latency import Measured
from segue.midi import score_to_bytes
from tests.composers import band

ROOT = Path(__file__).parents[2]

RUN = {"read": [1.0, 0.5], "write": [4.0, 2.0], "notes": 80, "real_notes": 200}
"""Seconds by the wall and of the processor; 80 of four takes of 200 notes were written."""


def test_writing_is_told_for_as_many_notes_as_the_real_bars_hold_and_reading_once() -> None:
    assert _seconds(RUN, "wall") == pytest.approx(1.0 + 4.0 * 800 / 80)
    assert _seconds(RUN, "cpu") == pytest.approx(0.5 + 2.0 * 800 / 80)


def test_a_rate_is_of_all_takes_notes_and_the_median_over_prompts() -> None:
    slow, fast = {**RUN, "write": [400.0, 200.0]}, {**RUN, "write": [0.0, 0.0]}

    assert _rate({"runs": [fast, RUN, slow]}, "wall") == pytest.approx(TAKES * 200 / 41)


def test_every_peer_has_a_row_and_a_script() -> None:
    assert all((ROOT / "benchmarks" / "peers" / f"{p.script}.py").is_file() for p in PEERS)
    row = {"what": "a peer", "weights": "untrained", "runs": [RUN]}
    assert (
        _table([row, row]).splitlines()[2:]
        == ["| a peer | untrained | 20 | 39 | 41.00 | 20.50 |"] * 2
    )


def test_the_readme_has_a_place_for_the_table() -> None:
    text = (ROOT / "benchmarks" / "peers" / "README.md").read_text(encoding="utf-8")

    assert [text.count(mark) for mark in MARKS] == [1, 1]


def test_segue_s_own_script_answers_a_task(tmp_path: Path) -> None:
    midi = tmp_path / "0001.mid"
    midi.write_bytes(score_to_bytes(band(1)))
    prompt = {"midi": str(midi), "prompt_notes": 12, "real_notes": 12, "notes": 12}
    task = {"prompts": [prompt], "bars": 1, "takes": 1, "threads": 1, "options": {}}
    (tmp_path / "task.json").write_text(json.dumps(task), encoding="utf-8")

    command = [sys.executable, "-m", "benchmarks.peers.segue_band", str(tmp_path / "task.json")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)

    told = json.loads(done.stdout)
    assert "band" in told["what"]
    (run,) = told["runs"]
    assert run["real_notes"] == 12
    assert run["notes"] > 0
    assert min(run["read"] + run["write"]) >= 0


def test_a_row_of_latencies_has_the_slowest_read_and_the_processor_of_all_requests() -> None:
    seconds = [0.001 * n for n in range(1, 101)]
    row = Measured(seconds=seconds, failed=2, writes=100, cpu_s=0.4).row(50)
    cells = [cell.strip() for cell in row.strip("|").split("|")]

    assert cells == ["50", "100", "2", "50.5", "95.0", "99.0", "100.0", "100", "2.0"]
