"""What a run shows: lines where there is no terminal, and the last validation as a table."""

import pytest
from rich.console import Console

from segue.cli.train_display import TrainingDisplay, validation_table
from segue.training.loop import Report


def report(step: int, **values: float) -> Report:
    measured = {"nll/event": 3.5, "events_per_s": 5000.0, "events_seen": 2e6, "hours": step / 10}
    return Report(step, 100, {**measured, **values})


ATTRIBUTES = ("event", "part", "position", "pitch", "duration", "velocity")
VALIDATION = {
    f"{unit}/{name}": 10 * number + len(unit)
    for unit in ("nll", "coarse")
    for number, name in enumerate(ATTRIBUTES)
}
SEEN = "3.500 nats an event, 5,000 events/s, 2.0 M events in"


def test_without_a_terminal_validations_are_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with TrainingDisplay(0, 100, shown=True) as display:
        display.on_step(report(1))
        display.on_step(report(2, **{f"valid/{name}": value for name, value in VALIDATION.items()}))

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        f"step 2 of 100: validation 3.000 nats an event; {SEEN} 0.2 h, 9.8 h left\n"
    )


def test_between_validations_there_is_a_line_a_minute(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("segue.cli.train_display.time.monotonic", lambda: now[0])
    with TrainingDisplay(0, 100, shown=True) as display:
        for step in range(1, 8):
            now[0] += 25
            display.on_step(report(step))

    assert capsys.readouterr().err.splitlines() == [
        f"step 3 of 100: {SEEN} 0.3 h, 9.7 h left",
        f"step 6 of 100: {SEEN} 0.6 h, 9.4 h left",
    ]


def test_the_line_is_smoothed_and_forgets_slowly(capsys: pytest.CaptureFixture[str]) -> None:
    with TrainingDisplay(0, 100, shown=True) as display:
        display.on_step(report(1))
        display.on_step(report(2, **{"nll/event": 1.5, "valid/nll/event": 0.0}))

    assert "; 3.400 nats an event" in capsys.readouterr().err


def test_a_display_that_is_not_shown_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with TrainingDisplay(0, 100, shown=False) as display:
        display.on_step(report(1, **{f"valid/{name}": 1.0 for name in VALIDATION}))

    assert capsys.readouterr() == ("", "")


def test_the_table_has_every_measure_in_both_units() -> None:
    console = Console(width=80)
    with console.capture() as captured:
        console.print(validation_table({name: float(v) for name, v in VALIDATION.items()}))

    rows = [line for line in captured.get().splitlines() if "│" in line]
    assert len(rows) == len(ATTRIBUTES)
    assert [word for word in rows[-2].split() if word != "│"][-2:] == ["43.000", "46.000"]
