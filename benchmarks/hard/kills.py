"""Kills at any moment (kill -9): nothing that was answered is lost, and what was begun is finished.

A studio is written into until it is killed; then everything that was answered must be there, and
nothing be damaged or left behind. A corpus is built, or a tiny model trained, once without a kill,
and once more, killed and started again by the same command; both must end in the same bytes.
"""

import hashlib
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
_MOST_WRITES: Final = 12
"""Before a kill."""
_LONGEST_WRITING_S: Final = 20.0
_NOTES: Final = {"onset": [0], "duration": [240], "pitch": [60], "velocity": [90]}


def kill_corpus_builds(folder: Path, kills: int, *, seed: int) -> bool:
    """Kill builds of a corpus from the MIDI files of a folder; returns whether nothing failed."""
    line = [sys.executable, "-m", "segue", "corpus", "build", str(folder), "--out"]
    return kill_commands(line, kills, seed=seed)


def kill_trainings(corpus: Path, kills: int, *, seed: int, steps: int) -> bool:
    """Kill trainings on a corpus or a folder of MIDI files; returns whether nothing failed."""
    with tempfile.TemporaryDirectory() as name:
        config = Path(name) / "tiny.toml"
        config.write_text(_TRAINING.format(steps=steps), encoding="utf-8")
        line = [sys.executable, "-m", "segue", "train", "--config", str(config)]
        return kill_commands([*line, "--corpus", str(corpus), "--out"], kills, seed=seed)


# The studio


def kill_servers(kills: int, *, seed: int) -> bool:
    """Write, kill, look; returns whether nothing was lost."""
    random = Random(seed)
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
            wait_for_writes(answered, before + random.randint(0, _MOST_WRITES), random)
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
        stray = sorted(set(left) - {"trash"})
        print(
            f"kills of the studio (seed {seed}): {kills}; {n_writes} writes answered in "
            f"{len(answered)} projects; {len(failures)} failures; left behind: "
            f"{', '.join(stray) or 'nothing'}; most memory {most_mib:.0f} MiB"
        )
        for failure in failures[:20]:
            print(f"  FAILED {failure}")
        return not failures and not stray


def wait_for_writes(answered: dict[str, dict[int, str]], count: int, random: Random) -> None:
    """Wait until there are so many answered versions, and then for a part of one write more."""
    began, before = time.monotonic(), n_answered(answered)
    while n_answered(answered) < count and time.monotonic() - began < _LONGEST_WRITING_S:
        time.sleep(0.005)
    each_s = (time.monotonic() - began) / max(1, n_answered(answered) - before)
    time.sleep(random.uniform(0.02, 0.05 + min(each_s, 2.0)))


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
                (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
            if verdict != "ok":
                found.append(f"{path.name}: {verdict}")
    return found


# Commands that go on where they were


def kill_commands(line: list[str], kills: int, *, seed: int) -> bool:
    """Run a command whole, then killed again and again; returns whether the results are equal."""
    random = Random(seed)
    with tempfile.TemporaryDirectory() as name:
        whole, broken = Path(name) / "whole", Path(name) / "broken"
        began = time.monotonic()
        run = subprocess.run([*line, str(whole)], capture_output=True, text=True)
        whole_s = time.monotonic() - began
        if run.returncode:
            print(run.stderr[-2000:])
            return False
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
        print(
            f"kills of {' '.join(line[2:5])} (seed {seed}): {n_kills}; {n_ends} runs ended in "
            f"between; {len(failures)} failures; a whole run takes {whole_s:.1f} s"
        )
        for failure in failures[:20]:
            print(f"  FAILED {failure}")
        return not failures


def difference(whole: Path, broken: Path) -> list[str]:
    """Results that differ: arrays and weights, not logs and times."""
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
