"""Kills at any moment (kill -9): nothing that was answered is lost, and what was begun is finished.

python -m benchmarks.hard.kills server --kills 500
python -m benchmarks.hard.kills corpus FOLDER --kills 50
python -m benchmarks.hard.kills train CORPUS --kills 50

`server` writes into a studio until it is killed, and looks for all that was answered, for damage
and for what was left behind. `corpus` builds the MIDI files of FOLDER, and `train` trains a tiny
model on a corpus: once without a kill, and once more, killed and begun again by the same line; both
must end in the same bytes.
"""

import argparse
import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any, Final

import httpx

from benchmarks.hard.processes import peak_mib
from benchmarks.studio.studio_process import StudioProcess

_TRAINING: Final = """
[training]
size = "tiny"
steps = {steps}
batch = 2
checkpoint_minutes = 0.02
validate_every = 20
validate_windows = 4

[training.data]
events = 128
"""
_NOTES: Final = {"onset": [0], "duration": [240], "pitch": [60], "velocity": [90]}


def main() -> int:
    """Kill and look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["server", "corpus", "train"])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=60, help="of a training")
    asked = parser.parse_args()
    if asked.what == "server":
        return kill_servers(asked.kills, Random(asked.seed))
    if asked.folder is None:
        parser.error(f"{asked.what} needs a folder")
    segue = [sys.executable, "-m", "segue"]
    if asked.what == "corpus":
        line = [*segue, "corpus", "build", str(asked.folder), "--out"]
        return kill_commands(line, asked.kills, Random(asked.seed))
    with tempfile.TemporaryDirectory() as name:
        config = Path(name) / "tiny.toml"
        config.write_text(_TRAINING.format(steps=asked.steps), encoding="utf-8")
        line = [*segue, "train", "--config", str(config), "--corpus", str(asked.folder), "--out"]
        return kill_commands(line, asked.kills, Random(asked.seed))


# The studio


def kill_servers(kills: int, random: Random) -> int:
    """Write, kill, look; returns 1 if something was lost."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        answered: dict[str, dict[int, str]] = {}
        failures: list[str] = []
        n_writes = 0
        most_mib = 0.0
        for number in range(kills):
            studio = StudioProcess(folder, "plain")
            failures += missing(studio, answered)
            writing = threading.Thread(target=write_until_killed, args=(studio, answered, random))
            before = n_answered(answered)
            writing.start()
            time.sleep(random.uniform(0.02, 1.5))
            most_mib = max(most_mib, peak_mib(studio.process.pid))
            studio.process.kill()
            writing.join(timeout=120)
            if writing.is_alive():
                failures.append(f"kill {number}: a request hangs")
            end(studio.process)
            failures += damaged(folder)
            n_writes += n_answered(answered) - before
        studio = StudioProcess(folder, "plain")
        failures += missing(studio, answered)
        studio.process.send_signal(signal.SIGINT)
        end(studio.process)
        left = sorted(p.name for p in folder.iterdir() if p.suffix != ".segue")
        print(f"kills of the studio: {kills}")
        print(f"  answered writes: {n_writes}, in {len(answered)} projects")
        print(f"  lost: {len(failures)}; most memory {most_mib:.0f} MiB")
        print(f"  left behind at the end: {', '.join(left) or 'nothing'}")
        for failure in failures[:20]:
            print(f"  FAILED {failure}")
        return 1 if failures or set(left) - {"trash"} else 0


def n_answered(answered: dict[str, dict[int, str]]) -> int:
    """How many versions were answered."""
    return sum(len(nodes) for nodes in answered.values())


def write_until_killed(
    studio: StudioProcess, answered: dict[str, dict[int, str]], random: Random
) -> None:
    """Make projects, edit, name and import, and remember what was answered."""
    http = httpx.Client(base_url=studio.address, timeout=60)
    try:
        while True:
            if not answered or random.random() < 0.1:
                made = http.post("/api/projects", json={"example": "band"})
                answered[made.json()["id"]] = {1: ""}
            project = random.choice(list(answered))
            node = max(answered[project])
            asked = {"task": "continue", "bars": 1, "takes": 2}
            http.post(f"/api/projects/{project}/nodes/1/suggestions", json=asked)
            edit = {"label": "an edit", "new_tracks": [{"notes": _NOTES}]}
            made = http.post(f"/api/projects/{project}/nodes/1/edits", json=edit)
            if made.status_code == 201:
                node = int(made.json()["id"])
                answered[project][node] = ""
            note = f"{random.random()}"
            path = f"/api/projects/{project}/nodes/{node}"
            if http.patch(path, json={"note": note}).status_code == 200:
                answered[project][node] = note
            if random.random() < 0.05:
                copy = http.get(f"/api/projects/{project}/file").content
                came = http.post("/api/projects/import", content=copy)
                if came.status_code == 201:
                    answered[came.json()["id"]] = dict(answered[project])
    except httpx.HTTPError:
        return


def missing(studio: StudioProcess, answered: dict[str, dict[int, str]]) -> list[str]:
    """What was answered and is not there; the note under way at a kill may be there or not."""
    found = []
    with httpx.Client(base_url=studio.address, timeout=60) as http:
        listed = {p["id"]: p["problem"] for p in http.get("/api/projects").json()}
        for project, nodes in answered.items():
            if listed.get(project, "not listed") is not None:
                found.append(f"{project}: {listed.get(project, 'not listed')}")
                continue
            there = {
                n["id"]: n["note"] for n in http.get(f"/api/projects/{project}").json()["nodes"]
            }
            for node, note in nodes.items():
                if node not in there:
                    found.append(f"{project}: version {node} is lost")
                elif note and there[node] != note and node != max(nodes):
                    found.append(f"{project}: the note of version {node} is lost")
            nodes.update(there)
    return found


def damaged(folder: Path) -> list[str]:
    """Projects that SQLite finds damaged, looked at as copies with all that lies beside them."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        for path in folder.glob("*.segue"):
            for ending in ("", "-wal"):
                part = path.with_name(path.name + ending)
                if part.exists():
                    (Path(name) / part.name).write_bytes(part.read_bytes())
            with closing(sqlite3.connect(Path(name) / path.name)) as connection:
                (told,) = connection.execute("PRAGMA integrity_check").fetchone()
            if told != "ok":
                found.append(f"{path.name}: {told}")
    return found


# Commands that go on where they were


def kill_commands(line: list[str], kills: int, random: Random) -> int:
    """Run a command whole, then killed again and again; returns 1 if the results differ."""
    with tempfile.TemporaryDirectory() as name:
        whole, broken = Path(name) / "whole", Path(name) / "broken"
        began = time.monotonic()
        run = subprocess.run([*line, str(whole)], capture_output=True, text=True)
        whole_s = time.monotonic() - began
        if run.returncode:
            print(run.stderr[-2000:])
            return 1
        n_kills = n_ends = 0
        failures: list[str] = []
        while n_kills < kills:
            process = subprocess.Popen(
                [*line, str(broken)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            time.sleep(random.uniform(0.2, 1.2 * whole_s))
            n_kills += process.poll() is None
            process.kill()
            _, errors = process.communicate()
            if "Traceback" in errors:
                failures.append(f"kill {n_kills}: {errors[-500:]}")
            if process.returncode == 0:
                n_ends += 1
                failures += difference(whole, broken)
                subprocess.run(["rm", "-rf", str(broken)], check=True)
        run = subprocess.run([*line, str(broken)], capture_output=True, text=True)
        if run.returncode:
            failures.append(f"the end: {run.stderr[-500:]}")
        failures += difference(whole, broken)
        print(f"kills of {' '.join(line[2:5])}: {n_kills} (a whole run takes {whole_s:.1f} s)")
        print(f"  ended in between: {n_ends}; failures: {len(failures)}")
        for failure in failures[:20]:
            print(f"  FAILED {failure}")
        return 1 if failures else 0


def difference(whole: Path, broken: Path) -> list[str]:
    """Results that differ: arrays and weights, not logs and what tells the time."""
    one, other = sums(whole), sums(broken)
    return [f"{name} differs" for name in sorted(one | other) if one.get(name) != other.get(name)]


def sums(folder: Path) -> dict[str, str]:
    """The sums of a folder's arrays and weights."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.suffix in (".npy", ".safetensors")
    }


def end(process: "subprocess.Popen[Any]") -> None:
    """Wait for a process and let go of it."""
    process.wait(timeout=60)
    if process.stdout is not None:
        process.stdout.close()


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
