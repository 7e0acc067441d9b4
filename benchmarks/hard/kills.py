"""Kills at any moment (kill -9): nothing that was answered is lost, and what was begun is finished.

A studio is written into until it is killed; then everything that was answered must be there, and
nothing be damaged or left behind. A corpus is built, or a tiny model trained, once without a kill,
and once more, killed and started again by the same command; both must end in the same bytes.
"""

import hashlib
import shutil
import signal
import sqlite3
import tempfile
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import Final

import httpx

from benchmarks.hard.forks import ForkedCommand, ForkedStudio
from benchmarks.hard.processes import peak_mib
from benchmarks.hard.report import Report

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
_PATIENCE_S: Final = 600.0
"""With an answer, on a machine that others use."""
_LONGEST_WRITING_S: Final = 20.0
_MOST_PROJECTS: Final = 12
"""In a folder, before the next kills are of studios over an empty one."""
_NOTES: Final = {"onset": [0], "duration": [240], "pitch": [60], "velocity": [90]}


def kill_corpus_builds(folder: Path, report: Report, end: int, *, seed: int) -> bool:
    """Kill builds of a corpus from the MIDI files of a folder; returns whether nothing failed."""
    return kill_commands(["corpus", "build", str(folder), "--out"], report, end, seed=seed)


def kill_trainings(corpus: Path, report: Report, end: int, *, seed: int, steps: int) -> bool:
    """Kill trainings on a corpus or a folder of MIDI files; returns whether nothing failed."""
    with tempfile.TemporaryDirectory() as name:
        config = Path(name) / "tiny.toml"
        config.write_text(_TRAINING.format(steps=steps), encoding="utf-8")
        line = ["train", "--config", str(config), "--corpus", str(corpus), "--out"]
        return kill_commands(line, report, end, seed=seed)


# The studio


def kill_servers(report: Report, end: int, *, seed: int) -> bool:
    """Write, kill, look, up to the kill before `end`; returns whether nothing was lost."""
    with tempfile.TemporaryDirectory() as name, suppress(KeyboardInterrupt):
        folder = Path(name)
        answered: dict[str, dict[int, str]] = {}
        for number in range(report.next, end):
            if len(answered) >= _MOST_PROJECTS:
                finish(folder, answered, report)
                answered = {}
            random = Random(f"{seed} {number}")
            before = n_answered(answered)
            peak, failures = write_and_kill(folder, answered, random)
            counts = {"kills": 1, "writes": n_answered(answered) - before}
            report.add(number, counts, {"MiB": peak}, failures)
            report.save()
        finish(folder, answered, report)
    report.save()
    return report.summarise()


def write_and_kill(
    folder: Path, answered: dict[str, dict[int, str]], random: Random
) -> tuple[float, list[str]]:
    """Start a studio, look for what was answered, write and kill; its memory, and what failed."""
    studio = ForkedStudio(folder)
    try:
        failures = missing(studio, answered)
        writing = threading.Thread(target=write_until_killed, args=(studio, answered, random))
        before = n_answered(answered)
        writing.start()
        wait_for_writes(answered, before + random.randint(0, _MOST_WRITES), random)
        peak = peak_mib(studio.pid)
    finally:
        studio.end()
    writing.join(timeout=_PATIENCE_S)
    if writing.is_alive():
        failures.append("a request hangs")
    return peak, failures + damaged(folder)


def finish(folder: Path, answered: dict[str, dict[int, str]], report: Report) -> None:
    """Look for all that was answered, end the studio as Ctrl-C does, and empty the folder."""
    studio = ForkedStudio(folder)
    found = missing(studio, answered)
    studio.end(signal.SIGINT)
    left = {p.name for p in folder.iterdir() if p.suffix != ".segue"} - {"trash"}
    found += [f"left behind: {name}" for name in sorted(left)]
    report.failures += found
    report.counts["projects"] += len(answered)
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


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
    studio: ForkedStudio, answered: dict[str, dict[int, str]], random: Random
) -> None:
    """Make projects, edit, name and import, and remember what was answered."""
    http = httpx.Client(base_url=studio.address, timeout=_PATIENCE_S)
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


def missing(studio: ForkedStudio, answered: dict[str, dict[int, str]]) -> list[str]:
    """What was answered and is not there; the note under way at a kill may be there or not."""
    found = []
    with httpx.Client(base_url=studio.address, timeout=_PATIENCE_S) as http:
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


def kill_commands(line: list[str], report: Report, end: int, *, seed: int) -> bool:
    """Run a command whole, then killed again and again; returns whether the results are equal."""
    with tempfile.TemporaryDirectory() as name, suppress(KeyboardInterrupt):
        whole, broken, errors = (Path(name) / part for part in ("whole", "broken", "errors"))
        whole_s = in_one_go(line, whole, errors)
        number = report.next
        while number < end:
            random = Random(f"{seed} {number} {report.counts['ended before the kill']}")
            command = ForkedCommand([*line, str(broken)], errors)
            time.sleep(random.uniform(0.0, 1.1 * whole_s))
            status = command.end()
            failures = [command.said()[-500:]] if "Traceback" in command.said() else []
            if status != -signal.SIGKILL:
                report.counts["ended before the kill"] += 1
                report.failures += failures + ended(status, whole, broken, command)
                continue
            report.add(number, {"kills": 1}, {}, failures)
            report.save()
            number = report.next
        command = ForkedCommand([*line, str(broken)], errors)
        report.failures += ended(command.wait(), whole, broken, command)
    report.save()
    return report.summarise()


def in_one_go(line: list[str], whole: Path, errors: Path) -> float:
    """Run a command without a kill; returns the seconds that it took.

    Raises:
        SystemExit: it failed.
    """
    began = time.monotonic()
    command = ForkedCommand([*line, str(whole)], errors)
    if command.wait():
        raise SystemExit(command.said()[-2000:])
    return time.monotonic() - began


def ended(status: int, whole: Path, broken: Path, command: ForkedCommand) -> list[str]:
    """What is wrong with a run that came to its end; its folder is removed."""
    found = [f"status {status}: {command.said()[-500:]}"] if status else difference(whole, broken)
    shutil.rmtree(broken, ignore_errors=True)
    return found


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
