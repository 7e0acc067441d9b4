"""Segue beside its peers on one machine in one run: notes a second, seconds for four takes.

    python -m benchmarks.peers.run CORPUS                # builds build/peers/env, measures, prints
    python -m benchmarks.peers.run CORPUS --most-notes 64    # a busy machine: write less, scale up

Every peer continues the same prompts, eight bars each of test songs, and is a process of its own,
one after the other. Networks with untrained weights write as many notes as the bars that really
came next hold; what writes by itself writes eight bars. Prints a Markdown table, which
`--write` puts into this folder's README; every run is kept in build/peers/results.json.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

from segue.corpus import CorpusStore
from segue.evaluation.music.excerpts import draw_excerpts
from segue.files import make_folder, write_bytes
from segue.midi import score_to_bytes
from segue.score import slice_bars

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parent.parent
BUILD: Final = ROOT / "build" / "peers"
BARS: Final = 8
TAKES: Final = 4
MARKS: Final = ("<!-- table: benchmarks/peers/run.py -->", "<!-- end of table -->")
_LATE: Final = ("notochord==0.8.0",)
"""Installed without what they ask for: an older PyTorch than all others have."""
_CLOCKS: Final = {"wall": 0, "cpu": 1}


@dataclass(frozen=True)
class Peer:
    """A script of this folder and its own arguments."""

    script: str
    options: dict[str, str] = field(default_factory=dict)


PEERS: Final = (
    Peer("segue_band"),
    Peer("midigpt_network"),
    Peer("gpt2_sizes", {"size": "mmt"}),
    Peer("gpt2_sizes", {"size": "amt"}),
    Peer("notochord_rnn"),
    Peer("riffly_vae"),
    Peer("miditok_markov"),
)


def main() -> None:
    """Time all peers and print the table."""
    asked = _arguments()
    python = asked.environment or _environment(BUILD / "env")
    task = _task(asked)
    rows, failures = [], []
    for peer in PEERS:
        options = dict(peer.options)
        if peer.script == "riffly_vae" and asked.riffly:
            options["riffly"] = str(asked.riffly)
        print(f"{peer.script} {options} ...", file=sys.stderr)
        found = _run(peer, {**task, "options": options}, python)
        if isinstance(found, str):
            failures.append(f"- `{peer.script}` failed: {found}")
        else:
            rows.append(found)
            write_bytes(BUILD / "results.json", json.dumps(rows, indent=1).encode())
    text = "\n".join([_table(rows), *failures])
    print(text)
    if asked.write:
        _put_into_readme(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--prompts", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--most-notes", type=int, help="that untrained networks write in a take")
    parser.add_argument("--riffly", type=Path, help="weights that benchmarks/baselines trained")
    parser.add_argument("--environment", type=Path, help="a Python that has the requirements")
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    return parser.parse_args()


def _environment(folder: Path) -> Path:
    """The Python of an environment with the peers in it, made if it is not there."""
    python = folder / "bin" / "python"
    if not (folder / ".complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "-r", str(HERE / "requirements.txt")], check=True)
        subprocess.run([*pip, "--no-deps", *_LATE], check=True)
        (folder / ".complete").touch()
    return python


def _task(asked: argparse.Namespace) -> dict[str, Any]:
    """The prompts as MIDI files, and how much is to be written after each."""
    songs = CorpusStore.open(asked.corpus)
    excerpts = draw_excerpts(
        songs, split="test", count=asked.prompts, seed=1, n_bars=BARS, context_bars=BARS
    )
    folder = make_folder(BUILD / "prompts")
    prompts = []
    for number, excerpt in enumerate(excerpts, 1):
        first = excerpt.first_bar
        score = slice_bars(songs.score(excerpt.song), first - BARS, first)
        path = folder / f"{number:04}.mid"
        write_bytes(path, score_to_bytes(score))
        real = excerpt.score.n_notes
        prompts.append(
            {
                "midi": str(path),
                "prompt_notes": score.n_notes,
                "real_notes": real,
                "notes": min(real, asked.most_notes or real),
            }
        )
    return {"prompts": prompts, "bars": BARS, "takes": TAKES, "threads": asked.threads}


def _run(peer: Peer, task: dict[str, Any], python: Path) -> dict[str, Any] | str:
    """What a peer reported, or why it reported nothing."""
    path = BUILD / "task.json"
    write_bytes(path, json.dumps(task).encode())
    if peer.script == "segue_band":
        command = [sys.executable, "-m", f"benchmarks.peers.{peer.script}", str(path)]
    else:
        command = [str(python), str(HERE / f"{peer.script}.py"), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no word"])[-1]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [
        "| | weights | notes/s | notes a CPU second | s for 4 x 8 bars | CPU s for them |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for row in rows:
        rates = [_rate(row, clock) for clock in _CLOCKS]
        needed = [_needed(row, clock) for clock in _CLOCKS]
        cells = [f"{value:,.0f}" for value in rates] + [f"{value:.2f}" for value in needed]
        lines.append(f"| {row['what']} | {row['weights']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _rate(row: dict[str, Any], clock: str) -> float:
    """Median over prompts of those notes by that time."""
    rates: list[float] = [TAKES * r["real_notes"] / _seconds(r, clock) for r in row["runs"]]
    return median(rates)


def _needed(row: dict[str, Any], clock: str) -> float:
    """Median over prompts of the time for four takes of as many notes as the real bars hold."""
    return median(_seconds(r, clock) for r in row["runs"])


def _seconds(run: dict[str, Any], clock: str) -> float:
    """To read a prompt, and to write four takes of as many notes as the real bars hold."""
    at = _CLOCKS[clock]
    per_note = run["write"][at] / max(1, run["notes"])
    return float(run["read"][at] + per_note * TAKES * run["real_notes"])


def _put_into_readme(text: str) -> None:
    path = HERE / "README.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    write_bytes(path, f"{before}{MARKS[0]}\n\n{text}\n\n{MARKS[1]}{after}".encode())


if __name__ == "__main__":
    main()
