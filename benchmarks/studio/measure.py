"""How quick is the studio, and does it grow? Prints the README's tables.

python -m benchmarks.studio.measure start
python -m benchmarks.studio.measure answers
python -m benchmarks.studio.measure memory --suggestions 500 --bars 1
"""

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.studio.studio_process import StudioProcess, studio_process

RUNS = 5
BARS = 8
PING_EVERY_S = 0.01


def main() -> None:
    """Run one measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["start", "answers", "memory"])
    parser.add_argument("--model", default="band")
    parser.add_argument("--suggestions", type=int, default=50)
    parser.add_argument("--bars", type=int, default=BARS, help="of a suggestion, for memory")
    arguments = parser.parse_args()
    if arguments.what == "start":
        measure_start(arguments.model)
    elif arguments.what == "answers":
        measure_answers(arguments.model)
    else:
        measure_memory(arguments.model, arguments.suggestions, arguments.bars)


def measure_start(model: str) -> None:
    """From the command to the page, the model, and the first bar of a first suggestion."""
    columns: dict[str, list[float]] = {}
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder, studio_process(Path(folder), model) as studio:
            studio.ask("GET", "/")
            note(columns, "the page answers", time.monotonic() - studio.began)
            project = studio.ask("POST", "/api/projects", {"example": "band"})["id"]
            note(columns, "an example is open", time.monotonic() - studio.began)
            bar = first_bar(studio, project)
            note(columns, "the first bar, asked for at once", bar - studio.began)
            asked = time.monotonic()
            bar = first_bar(studio, project)
            note(columns, "the first bar, asked for later (from the question)", bar - asked)
    print("| from the command to | median s | slowest s |\n|---|--:|--:|")
    for what, seconds in columns.items():
        print(f"| {what} | {statistics.median(seconds):.2f} | {max(seconds):.2f} |")


def measure_answers(model: str) -> None:
    """How long the API takes to answer, idle and while a suggestion is being written."""
    print("| meanwhile | answers | median ms | 99 % ms | slowest ms |\n|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder, studio_process(Path(folder), model) as studio:
        project = studio.ask("POST", "/api/projects", {"example": "band"})["id"]
        tell_answers("the model is loaded", ping_until(studio, studio.wait_for_model))
        tell_answers("nothing", ping_until(studio, lambda: time.sleep(5)))
        waits = []

        def suggest() -> None:
            before = studio.cpu_s(), time.monotonic()
            for _ in range(RUNS):
                suggestion = ask(studio, project)
                for _ in studio.events(suggestion):
                    pass
            waits.append((studio.cpu_s() - before[0], time.monotonic() - before[1]))

        tell_answers("a suggestion is written", ping_until(studio, suggest))
        cpu, wall = (seconds / RUNS for seconds in waits[0])
        print(f"\nA suggestion took {wall:.1f} s, {cpu:.1f} s of processor.")
        cancelled = [cancel(studio, project) for _ in range(RUNS)]
        print(
            f"Cancelled while it is written: answered after {statistics.median(cancelled):.0f} ms "
            f"(median), {max(cancelled):.0f} ms (slowest)."
        )


def measure_memory(model: str, suggestions: int, bars: int) -> None:
    """The process's memory, and its file, as suggestions are asked for and accepted."""
    print("| suggestions | resident MiB | most MiB | project MiB |\n|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder, studio_process(Path(folder), model) as studio:
        project = studio.ask("POST", "/api/projects", {"example": "band"})["id"]
        studio.wait_for_model()
        marks = {0, 1, *(suggestions * part // 5 for part in range(1, 6))}
        for number in range(suggestions + 1):
            if number in marks:
                now, most = studio.memory_mib()
                size = sum(path.stat().st_size for path in Path(folder).iterdir()) / 2**20
                print(f"| {number} | {now:.0f} | {most:.0f} | {size:.1f} |", flush=True)
            if number < suggestions:
                suggestion = ask(studio, project, bars=bars)
                for _ in studio.events(suggestion):
                    pass
                studio.ask("POST", f"/api/suggestions/{suggestion}/takes/1/accept", {})


def ask(studio: StudioProcess, project: str, *, bars: int = BARS) -> str:
    """A new suggestion at the root."""
    path = f"/api/projects/{project}/nodes/1/suggestions"
    return str(studio.ask("POST", path, {"task": "continue", "bars": bars, "takes": 4})["id"])


def first_bar(studio: StudioProcess, project: str) -> float:
    """When the first bar of a new suggestion came; the suggestion is cancelled then."""
    suggestion = ask(studio, project)
    when = next(when for when, name in studio.events(suggestion) if name == "bar")
    studio.ask("DELETE", f"/api/suggestions/{suggestion}")
    return when


def cancel(studio: StudioProcess, project: str) -> float:
    """Milliseconds until a suggestion that is being written is answered to be cancelled."""
    suggestion = ask(studio, project)
    next(when for when, name in studio.events(suggestion) if name == "bar")
    began = time.monotonic()
    studio.ask("DELETE", f"/api/suggestions/{suggestion}")
    return (time.monotonic() - began) * 1000


def ping_until(studio: StudioProcess, work: Callable[[], None]) -> list[float]:
    """Milliseconds of answers while `work` runs in a thread."""
    thread = threading.Thread(target=work)
    thread.start()
    found = []
    while thread.is_alive():
        began = time.monotonic()
        studio.ask("GET", "/api/projects")
        found.append((time.monotonic() - began) * 1000)
        time.sleep(PING_EVERY_S)
    return found


def tell_answers(what: str, times: list[float]) -> None:
    """A row of the table."""
    times.sort()
    late = times[min(len(times) - 1, int(0.99 * len(times)))]
    middle = statistics.median(times)
    print(f"| {what} | {len(times)} | {middle:.1f} | {late:.1f} | {times[-1]:.1f} |", flush=True)


def note(columns: dict[str, list[float]], what: str, seconds: float) -> None:
    """Keep a time under its heading."""
    columns.setdefault(what, []).append(seconds)


if __name__ == "__main__":
    main()
